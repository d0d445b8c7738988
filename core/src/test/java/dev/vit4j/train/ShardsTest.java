package dev.vit4j.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vit4j.train.Shards.Shard;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShardsTest {
  /** The shards of all ranks are those of one process with all workers. */
  @Test
  void ranksDivideABatchLikeWorkers() {
    for (int ranks = 1; ranks <= 5; ranks++) {
      for (int workers = 1; workers <= 4; workers++) {
        for (int size = 1; size <= 50; size++) {
          checkDivision(ranks, workers, size, false);
          checkDivision(ranks, workers, size, true);
        }
      }
    }
  }

  private static void checkDivision(int ranks, int workers, int size, boolean several) {
    List<int[]> divided = new ArrayList<>();
    int samples = 0;
    for (int rank = 0; rank < ranks; rank++) {
      Shards shards = new Shards(rank, ranks, workers, several);
      for (Shard s : shards.own(size)) {
        assertThat(s.index()).isEqualTo(rank * workers + s.worker());
        divided.add(new int[] {s.index(), s.from(), s.count()});
        samples += s.count();
      }
      assertThat(shards.counts(size)).hasSize(ranks);
    }
    List<int[]> alone =
        new Shards(0, 1, ranks * workers, several)
            .own(size).stream().map(s -> new int[] {s.index(), s.from(), s.count()}).toList();
    assertThat(samples).isEqualTo(size);
    assertThat(divided).usingRecursiveComparison().isEqualTo(alone);
  }

  @Test
  void aRankNeedsItsSamplesAndTheirPartners() {
    Shards second = new Shards(1, 4, 1, false);
    assertThat(second.places(16, false)).containsExactly(4, 5, 6, 7);
    assertThat(second.places(16, true)).containsExactly(IntStream.range(4, 12).toArray());
    assertThat(new Shards(0, 4, 1, false).places(16, true))
        .containsExactly(0, 1, 2, 3, 12, 13, 14, 15);
    assertThat(new Shards(3, 4, 1, false).places(2, false)).containsExactly(0); // its shape
  }
}
