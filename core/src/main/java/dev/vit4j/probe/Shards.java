package dev.vit4j.probe;

import dev.vit4j.parallel.WorkerPool;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Sums over samples on several threads. The samples are divided into a fixed number of shards, each
 * computed on one thread, and their results are added in order, so that the bits do not depend on
 * the number of threads.
 */
final class Shards {
  private static final int COUNT = 16;

  private Shards() {}

  /** Computes the samples {@code from} to {@code to} (exclusive). */
  interface Shard<T> {
    /** Tensors are freed afterwards; gradients are not recorded. */
    T of(int from, int to);
  }

  /** Returns the results of all shards of n samples in order. */
  static <T> List<T> map(int n, WorkerPool pool, Shard<T> shard) throws IOException {
    List<Callable<T>> work = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      int from = (int) ((long) n * i / COUNT);
      int to = (int) ((long) n * (i + 1) / COUNT);
      if (from < to) {
        work.add(
            () -> {
              try (NoGrad g = NoGrad.on();
                  Scope scope = Scope.open()) {
                return shard.of(from, to);
              }
            });
      }
    }
    return pool.all(work);
  }

  /** Creates an f64 tensor of zeros. */
  static Tensor zeros(long... shape) {
    return Tensor.empty(DType.F64, Device.CPU, shape).fill_(0);
  }

  /** Creates an f64 matrix with this diagonal. */
  static Tensor diagonal(double... values) {
    double[] all = new double[Math.multiplyExact(values.length, values.length)];
    Arrays.setAll(all, i -> i % (values.length + 1) == 0 ? values[i / (values.length + 1)] : 0);
    return Tensor.of(all, values.length, values.length);
  }

  /**
   * Returns XᵀX in f64 [D + 1, D + 1], where X is every {@code step}-th row with a one appended,
   * times {@code step}. The caller closes it.
   *
   * @param x f32 [N, D]
   */
  static Tensor gram(Tensor x, int step, WorkerPool pool) throws IOException {
    int width = (int) x.size(1) + 1;
    Tensor sum = Scope.own(zeros(width, width));
    try (Scope scope = Scope.open()) {
      for (double[] part : map((int) x.size(0), pool, (from, to) -> gram(x, from, to, step))) {
        sum.add_(Tensor.of(part, width, width));
      }
    }
    return sum;
  }

  private static double[] gram(Tensor x, int from, int to, int step) {
    Tensor rows = x.narrow(0, from, to - from).every(0, step);
    Tensor all = withOne(rows);
    return all.transpose(0, 1).matmul(all).mul_(step).toDoubles();
  }

  /** Returns rows in f64 with a one appended: [n, D] to [n, D + 1]. */
  static Tensor withOne(Tensor rows) {
    Tensor one = Tensor.empty(DType.F64, Device.CPU, rows.size(0), 1).fill_(1);
    return Ops.cat(1, rows.to(DType.F64), one);
  }
}
