package dev.vit4j.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShuffleTest {
  /** 4 values have 24 orders; of 48,000 seeds each order gets 2,000, give or take 5 sigma. */
  @Test
  void everyOrderIsEquallyLikely() {
    Map<String, Integer> seen = new HashMap<>();
    for (int seed = 0; seed < 480; seed++) {
      for (int epoch = 0; epoch < 100; epoch++) {
        int[] values = {0, 1, 2, 3};
        Shuffle.shuffle(values, Shuffle.mix(seed, epoch));
        seen.merge(Arrays.toString(values), 1, Integer::sum);
      }
    }
    assertThat(seen).hasSize(24);
    assertThat(seen.values()).allSatisfy(n -> assertThat(n).isBetween(1780, 2220));
  }

  @Test
  void mixingSeparatesNeighbours() {
    assertThat(Shuffle.mix(1, 2)).isNotEqualTo(Shuffle.mix(2, 1));
    assertThat(Long.bitCount(Shuffle.mix(5, 0, 1) ^ Shuffle.mix(5, 0, 2))).isBetween(16, 48);
  }
}
