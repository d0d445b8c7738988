package dev.vit4j.train;

import dev.vit4j.distributed.Ranks;
import dev.vit4j.model.Model;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Foreach;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The batch norm statistics of the workers, which are averaged after every batch. */
final class Statistics {
  private final List<List<Tensor>> all = new ArrayList<>(); // by worker; the first are the model's

  /** Adds those of a worker. */
  void add(Model replica) {
    all.add(replica.buffers().values().stream().filter(b -> b.dtype() == DType.F32).toList());
  }

  private boolean isEmpty() {
    return all.get(0).isEmpty();
  }

  List<List<Tensor>> copies() {
    return isEmpty()
        ? List.of()
        : all.stream().map(of -> of.stream().map(Tensor::copy).toList()).toList();
  }

  void restore(List<List<Tensor>> copies) {
    for (int i = 0; i < copies.size(); i++) {
      Foreach.copy(all.get(i), copies.get(i));
    }
  }

  /** Copies the model's statistics to the workers before a batch. */
  void share(int workers) {
    for (int i = 1; i < workers && !isEmpty(); i++) {
      try (Scope scope = Scope.open()) {
        Foreach.copy(all.get(i), all.get(0));
      }
    }
  }

  /**
   * Averages the statistics after a batch; unchanged values keep their bits.
   *
   * @param workers workers of all ranks that had a shard of the batch
   */
  void average(int workers, Ranks ranks) {
    if (isEmpty()) {
      return;
    }
    try (Scope scope = Scope.open()) {
      List<List<Tensor>> each = ranks.size() == 1 ? all : ofAllRanks(ranks);
      List<Tensor> mean = each.get(0);
      for (int i = 1; i < workers; i++) {
        Foreach.add(each.get(i), mean, -1);
      }
      for (int i = 1; i < workers; i++) {
        Foreach.add(mean, each.get(i), 1.0 / workers);
      }
      if (ranks.size() > 1) {
        Foreach.copy(all.get(0), mean);
      }
    }
  }

  /** Returns copies of the statistics of all workers of all ranks. */
  private List<List<Tensor>> ofAllRanks(Ranks ranks) {
    Tensor[] rows = all.stream().map(Statistics::flat).toArray(Tensor[]::new);
    int[] counts = new int[ranks.size()];
    Arrays.fill(counts, rows.length);
    Tensor table = ranks.gather(Ops.stack(0, rows), counts);
    List<List<Tensor>> each = new ArrayList<>();
    for (long worker = 0; worker < table.size(0); worker++) {
      each.add(shaped(table.select(0, worker)));
    }
    return each;
  }

  private static Tensor flat(List<Tensor> statistics) {
    return Ops.cat(0, statistics.stream().map(t -> t.reshape(t.count())).toArray(Tensor[]::new));
  }

  private List<Tensor> shaped(Tensor row) {
    List<Tensor> shaped = new ArrayList<>();
    long from = 0;
    for (Tensor like : all.get(0)) {
      shaped.add(row.narrow(0, from, like.count()).reshape(like.shape()));
      from += like.count();
    }
    return shaped;
  }
}
