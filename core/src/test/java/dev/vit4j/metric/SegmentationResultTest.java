package dev.vit4j.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.format.Safetensors;
import dev.vit4j.image.PixelValues;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Against numpy's figures, which are torchmetrics'. */
class SegmentationResultTest {
  private static final int CLASSES = 6;
  private static JsonNode golden;
  private static final int[][] TRUE = new int[3][];
  private static final int[][] PREDICTED = new int[3][];

  @BeforeAll
  static void read() throws IOException {
    golden = JsonMapper.shared().readTree(fixture("metrics.json").toFile());
    try (Safetensors file = Safetensors.open(fixture("metrics.safetensors"))) {
      for (int i = 0; i < 3; i++) {
        TRUE[i] = labels(file.data("true." + i));
        PREDICTED[i] = labels(file.data("predicted." + i));
      }
    }
  }

  private static Path fixture(String name) {
    URL url =
        Objects.requireNonNull(
            SegmentationResultTest.class.getResource("/dev/vit4j/task/segmentation/" + name));
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static int[] labels(ByteBuffer data) {
    byte[] bytes = new byte[data.remaining()];
    data.get(bytes);
    return PixelValues.labels(bytes, 1);
  }

  private static SegmentationCounts counts(int... samples) {
    SegmentationCounts counts = new SegmentationCounts(CLASSES);
    for (int i : samples) {
      counts.add(TRUE[i], PREDICTED[i]);
    }
    return counts;
  }

  private static void check(SegmentationResult result, JsonNode expected) {
    for (int c = 0; c < CLASSES; c++) {
      for (int p = 0; p < CLASSES; p++) {
        assertThat(result.confusion().count(c, p))
            .isEqualTo(expected.at("/confusion/" + c + "/" + p).asLong());
      }
    }
    near(result.pixelAccuracy(), expected.get("pixel_accuracy"));
    near(result.meanIou(), expected.get("miou"));
    near(result.meanClassAccuracy(), expected.get("mean_class_accuracy"));
    near(result.meanDice(), expected.get("mean_dice"));
    near(result.frequencyWeightedIou(), expected.get("frequency_weighted_iou"));
    each(result::iou, expected.get("iou"));
    each(result::classAccuracy, expected.get("class_accuracy"));
    each(result::dice, expected.get("dice"));
  }

  private static void each(IntToDoubleFunction figure, JsonNode expected) {
    for (int c = 0; c < CLASSES; c++) {
      near(figure.applyAsDouble(c), expected.get(c));
    }
  }

  private static void near(double actual, JsonNode expected) {
    if (expected.isNull()) {
      assertThat(actual).isNaN();
    } else {
      assertThat(actual).isCloseTo(expected.asDouble(), within(1e-12));
    }
  }

  @Test
  void allFiguresOfTheSetAreNumpys() {
    SegmentationResult result = new SegmentationResult(CLASSES, 2);
    result.add(counts(0, 1, 2));
    check(result, golden);
    assertThat(result.count()).isEqualTo(3);
    assertThat(result.pixels()).isEqualTo(112);
    assertThat(result.frequency(0)).isEqualTo(26 / 112.0);
  }

  @Test
  void batchesOfAnySizeGiveTheSame() {
    SegmentationResult result = new SegmentationResult(CLASSES, 0);
    result.add(counts(0));
    result.add(counts(1, 2));
    check(result, golden);
    assertThat(result.worst()).isEmpty();
  }

  @Test
  void samplesAloneAreNumpysTooAndTheWorstAreKept() {
    for (int i = 0; i < 3; i++) {
      SegmentationResult result = new SegmentationResult(CLASSES, 1);
      result.add(counts(i));
      check(result, golden.get("each").get(i));
    }
    SegmentationResult result = new SegmentationResult(CLASSES, 2);
    result.add(counts(0, 1));
    result.add(counts(2, 1));
    assertThat(result.worst())
        .extracting(SegmentationResult.Sample::index)
        .containsExactly(1, 3); // equally bad, the first first
    near(result.worst().get(0).meanIou(), golden.at("/each/1/miou"));
  }

  @Test
  void aSampleWithoutLabelsCountsForNothing() {
    SegmentationCounts none = new SegmentationCounts(2);
    none.add(new int[] {-1, -1}, new int[] {0, 77});
    SegmentationResult result = new SegmentationResult(2, 5);
    result.add(none);
    assertThat(result.count()).isEqualTo(1);
    assertThat(result.pixels()).isZero();
    assertThat(result.worst()).isEmpty();
    assertThat(result.meanIou()).isNaN();
    assertThat(result.pixelAccuracy()).isNaN();
    assertThat(result.frequencyWeightedIou()).isNaN();
    assertThat(result.loss()).isNaN();
  }

  @Test
  void theLossIsAMeanOverPixels() {
    SegmentationCounts a = new SegmentationCounts(2);
    a.addLoss(6, 3);
    a.addLoss(1, 1);
    SegmentationCounts b = new SegmentationCounts(2);
    b.addLoss(1, 4);
    SegmentationResult result = new SegmentationResult(2, 0);
    result.add(a);
    result.add(b);
    assertThat(result.loss()).isEqualTo(1);
  }

  @Test
  void classesMayBeMoreThanABytesValues() {
    SegmentationCounts counts = new SegmentationCounts(460);
    counts.add(new int[] {0, 459, 300, -1}, new int[] {459, 459, 300, 44});
    assertThat(counts.confusion().count(0, 459)).isEqualTo(1);
    assertThat(counts.confusion().count(459, 459)).isEqualTo(1);
    assertThat(counts.confusion().count(300, 300)).isEqualTo(1);
    assertThat(counts.confusion().total()).isEqualTo(3);
    assertThat(counts.sampleIous()).containsExactly(0.5); // (0 + 1/2 + 1) / 3
  }

  @Test
  void refusesWhatIsNoClass() {
    SegmentationCounts counts = new SegmentationCounts(2);
    assertThatThrownBy(() -> counts.add(new int[] {2}, new int[] {0}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("label 2 is outside 0 to 1");
    assertThatThrownBy(() -> counts.add(new int[] {0}, new int[] {-1}))
        .hasMessage("prediction -1 is outside 0 to 1");
    assertThatThrownBy(() -> counts.add(new int[] {0, 0}, new int[] {0}))
        .hasMessage("2 labels but 1 predictions");
    assertThatThrownBy(() -> new SegmentationResult(3, 0).add(counts))
        .hasMessage("cannot add counts of 2 classes to those of 3");
  }
}
