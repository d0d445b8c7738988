package dev.vit4j.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vit4j.metric.Metric;
import org.junit.jupiter.api.Test;

class TallyTest {
  /** 100 * (a / b) has other last bits than 100 * a / b for one count in three. */
  @Test
  void aPercentageIsRoundedOnce() {
    for (int all = 1; all < 200; all++) {
      for (int right = 0; right <= all; right++) {
        double value = Tally.of("top1", right, all).value(Metric.TOP1);
        assertThat(value).isEqualTo(100.0 * right / all);
      }
    }
  }

  @Test
  void countsAddUpByKey() {
    Tally sum =
        Tally.of("top1", 1, 4)
            .plus(Tally.of("top1", 2, 4))
            .plus(Tally.of("pixel_accuracy", 30, 100));
    assertThat(sum.value(Metric.TOP1)).isEqualTo(37.5);
    assertThat(sum.value(Metric.PIXEL_ACCURACY)).isEqualTo(0.3);
    assertThat(sum.value(Metric.MIOU)).isNaN();
    assertThat(Tally.NONE.plus(sum)).isEqualTo(sum);
  }
}
