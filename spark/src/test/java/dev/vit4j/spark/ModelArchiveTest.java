package dev.vit4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.tensor.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelArchiveTest {
  private static final SparkSession SPARK = Samples.spark();

  @TempDir Path dir;

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  private static List<String> sent(Path model) throws IOException {
    return ModelPlace.send(SPARK, model, "f", Precision.F32)
        .use(path -> names(Files.isDirectory(path) ? path : path.resolveSibling("")));
  }

  @Test
  void aRunIsSentWithoutItsCheckpoint() throws IOException {
    Path best = Samples.vit(dir.resolve("run/weights/best"), 7);
    Files.writeString(best.resolve("training.safetensors"), "large");
    Files.writeString(dir.resolve("run/log.csv"), "epoch");
    assertThat(sent(dir.resolve("run"))).containsExactly("config.json", "model.safetensors");
  }

  @Test
  void aFileIsSentWithItsConfigurationOnly() throws IOException {
    Path folder = Samples.vit(dir.resolve("vit"), 7);
    Files.writeString(folder.resolve("other.safetensors"), "another model");
    Files.writeString(folder.resolve("photo.png"), "an image");
    assertThat(sent(folder.resolve("model.safetensors")))
        .containsExactly("config.json", "model.safetensors");
  }

  @Test
  void whatIsSentOpensAsTheSameModel() throws IOException {
    Path model = Samples.vit(dir.resolve("vit"), 7);
    String fingerprint = ModelFingerprints.of(model);
    ModelFile file = ModelPlace.send(SPARK, model, fingerprint, Precision.F32);
    assertThat(file.use(ModelFingerprints::of)).isEqualTo(fingerprint);
    assertThat(ExecutorModels.get(file, Output.EMBED, SparkOptions.DEFAULT)).isNotNull();
  }

  @Test
  void aModelThatIsNotTheDriversIsRefused() throws IOException {
    Path model = Samples.vit(dir.resolve("vit"), 7);
    ModelFile other = new ModelFile(model.toString(), List.of(), "", "other", Precision.F32);
    assertThatThrownBy(() -> ExecutorModels.get(other, Output.EMBED, SparkOptions.DEFAULT))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is not the model that the driver opened");
    ModelFile none =
        new ModelFile(dir.resolve("none").toString(), List.of(), "", "none", Precision.F32);
    assertThatThrownBy(() -> ExecutorModels.get(none, Output.EMBED, SparkOptions.DEFAULT))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no such file or folder on this executor");
  }

  /** Opens models as executors do. */
  private static final class ModelFingerprints {
    static String of(Path model) throws IOException {
      try (var loaded = ExecutorModels.open(model, SparkOptions.DEFAULT)) {
        return Fingerprint.of(loaded);
      }
    }
  }
}
