package dev.vit4j.weights;

import static dev.vit4j.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.format.FormatException;
import dev.vit4j.format.Safetensors;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.model.mvit.Mvit;
import dev.vit4j.nn.Init;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Tensor;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** timm's MViTv2 open and are written for timm. */
class MvitWeightsTest {
  @TempDir Path dir;

  private static Map<String, Tensor> golden(String name) throws IOException {
    try {
      return WeightsFolder.read(
          Path.of(Objects.requireNonNull(Mvit.class.getResource(name + ".safetensors")).toURI()));
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e);
    }
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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "square",
        "cls",
        "expand_mlp",
        "four_stages",
        "rectangle",
        "small_patches",
        "no_head"
      })
  void timmsFilesGiveTimmsLogits(String name) throws IOException {
    Map<String, Tensor> golden = golden(name);
    Tensor logits = logits(timm(name), Map.of(), golden.get("input"));
    assertClose(name, logits, golden.get("logits"), 1e-5);
  }

  /** Sizes that do not divide and pooling by mean beside a class token do not show in weights. */
  @Test
  void whatWeightsDoNotShowIsToldOrConfigured() throws IOException {
    Path file = timm("remainder");
    Map<String, Tensor> golden = golden("remainder");
    Map<String, Object> said = Map.of("img_size", List.of(27, 42));
    assertClose("said", logits(file, said, golden.get("input")), golden.get("logits"), 1e-5);
    assertThatThrownBy(
            () -> ForeignWeights.open(file, Map.of("img_size", List.of(64, 64)), line -> {}))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("relative positions are those of 28x44 pixels")
        .hasMessageMatching(".*");
    Path mean = timm("cls_mean");
    Files.writeString(
        dir.resolve("config.json"),
        "{\"architecture\": \"mvitv2_small_cls\", \"num_classes\": 4, \"global_pool\": \"avg\"}");
    Map<String, Tensor> other = golden("cls_mean");
    assertClose("config", logits(mean, Map.of(), other.get("input")), other.get("logits"), 1e-5);
    Files.writeString(
        dir.resolve("config.json"),
        "{\"architecture\": \"mvitv2_tiny\", \"model_args\": {\"norm_layer2\": \"rms\"}}");
    assertThatThrownBy(() -> ForeignWeights.open(mean))
        .hasMessageContaining("model_args has norm_layer2=rms: this is not supported");
  }

  /** Known sizes have timm's name and preprocessing, also with other images and classes. */
  @Test
  void knownSizesAreWrittenForTimm() throws IOException {
    Path file = dir.resolve("tiny.safetensors");
    Map<String, Object> args = Map.of("num_classes", 2, "img_size", 64);
    try (Model model = Models.create("mvitv2_tiny", args, Init.seeded(1))) {
      Safetensors.write(file, WeightsFolder.entries(model.state()), Map.of());
    }
    try (WeightsFolder.Loaded loaded = ForeignWeights.open(file)) {
      assertThat(loaded.model().name()).isEqualTo("mvitv2");
      assertThat(loaded.preprocess().cropPct()).isEqualTo(0.9);
      assertThat(loaded.preprocess().interpolation()).isEqualTo("bicubic");
      assertThat(loaded.preprocess().mean()).containsExactly(0.485, 0.456, 0.406);
      assertThat(loaded.preprocess().std()).containsExactly(0.229, 0.224, 0.225);
      Export.folder(dir.resolve("timm"), loaded, Export.Names.TIMM);
    }
    JsonNode config =
        JsonMapper.shared().readTree(Files.readString(dir.resolve("timm/config.json")));
    assertThat(config.get("architecture").asString()).isEqualTo("mvitv2_tiny");
    assertThat(config.get("model_args").properties().stream().map(Map.Entry::getKey))
        .containsExactly(
            "img_size", "in_chans", "num_classes", "global_pool", "drop_rate", "drop_path_rate");
    try (WeightsFolder.Loaded again = ModelSource.open(dir.resolve("timm"))) {
      assertThat(again.model().numClasses()).isEqualTo(2);
      assertThat(again.model().height()).isEqualTo(64);
    }
  }
}
