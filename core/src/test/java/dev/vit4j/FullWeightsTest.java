package dev.vit4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.format.FormatException;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.weights.ModelSource;
import dev.vit4j.weights.WeightsFolder;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Small weights that people have published. */
@Tag("fulldata")
class FullWeightsTest {
  private static final Path DATA = Path.of(System.getProperty("vit4j.shared", ""), "data");
  private static final Path WEIGHTS = DATA.resolve("weights");
  private static final int SHEETS = 5;
  private static final int TILES = 1000;
  private static final int COLUMNS = 40;
  private static final int SIDE = 32;

  /**
   * Known: 4,571 of 5,000 right (91.42 %), and 16 rows of logits from a forward pass in float64.
   */
  @ParameterizedTest
  @ValueSource(strings = {"resnet20-12fca82f.th", "resnet20_cifar10_akamaster.safetensors"})
  void resnet20GivesTheKnownAnswers(String file) throws IOException {
    byte[] labels = Files.readAllBytes(DATA.resolve("cifar10/test5000_labels.u8"));
    JsonNode known = JsonMapper.shared().readTree(WEIGHTS.resolve("reference_logits.json"));
    JsonNode rows = known.get("resnet20_cifar10_akamaster").get("logits");
    int right = 0;
    try (WeightsFolder.Loaded loaded = ModelSource.open(WEIGHTS.resolve(file));
        NoGrad g = NoGrad.on()) {
      for (int sheet = 0; sheet < SHEETS; sheet++) {
        try (Scope scope = Scope.open()) {
          Tensor x = loaded.preprocess().normalize(sheet(sheet), Device.CPU);
          Tensor logits = loaded.model().apply(x);
          long[] answers = logits.argmax(-1).toLongs();
          for (int i = 0; i < TILES; i++) {
            right += answers[i] == labels[TILES * sheet + i] ? 1 : 0;
          }
          if (sheet == 0) {
            assertRows(logits.toFloats(), rows);
          }
        }
      }
    }
    assertThat(right).isEqualTo(4571);
  }

  private static void assertRows(float[] logits, JsonNode rows) {
    assertThat(rows.size()).isEqualTo(16);
    for (int i = 0; i < rows.size(); i++) {
      for (int k = 0; k < rows.get(i).size(); k++) {
        assertThat((double) logits[10 * i + k])
            .isCloseTo(rows.get(i).get(k).asDouble(), within(1e-4));
      }
    }
  }

  private static Tensor sheet(int index) throws IOException {
    Path file = DATA.resolve("cifar10/test5000_%02d.png".formatted(index));
    BufferedImage sheet = ImageIO.read(file.toFile());
    int plane = SIDE * SIDE;
    byte[] pixels = new byte[TILES * 3 * plane];
    for (int tile = 0; tile < TILES; tile++) {
      for (int p = 0; p < plane; p++) {
        int x = tile % COLUMNS * SIDE + p % SIDE;
        int rgb = sheet.getRGB(x, tile / COLUMNS * SIDE + p / SIDE);
        for (int c = 0; c < 3; c++) {
          pixels[(3 * tile + c) * plane + p] = (byte) (rgb >> (16 - 8 * c));
        }
      }
    }
    return Tensor.of(pixels, 0, TILES, 3, SIDE, SIDE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "vit_mnist_sonjuhy.pth | separate Linear layers for query, key and value before nn.MultiheadAttention",
        "vit_mnist_sonjuhy.safetensors | separate Linear layers for query, key and value",
        "vit_mnist_tiny_agentzz1.pth | or post-norm",
      })
  void formsThatAreNotOursAreRefused(String file, String reason) {
    assertThatThrownBy(() -> ModelSource.open(WEIGHTS.resolve(file)))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining(reason);
  }
}
