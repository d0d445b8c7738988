package dev.vit4j.distributed;

import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.ProcessGroup;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Sums many tensors over all ranks in buckets of about 25 MB, PyTorch's {@code bucket_cap_mb}: a
 * bucket is packed while the one before is under way. Buckets depend on nothing but the shapes.
 */
final class Buckets {
  private static final long BYTES = 25L << 20;

  private Buckets() {}

  private record Bucket(List<Tensor> tensors, Tensor flat, ProcessGroup.Pending pending) {
    static Bucket start(ProcessGroup group, List<Tensor> tensors) {
      Tensor[] flat =
          tensors.stream().map(t -> t.to(Device.CPU).reshape(t.count())).toArray(Tensor[]::new);
      Tensor all = Ops.cat(0, flat);
      return new Bucket(tensors, all, group.allReduce(all));
    }

    void finish() {
      pending.await();
      long from = 0;
      for (Tensor t : tensors) {
        t.copy_(flat.narrow(0, from, t.count()).reshape(t.shape()));
        from += t.count();
      }
    }
  }

  /** Replaces tensors of one type by their sums. */
  static void sum(ProcessGroup group, List<Tensor> tensors) {
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      List<Bucket> started = new ArrayList<>();
      for (List<Tensor> bucket : divide(tensors)) {
        started.add(Bucket.start(group, bucket));
      }
      started.forEach(Bucket::finish);
    }
  }

  private static List<List<Tensor>> divide(List<Tensor> tensors) {
    List<List<Tensor>> buckets = new ArrayList<>();
    long filled = BYTES;
    for (Tensor t : tensors) {
      long bytes = t.count() * t.dtype().bytes();
      if (filled + bytes > BYTES || buckets.isEmpty()) {
        buckets.add(new ArrayList<>());
        filled = 0;
      }
      buckets.get(buckets.size() - 1).add(t);
      filled += bytes;
    }
    return buckets;
  }
}
