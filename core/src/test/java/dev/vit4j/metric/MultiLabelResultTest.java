package dev.vit4j.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.Fixture;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Average precision and F1 equal scikit-learn's. */
class MultiLabelResultTest {
  private static final JsonNode GOLDEN = Fixture.json("19-multitask/labels.json");

  private static MultiLabelResult result() {
    MultiLabelResult result = new MultiLabelResult(4);
    for (int i = 0; i < GOLDEN.get("scores").size(); i++) {
      for (int c = 0; c < 4; c++) {
        float score = (float) GOLDEN.get("scores").get(i).get(c).asDouble();
        result.add(c, score, GOLDEN.get("truth").get(i).get(c).asInt() == 1);
      }
    }
    return result;
  }

  @Test
  void averagePrecisionEqualsScikitLearns() {
    MultiLabelResult result = result();
    double sum = 0;
    for (int c = 0; c < 3; c++) {
      double golden = GOLDEN.get("average_precision").get(c).asDouble();
      assertThat(result.averagePrecision(c)).isCloseTo(golden, within(1e-12));
      sum += golden;
    }
    assertThat(result.averagePrecision(3)).isNaN(); // never present
    assertThat(result.meanAveragePrecision()).isCloseTo(sum / 3, within(1e-12));
  }

  @Test
  void f1EqualsScikitLearns() {
    MultiLabelResult result = result();
    for (int c = 0; c < 4; c++) {
      assertThat(result.f1(c)).isCloseTo(GOLDEN.get("f1").get(c).asDouble(), within(1e-12));
    }
    assertThat(result.microF1()).isCloseTo(GOLDEN.get("micro_f1").asDouble(), within(1e-12));
  }

  @Test
  void nothingCountedHasNoPrecision() {
    assertThat(new MultiLabelResult(2).meanAveragePrecision()).isNaN();
    assertThat(new MultiLabelResult(2).microF1()).isZero();
  }

  @Test
  void largeLogitsCountAsSixteen() {
    MultiLabelResult result = new MultiLabelResult(1);
    result.add(0, Float.MAX_VALUE, true);
    result.add(0, -1e30f, false);
    result.add(0, 0, false); // not predicted
    assertThat(result.averagePrecision(0)).isEqualTo(1);
    assertThat(result.f1(0)).isEqualTo(1);
  }
}
