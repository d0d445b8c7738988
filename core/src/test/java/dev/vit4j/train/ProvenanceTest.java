package dev.vit4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.format.FormatException;
import dev.vit4j.format.Safetensors;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.tensor.Engine;
import dev.vit4j.weights.Export;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A run and its weights say what they were made from. */
class ProvenanceTest {
  private static final String[] KEYS = {
    "vit4j_version",
    "libtorch",
    "cpu_capability",
    "task",
    "recipe",
    "recipe_digest",
    "data",
    "data_digest"
  };

  @TempDir Path dir;

  private Recipe recipe() {
    return Digits.recipe()
        .with(Map.of("output", dir.toString(), "epochs", 2, "compute_workers", 2));
  }

  private static Map<String, String> metadata(Path file) throws IOException {
    try (Safetensors weights = Safetensors.open(file)) {
      return weights.metadata();
    }
  }

  private static String sha256(Path file) throws IOException, GeneralSecurityException {
    byte[] content = Files.readAllBytes(file);
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
  }

  private static Progress stopAtOnce() {
    return new Progress() {
      @Override
      public boolean stopRequested() {
        return true;
      }
    };
  }

  @Test
  void everySessionAddsAnEntry() throws IOException, GeneralSecurityException {
    Run run = Trainer.run(recipe(), stopAtOnce());
    Path file = run.folder().resolve("environment.json");
    List<JsonNode> one = Environment.sessions(file);
    assertThat(one).hasSize(1);
    assertThat(one.get(0).propertyNames())
        .contains(KEYS)
        .contains("started", "pid", "java", "os", "arch", "cpu", "cores", "threads", "device");
    assertThat(one.get(0).get("threads").asInt()).isEqualTo(2);
    assertThat(one.get(0).get("device").asString()).isEqualTo("cpu");
    assertThat(one.get(0).get("precision").asString()).isEqualTo("f32");
    assertThat(one.get(0).get("vit4j_version").asString()).matches("\\d+\\.\\d+\\.\\d+.*");
    assertThat(one.get(0).get("libtorch").asString()).isEqualTo(Engine.version());
    assertThat(one.get(0).get("cpu_capability").asString()).isEqualTo(Engine.cpuCapability());
    assertThat(one.get(0).get("recipe_digest").asString())
        .isEqualTo(sha256(run.folder().resolve("recipe.yaml")));

    Trainer.resume(run.folder(), Progress.quiet());
    List<JsonNode> two = Environment.sessions(file);
    assertThat(two).hasSize(2);
    assertThat(two.get(0)).isEqualTo(one.get(0));
    for (String key : KEYS) {
      assertThat(two.get(1).get(key)).as(key).isEqualTo(one.get(0).get(key));
    }
    assertThat(Files.readString(file))
        .doesNotContain(dir.toString(), System.getProperty("user.dir"));
  }

  @Test
  void weightsCarryItAndExportsKeepIt() throws IOException, GeneralSecurityException {
    Run run = Trainer.run(recipe(), Progress.quiet());
    Map<String, String> last =
        metadata(RunFolder.last(run.folder()).resolve(WeightsFolder.WEIGHTS));
    assertThat(last)
        .containsKeys(KEYS)
        .containsEntry("task", "classification")
        .containsEntry("recipe", "digits")
        .containsEntry("data", "mnist-sample")
        .containsEntry("recipe_digest", sha256(run.folder().resolve("recipe.yaml")))
        .containsEntry("epoch", "2");
    assertThat(last.get("data_digest")).matches("[0-9a-f]{64}");
    assertThat(last.values()).noneMatch(value -> value.contains(dir.toString()));

    Map<String, String> best = metadata(run.best().resolve(WeightsFolder.WEIGHTS));
    assertThat(best).containsKeys(KEYS).containsEntry("epoch", "" + run.bestEpoch());
    try (WeightsFolder.Loaded loaded = WeightsFolder.open(run.best())) {
      Export.safetensors(dir.resolve("a.safetensors"), loaded, Export.Names.TIMM);
      Export.folder(dir.resolve("hf"), loaded, Export.Names.TIMM);
    }
    for (Path exported :
        List.of(dir.resolve("a.safetensors"), dir.resolve("hf/model.safetensors"))) {
      assertThat(metadata(exported)).containsAllEntriesOf(best).containsEntry("format", "pt");
    }
  }

  /** The split of the training set is the recipe's matter, not the data's. */
  @Test
  void theSeedDoesNotChangeTheData() throws IOException {
    Setup one = Setup.open(recipe(), Progress.quiet());
    Setup other = Setup.open(recipe().with("seed", 7), Progress.quiet());
    assertThat(one.dataDigest()).isEqualTo(other.dataDigest());
    one.model().close();
    other.model().close();
  }

  @Test
  void namesThatAreFoldersLoseTheirPlace() {
    Recipe recipe = Digits.recipe().with("data", "/home/somebody/flowers");
    assertThat(Provenance.of(recipe, Map.of(), "").data()).isEqualTo("flowers");
  }

  @Test
  void aFileThatIsNoListIsNamed() throws IOException {
    Path file = dir.resolve("environment.json");
    for (String text : List.of("{}", "[", "")) {
      Files.writeString(file, text);
      assertThatThrownBy(() -> Environment.sessions(file))
          .isInstanceOf(FormatException.class)
          .hasMessageContaining("is not a list of sessions: move or delete it");
    }
  }
}
