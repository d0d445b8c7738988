package dev.vit4j.train;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How a batch is divided among the workers of all ranks. Rank r has the workers r × workers to (r +
 * 1) × workers - 1, so the division depends only on the number of all workers.
 *
 * @param workers workers of a rank
 * @param several whether a shard needs at least two samples: one sample can leave batch norm a
 *     single value per channel
 */
record Shards(int rank, int ranks, int workers, boolean several) {

  /**
   * A worker's shard of a batch, or a piece of one.
   *
   * @param worker number of the worker in its rank
   * @param index number in the batch over all ranks, which seeds random layers
   * @param from first sample in the batch
   */
  record Shard(int worker, int index, int from, int count) {

    /** Divides this shard into at most so many pieces, none of them empty. */
    List<Shard> pieces(int most) {
      int pieces = Math.min(most, count);
      List<Shard> all = new ArrayList<>();
      for (int i = 0; i < pieces; i++) {
        int begin = part(i, pieces, count);
        int end = part(i + 1, pieces, count);
        all.add(new Shard(worker, index * most + i, from + begin, end - begin));
      }
      return all;
    }
  }

  private static int part(int index, int parts, int size) {
    return (int) ((long) size * index / parts);
  }

  /** Returns the number of shards of a batch, at most one per worker of all ranks. */
  int count(int size) {
    return Math.min(ranks * workers, several ? Math.max(1, size / 2) : size);
  }

  /** Returns the shards of a rank; none if the batch has fewer samples than workers. */
  List<Shard> of(int rank, int size) {
    int all = count(size);
    int first = rank * workers;
    return IntStream.range(first, Math.min(first + workers, all))
        .mapToObj(
            i -> {
              int from = part(i, all, size);
              return new Shard(i - first, i, from, part(i + 1, all, size) - from);
            })
        .toList();
  }

  /** Returns the shards of this rank. */
  List<Shard> own(int size) {
    return of(rank, size);
  }

  /** Returns the number of samples of each rank. */
  int[] counts(int size) {
    return IntStream.range(0, ranks)
        .map(r -> of(r, size).stream().mapToInt(Shard::count).sum())
        .toArray();
  }

  /**
   * Returns the places in a batch of the samples that this rank needs, ascending; at least one,
   * from which the shape of the images is known.
   *
   * @param partners whether it also needs those at the same places of the reversed batch
   */
  int[] places(int size, boolean partners) {
    boolean[] needed = new boolean[size];
    for (Shard shard : own(size)) {
      for (int i = shard.from(); i < shard.from() + shard.count(); i++) {
        needed[i] = true;
        needed[partners ? size - 1 - i : i] = true;
      }
    }
    int[] places = IntStream.range(0, size).filter(i -> needed[i]).toArray();
    return places.length == 0 ? new int[] {0} : places;
  }
}
