package dev.vit4j.weights;

import static dev.vit4j.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.format.FormatException;
import dev.vit4j.format.Safetensors;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.model.mixer.MlpMixer;
import dev.vit4j.nn.Init;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Tensor;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** timm's and Google's MLP-Mixers open. */
class MixerWeightsTest {
  @TempDir Path dir;

  private static Path fixture(String name) {
    try {
      return Path.of(Objects.requireNonNull(MlpMixer.class.getResource(name)).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static Map<String, Tensor> golden(String name) throws IOException {
    return WeightsFolder.read(fixture(name + ".safetensors"));
  }

  /** The weights of a fixture as a file of timm's. */
  private Path timm(String name) throws IOException {
    Map<String, Tensor> weights = new LinkedHashMap<>();
    golden(name)
        .forEach(
            (key, t) -> {
              if (key.startsWith("weights.")) {
                weights.put(key.substring("weights.".length()), t);
              }
            });
    Path file = dir.resolve("model.safetensors");
    Safetensors.write(file, WeightsFolder.entries(weights), Map.of());
    return file;
  }

  private static Tensor logits(Path file, Map<String, Object> said, Tensor x) throws IOException {
    try (WeightsFolder.Loaded loaded = ForeignWeights.open(file, said, line -> {});
        NoGrad g = NoGrad.on()) {
      return loaded.model().apply(x);
    }
  }

  @Test
  void timmsFilesGiveTimmsLogits() throws IOException {
    for (String name : List.of("square", "gray", "ratios", "no_head")) {
      Map<String, Tensor> golden = golden(name);
      Tensor logits = logits(timm(name), Map.of(), golden.get("input"));
      assertClose(name, logits, golden.get("logits"), 1e-5);
    }
  }

  /** Neither a rectangle nor a remainder shows in the weights. */
  @Test
  void sizesThatWeightsDoNotShowAreAskedFor() throws IOException {
    Path file = timm("remainder");
    assertThatThrownBy(() -> ForeignWeights.open(file))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("it mixes 12 tokens of 8x8 pixels: set the image size")
        .hasMessageMatching(".*");
    Map<String, Tensor> golden = golden("remainder");
    Map<String, Object> said = Map.of("img_size", List.of(27, 34));
    assertClose("said", logits(file, said, golden.get("input")), golden.get("logits"), 1e-5);
    assertThatThrownBy(
            () -> ForeignWeights.open(file, Map.of("img_size", List.of(32, 32)), line -> {}))
        .hasMessageContaining("32x32 does not fit");
    Files.writeString(
        dir.resolve("config.json"),
        "{\"architecture\": \"mixer_s16_224\", \"num_classes\": 3, \"global_pool\": \"avg\","
            + " \"model_args\": {\"img_size\": [27, 34], \"embed_dim\": 16, \"num_blocks\": 2,"
            + " \"patch_size\": 8}}");
    assertClose("config", logits(file, Map.of(), golden.get("input")), golden.get("logits"), 1e-5);
    Files.writeString(
        dir.resolve("config.json"),
        "{\"architecture\": \"mixer_s16_224\", \"model_args\": {\"stem_norm\": true}}");
    assertThatThrownBy(() -> ForeignWeights.open(file))
        .hasMessageContaining("model_args has stem_norm=true: this is not supported");
  }

  @Test
  void googlesFileGivesTimmsLogitsOrItsOwn() throws IOException {
    Map<String, Tensor> golden = golden("square");
    List<String> lines = new ArrayList<>();
    try (WeightsFolder.Loaded loaded =
            ForeignWeights.open(fixture("google.npz"), Map.of(), lines::add);
        NoGrad g = NoGrad.on()) {
      Tensor mine = loaded.model().apply(golden.get("input"));
      assertClose("exact", mine, golden.get("logits"), 1e-5);
      assertThat(loaded.preprocess().mean()).containsExactly(0.5, 0.5, 0.5);
    }
    assertThat(lines)
        .contains(
            "Assumed, since the weights do not contain it: act=gelu; change with --model-args")
        .anyMatch(line -> line.contains("Google JAX's names, 30 tensors"));
    Tensor theirs = logits(fixture("google.npz"), Map.of("act", "gelu_tanh"), golden.get("input"));
    assertClose("tanh", theirs, golden.get("logits_tanh_gelu"), 1e-6);
    assertThat(
            ForeignWeights.namesOf(
                golden("square").keySet().stream().filter(n -> n.startsWith("weights.")).toList()))
        .contains("timm MLP-Mixer, prefix 'weights.'");
  }

  /** Known sizes have the names of the catalog and timm's crop. */
  @Test
  void knownSizesHaveTheirNames() throws IOException {
    Path file = dir.resolve("s32.safetensors");
    try (Model model = Models.create("mixer_s32_224", Map.of("num_classes", 2), Init.seeded(1))) {
      Safetensors.write(file, WeightsFolder.entries(model.state()), Map.of());
    }
    try (WeightsFolder.Loaded loaded = ForeignWeights.open(file)) {
      assertThat(loaded.model().name()).isEqualTo("mixer_s32_224");
      assertThat(loaded.preprocess().cropPct()).isEqualTo(0.875);
      assertThat(loaded.preprocess().interpolation()).isEqualTo("bicubic");
      Export.folder(dir.resolve("timm"), loaded, Export.Names.TIMM);
    }
    try (WeightsFolder.Loaded again = ModelSource.open(dir.resolve("timm"))) {
      assertThat(again.model().name()).isEqualTo("mixer_s32_224");
      assertThat(again.model().numClasses()).isEqualTo(2);
    }
  }
}
