package dev.vit4j.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.format.Safetensors;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Against scikit-learn's figures. */
class MetricsTest {
  private static final int CLASSES = 10;
  private static JsonNode expected;
  private static float[] logits;
  private static double[] probabilities;
  private static long[] labels;
  private static long[] predicted;
  private static long[] maskTrue;
  private static long[] maskPredicted;

  @BeforeAll
  static void read() throws IOException {
    expected = JsonMapper.shared().readTree(fixture("metrics.json").toFile());
    try (Safetensors file = Safetensors.open(fixture("metrics.safetensors"))) {
      logits = new float[2000];
      file.data("logits").asFloatBuffer().get(logits);
      probabilities = new double[2000];
      file.data("prob").asDoubleBuffer().get(probabilities);
      labels = longs(file, "y");
      predicted = longs(file, "pred");
      maskTrue = longs(file, "mask_true");
      maskPredicted = longs(file, "mask_pred");
    }
  }

  private static Path fixture(String name) {
    URL url =
        Objects.requireNonNull(
            MetricsTest.class.getResource("/fixtures/10-losses-metrics/" + name));
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static long[] longs(Safetensors file, String name) {
    long[] values = new long[(int) Objects.requireNonNull(file.tensors().get(name)).count()];
    file.data(name).asLongBuffer().get(values);
    return values;
  }

  @Test
  void confusionMatrix() {
    ConfusionMatrix m = new ConfusionMatrix(CLASSES);
    m.addAll(labels, predicted, -1);
    assertThat(m.total()).isEqualTo(200);
    near(m.accuracy(), "accuracy");
    for (int c = 0; c < CLASSES; c++) {
      for (int p = 0; p < CLASSES; p++) {
        assertThat(m.counts()[c][p]).isEqualTo(expected.at("/confusion/" + c + "/" + p).asLong());
      }
      near(m.precision(c), "precision/" + c);
      near(m.recall(c), "recall/" + c);
      near(m.f1(c), "f1/" + c);
      assertThat(m.support(c)).isEqualTo(expected.at("/support/" + c).asLong());
    }
    near(m.macro(), "macro");
    near(m.weighted(), "weighted");
  }

  @Test
  void mostConfusedComesFirst() {
    ConfusionMatrix m = new ConfusionMatrix(3);
    m.addAll(new long[] {0, 0, 1, 1, 1, 2, 2, 2}, new long[] {0, 2, 2, 2, 1, 0, 2, 0}, -1);
    assertThat(m.mostConfused(2))
        .containsExactly(
            new ConfusionMatrix.Confused(1, 2, 2), new ConfusionMatrix.Confused(2, 0, 2));
    assertThat(m.mostConfused(9))
        .hasSize(3)
        .last()
        .isEqualTo(new ConfusionMatrix.Confused(0, 2, 1));
  }

  /** A plain table of so many pairs would have 3.8 GB. */
  @Test
  void manyClassesTakeTheMemoryOfTheirPairs() {
    ConfusionMatrix many = new ConfusionMatrix(21_843);
    ConfusionMatrix few = new ConfusionMatrix(3);
    int[] place = {5, 700, 21_842};
    int[][] pairs = {{0, 0}, {0, 1}, {1, 1}, {1, 1}, {2, 0}, {2, 0}, {2, 2}};
    for (int[] pair : pairs) {
      many.add(place[pair[0]], place[pair[1]]);
      few.add(pair[0], pair[1]);
    }
    assertThat(many.total()).isEqualTo(7);
    assertThat(many.correct()).isEqualTo(4);
    assertThat(many.present()).containsExactly(place);
    assertThat(many.of(place).counts()).isEqualTo(few.counts());
    assertThat(many.macro()).isEqualTo(few.macro());
    assertThat(many.weighted().f1()).isCloseTo(few.weighted().f1(), within(1e-15));
    assertThat(many.mostConfused(1)).containsExactly(new ConfusionMatrix.Confused(21_842, 5, 2));
    ConfusionMatrix twice = new ConfusionMatrix(21_843);
    twice.addAll(many);
    twice.addAll(many);
    assertThat(twice.support(700)).isEqualTo(4);
    assertThat(twice.predicted(5)).isEqualTo(6);
    assertThat(twice.count(21_842, 5)).isEqualTo(4);
  }

  @Test
  void masks() {
    ConfusionMatrix m = new ConfusionMatrix(6);
    m.addAll(maskTrue, maskPredicted, expected.get("ignore_value").asLong());
    for (int c = 0; c < 5; c++) {
      near(m.iou(c), "iou_per_class/" + c);
      assertThat(m.intersection(c))
          .isEqualTo(expected.at("/intersection_union/" + c + "/0").asLong());
      assertThat(m.union(c)).isEqualTo(expected.at("/intersection_union/" + c + "/1").asLong());
    }
    assertThat(m.iou(5)).isNaN();
    assertThat(m.f1(0)).isCloseTo(2 * 56 / (56 + 85.0), within(1e-15)); // Dice = 2I / (I + U)
    near(m.meanIou(), "miou_over_present");
    near(m.accuracy(), "pixel_accuracy");
  }

  @Test
  void classificationInUnevenBatches() {
    ClassificationResult r = new ClassificationResult(CLASSES);
    for (int i = 0, n; i < 200; i += n) {
      n = Math.min(7 + i % 31, 200 - i);
      r.add(
          Arrays.copyOfRange(logits, i * CLASSES, (i + n) * CLASSES),
          Arrays.copyOfRange(labels, i, i + n),
          n);
    }
    assertThat(r.count()).isEqualTo(200);
    assertThat(r.correct()).isEqualTo(102);
    near(r.top1(), "top1_from_logits");
    near(r.topK(3), "top3");
    near(r.top5(), "top5");
    assertThat(r.topK(10)).isEqualTo(1);
    assertThat(r.loss()).isCloseTo(expected.get("nll").asDouble(), within(1e-6));
    for (int i = 0; i < 200; i++) {
      ClassificationResult.Sample s = r.sample(i);
      assertThat((double) s.probability())
          .isCloseTo(probabilities[i * CLASSES + s.predicted()], within(1e-6));
    }
    assertThat(r.mistakes()).hasSize(98).noneMatch(ClassificationResult.Sample::correct);
    assertThat(r.mistakes())
        .isSortedAccordingTo((a, b) -> Float.compare(b.probability(), a.probability()));
  }

  @Test
  void amongEqualLogitsTheLowerClassComesFirst() {
    ClassificationResult r = new ClassificationResult(6);
    r.add(new float[6 * 6], new long[] {0, 1, 2, 3, 4, 5}, 6);
    assertThat(r.top1()).isEqualTo(1.0 / 6);
    assertThat(r.top5()).isEqualTo(5.0 / 6);
    assertThat(r.loss()).isCloseTo(Math.log(6), within(1e-15));
    assertThat(r.sample(5).predicted()).isZero();
  }

  @Test
  void topFiveOfThreeClassesIsEverything() {
    ClassificationResult r = new ClassificationResult(3);
    r.add(new float[] {3, 2, 1}, new long[] {2}, 1);
    assertThat(r.top5()).isEqualTo(1);
    assertThat(r.top1()).isZero();
  }

  @Test
  void hugeLogitsDoNotOverflow() {
    ClassificationResult r = new ClassificationResult(2);
    r.add(new float[] {1000, -1000, -3e38f, 3e38f}, new long[] {1, 1}, 2);
    assertThat(r.loss()).isEqualTo(1000);
    assertThat(r.sample(1).probability()).isEqualTo(1);
  }

  @Test
  void refusesWhatCannotBeCounted() {
    ClassificationResult r = new ClassificationResult(2);
    assertThatThrownBy(() -> r.add(new float[] {0, Float.NaN}, new long[] {0}, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("sample 0: the logit of class 1 is NaN: the weights may not be");
    assertThatThrownBy(() -> r.add(new float[] {0, 1}, new long[] {2}, 1))
        .hasMessage("sample 0: label 2 is outside 0 to 1");
    assertThatThrownBy(() -> r.add(new float[] {0, 1, 2}, new long[] {0, 1}, 2))
        .hasMessage("a batch of 2 samples with 2 classes has 3 logits and 2 labels");
    assertThat(r.count()).isZero();
    assertThatThrownBy(() -> new ConfusionMatrix(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ConfusionMatrix(3).add(0, 3))
        .hasMessage("prediction 3 is outside 0 to 2");
  }

  private static void near(ConfusionMatrix.Scores s, String path) {
    near(s.precision(), path + "/0");
    near(s.recall(), path + "/1");
    near(s.f1(), path + "/2");
  }

  private static void near(double actual, String path) {
    assertThat(actual).as(path).isCloseTo(expected.at("/" + path).asDouble(), within(1e-9));
  }
}
