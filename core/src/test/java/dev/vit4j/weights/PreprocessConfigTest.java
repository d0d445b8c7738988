package dev.vit4j.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.format.FormatException;
import dev.vit4j.input.Preprocess;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The preprocess in {@code config.json}, ours and timm's. */
class PreprocessConfigTest {
  @TempDir Path dir;

  private Path config(String cfg) throws IOException {
    String json =
        """
        {"architecture": "vit_tiny_patch16_224", "num_classes": 10,
         "pretrained_cfg": {"input_size": [3, 224, 224], "mean": [0.5, 0.4, 0.3],
                            "std": [0.5, 0.5, 0.5]%s}}
        """;
    return Files.writeString(dir.resolve("config.json"), json.formatted(cfg));
  }

  @Test
  void readsTimmsWords() throws IOException {
    String words =
        ", \"crop_pct\": 0.95, \"crop_mode\": \"border\", \"interpolation\": \"bilinear\"";
    Preprocess p = read(config(words));
    assertThat(p.cropPct()).isEqualTo(0.95);
    assertThat(p.cropMode()).isEqualTo("border");
    assertThat(p.interpolation()).isEqualTo("bilinear");
    assertThat(p.mean()).containsExactly(0.5, 0.4, 0.3);
  }

  /** As timm's resolve_data_config: what a folder does not say, or says as null. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"''", "', \"crop_pct\": null, \"crop_mode\": null, \"interpolation\": null'"})
  void takesTimmsDefaults(String words) throws IOException {
    Preprocess p = read(config(words));
    assertThat(p.cropPct()).isEqualTo(0.875);
    assertThat(p.cropMode()).isEqualTo("center");
    assertThat(p.interpolation()).isEqualTo("bicubic");
  }

  @ParameterizedTest
  @CsvSource({
    "\"crop_pct\": 0.0001,crop_pct must be from 0.1 to 2.0",
    "\"crop_pct\": \"all\",crop_pct must be a number",
    "\"crop_mode\": \"middle\",crop_mode must be one of center",
    "\"crop_mode\": 3,expected a string"
  })
  void refusesWordsThatAreNone(String words, String reason) throws IOException {
    Path file = config(", " + words);
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("config.json")
        .hasMessageContaining(reason)
        .hasMessageMatching(".*");
  }

  @Test
  void writesWhatItReads() throws IOException {
    List<Double> half = List.of(0.5, 0.5, 0.5);
    Preprocess p = new Preprocess(3, 224, 224, "bilinear", 0.875, "border", half, half, "none");
    try (Model model = Models.create("vit_tiny_patch16_224", Map.of(), Init.unset())) {
      WeightsFolder.writeConfig(dir, new WeightsFolder.Loaded(model, p, List.of()));
    }
    assertThat(read(dir.resolve(WeightsFolder.CONFIG))).isEqualTo(p);
  }

  @Test
  void freshModelsReadPicturesAsTimms() throws IOException {
    try (WeightsFolder.Loaded large =
            ModelSource.openOrCreate("vit_tiny_patch16_224", Map.of("num_classes", 2), 0);
        WeightsFolder.Loaded small = ModelSource.openOrCreate("vit_mnist_1850", Map.of(), 0)) {
      assertThat(large.preprocess().cropPct()).isEqualTo(0.9);
      assertThat(large.preprocess().cropMode()).isEqualTo("center");
      assertThat(large.preprocess().mean()).containsExactly(0.5, 0.5, 0.5);
      assertThat(small.preprocess().cropPct()).isEqualTo(1.0);
      assertThat(small.preprocess().cropMode()).isEqualTo("squash");
    }
  }

  private static Preprocess read(Path config) throws IOException {
    return ConfigJson.read(config, ConfigJson.tree(config)).preprocess();
  }
}
