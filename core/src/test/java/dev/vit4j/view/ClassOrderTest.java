package dev.vit4j.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClassOrderTest {
  @Test
  void whatIsConfusedStandsTogether() {
    // classes 0, 3 and 5 are taken for each other, 0 and 5 most; so are 1 and 4; 2 never
    long[][] counts = new long[6][6];
    for (int i = 0; i < 6; i++) {
      counts[i][i] = 80;
    }
    counts[0][5] = 20;
    counts[5][3] = 10;
    counts[4][1] = 15;
    assertThat(ClassOrder.byConfusion(counts)).containsExactly(0, 5, 3, 1, 4, 2);
  }

  @Test
  void withoutMistakesTheOrderStays() {
    long[][] counts = new long[50][50];
    Arrays.setAll(counts, i -> IntStream.range(0, 50).mapToLong(j -> i == j ? 3 : 0).toArray());
    assertThat(ClassOrder.byConfusion(counts)).isEqualTo(IntStream.range(0, 50).toArray());
    assertThat(ClassOrder.byConfusion(new long[2000][2000]))
        .isEqualTo(IntStream.range(0, 2000).toArray());
  }

  @Test
  void everyClassStandsOnce() {
    int n = 120;
    long[][] counts = new long[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        counts[i][j] = (i * 31L + j * 17L) % 11;
      }
    }
    int[] order = ClassOrder.byConfusion(counts);
    assertThat(Arrays.stream(order).sorted().toArray()).isEqualTo(IntStream.range(0, n).toArray());
  }
}
