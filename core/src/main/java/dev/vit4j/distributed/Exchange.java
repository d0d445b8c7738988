package dev.vit4j.distributed;

import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.ProcessGroup;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Operations on values that are not tensors of equal shapes on the CPU. */
final class Exchange {
  private Exchange() {}

  static double[][] gather(ProcessGroup group, double[] own) {
    try (Scope scope = Scope.open()) {
      double[] all = group.allGather(Tensor.of(own, own.length)).toDoubles();
      double[][] rows = new double[all.length / own.length][];
      Arrays.setAll(rows, i -> Arrays.copyOfRange(all, i * own.length, (i + 1) * own.length));
      return rows;
    }
  }

  static List<byte[]> gather(ProcessGroup group, byte[] own) {
    double[][] lengths = gather(group, new double[] {own.length});
    int longest = (int) Arrays.stream(lengths).mapToDouble(l -> l[0]).max().orElse(0);
    try (Scope scope = Scope.open()) {
      byte[] padded = Arrays.copyOf(own, Math.max(1, longest));
      Tensor all = group.allGather(Tensor.of(padded, 0, padded.length));
      List<byte[]> each = new ArrayList<>();
      for (int rank = 0; rank < lengths.length; rank++) {
        each.add(bytes(all.select(0, rank), (int) lengths[rank][0]));
      }
      return each;
    }
  }

  static byte[] fromFirst(ProcessGroup group, byte[] own) {
    int length = (int) gather(group, new double[] {own.length})[0][0];
    try (Scope scope = Scope.open()) {
      byte[] padded = Arrays.copyOf(own, Math.max(1, length));
      Tensor t = Tensor.of(padded, 0, padded.length);
      group.broadcast(t);
      return bytes(t, length);
    }
  }

  private static byte[] bytes(Tensor t, int length) {
    ByteBuffer buffer = t.toBytes();
    byte[] bytes = new byte[length];
    buffer.get(bytes);
    return bytes;
  }

  /** Ranks with fewer rows send some that are cut off again. */
  static Tensor gather(ProcessGroup group, Tensor own, int[] counts) {
    int most = Arrays.stream(counts).max().orElse(0);
    try (Scope scope = Scope.open();
        NoGrad g = NoGrad.on()) {
      Tensor here = own.to(Device.CPU);
      long[] shape = own.shape();
      int rows = (int) shape[0];
      if (rows < most) {
        shape[0] = (long) most - rows;
        here = Ops.cat(0, here, Tensor.empty(own.dtype(), Device.CPU, shape).fill_(0));
      }
      Tensor all = group.allGather(here);
      List<Tensor> parts = new ArrayList<>();
      for (int rank = 0; rank < counts.length; rank++) {
        parts.add(all.select(0, rank).narrow(0, 0, counts[rank]));
      }
      return scope.keep(Ops.cat(0, parts.toArray(Tensor[]::new)).to(own.device()));
    }
  }

  /** Replaces a tensor on any device and of any memory layout. */
  static void fromFirst(ProcessGroup group, Tensor t) {
    try (Scope scope = Scope.open();
        NoGrad g = NoGrad.on()) {
      Tensor sent = Tensor.empty(t.dtype(), Device.CPU, Math.max(1, t.count()));
      if (t.count() > 0) {
        sent.copy_(t.to(Device.CPU).reshape(t.count()));
        group.broadcast(sent);
        t.copy_(sent.reshape(t.shape()));
      }
    }
  }
}
