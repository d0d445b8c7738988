package dev.vit4j.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DuplicatesTest {
  @TempDir Path dir;

  /** Connected components by comparing all pairs. */
  private static List<List<Integer>> components(float[][] rows, double threshold) {
    List<List<Integer>> groups = new ArrayList<>();
    boolean[] seen = new boolean[rows.length];
    for (int start = 0; start < rows.length; start++) {
      List<Integer> group = new ArrayList<>();
      Deque<Integer> open = new ArrayDeque<>(List.of(start));
      while (!open.isEmpty()) {
        int row = open.pop();
        if (seen[row]) {
          continue;
        }
        seen[row] = true;
        group.add(row);
        for (int other = 0; other < rows.length; other++) {
          if (!seen[other] && Vectors.cosine(rows[row], rows[other]) >= threshold) {
            open.add(other);
          }
        }
      }
      if (group.size() > 1) {
        group.sort(null);
        groups.add(group);
      }
    }
    return groups;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 0.8, 0.9, 0.97})
  void groupsAreTheConnectedPairs(double threshold) throws IOException {
    float[][] rows = Vectors.clustered(2500, 6, 60, 8);
    Path file = Vectors.write(dir.resolve("f.safetensors"), rows);
    List<Double> told = new ArrayList<>();
    try (FeatureIndex index = FeatureIndex.open(file, 3);
        FeatureIndex single = FeatureIndex.open(file, 1)) {
      List<List<Match>> found = Duplicates.find(index, threshold, told::add);
      assertThat(found.stream().map(g -> g.stream().map(Match::row).toList()).toList())
          .isEqualTo(components(rows, threshold))
          .isNotEmpty();
      assertThat(Duplicates.find(single, threshold, share -> {})).isEqualTo(found);
      for (Match match : found.get(0)) {
        double best = 0;
        for (int i = 0; i < rows.length; i++) {
          best =
              i == match.row() ? best : Math.max(best, Vectors.cosine(rows[i], rows[match.row()]));
        }
        assertThat(match.score()).isCloseTo(best, within(1e-6));
      }
    }
    assertThat(told).isSorted().last().isEqualTo(1.0);
  }

  @Test
  void onlyEqualVectorsReachOne() throws IOException {
    float[][] rows = Vectors.clustered(50, 100, 50, 9);
    rows[40] = rows[3].clone();
    rows[41] = rows[3].clone();
    rows[42] = rows[7].clone();
    rows[42][5] *= 1.001f;
    rows[48] = new float[100];
    rows[49] = new float[100];
    try (FeatureIndex index =
        FeatureIndex.open(Vectors.write(dir.resolve("f.safetensors"), rows), 2)) {
      assertThat(Duplicates.find(index, 1, share -> {}))
          .containsExactly(
              List.of(new Match(3, "3", 1), new Match(40, "40", 1), new Match(41, "41", 1)));
    }
  }

  @Test
  void theWatchStopsTheWork() throws IOException {
    Path file = Vectors.write(dir.resolve("f.safetensors"), Vectors.clustered(50, 3, 2, 9));
    try (FeatureIndex index = FeatureIndex.open(file, 2)) {
      assertThatThrownBy(
              () ->
                  Duplicates.find(
                      index,
                      0.9,
                      share -> {
                        throw new IOException("stopped");
                      }))
          .hasMessage("stopped");
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, 1.5, Double.NaN})
  void badThresholdsAreRefused(double threshold) throws IOException {
    Path file = Vectors.write(dir.resolve("f.safetensors"), Vectors.clustered(3, 3, 2, 9));
    try (FeatureIndex index = FeatureIndex.open(file, 1)) {
      assertThatThrownBy(() -> Duplicates.find(index, threshold, share -> {}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("threshold %s: use a cosine from 0.01 to 1, such as 0.95", threshold);
    }
  }
}
