package dev.vit4j.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Neighbors of one class are one region, diagonals are not neighbors. */
class RegionTest {
  @Test
  void regionsHaveAreasAndBoxes() {
    int[] labels = {
      1, 1, 0, 2,
      1, 0, 0, 2,
      0, 1, 0, -1
    };
    assertThat(Region.of(labels, 4))
        .containsExactly(
            new Region(0, 4, 1, 0, 2, 3),
            new Region(1, 3, 0, 0, 2, 2),
            new Region(2, 2, 3, 0, 1, 2),
            new Region(0, 1, 0, 2, 1, 1),
            new Region(1, 1, 1, 2, 1, 1));
  }

  @Test
  void oneClassIsOneRegionOfAnySize() {
    int[] labels = new int[1000 * 1000];
    assertThat(Region.of(labels, 1000)).containsExactly(new Region(0, 1_000_000, 0, 0, 1000, 1000));
    Arrays.fill(labels, -1);
    assertThat(Region.of(labels, 1000)).isEmpty();
  }
}
