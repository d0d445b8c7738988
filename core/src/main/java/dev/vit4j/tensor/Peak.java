package dev.vit4j.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;

/** What this machine's processor reaches with large matrix products: the limit for any layer. */
public final class Peak {
  private static final int SIZE = 1536; // rows, columns and depth
  private static final int RUNS = 8;

  private Peak() {}

  /**
   * Returns the speed of the fastest library for this precision, in billions of operations per
   * second; a multiply-add counts as two. Every thread computes products of its own.
   *
   * @param threads at least 1
   * @throws IllegalArgumentException if the processor has no kernels for this precision
   */
  public static double gflops(Precision precision, int threads) {
    if (precision != Precision.F32) {
      if (!Packed.isAvailable(precision)) {
        throw new IllegalArgumentException("this processor has no kernels for " + precision);
      }
      return gflops(threads, w -> PackedLinear.of(w, null, new Packing(precision, true)));
    }
    double best = 0;
    for (Kernels.Library library : Kernels.Library.values()) {
      best = Math.max(best, gflops(threads, w -> PackedLinear.of(w, null, library)));
    }
    return best;
  }

  private static double gflops(int threads, Function<Tensor, PackedLinear> pack) {
    double[] seconds = new double[threads];
    CountDownLatch ready = new CountDownLatch(threads);
    List<Thread> all = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      int index = i;
      Thread thread = new Thread(() -> seconds[index] = time(pack, ready), "vit4j-peak");
      thread.setDaemon(true);
      thread.start();
      all.add(thread);
    }
    for (Thread thread : all) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
    }
    double work = 2.0 * SIZE * SIZE * SIZE / 1e9;
    return Arrays.stream(seconds).map(s -> work / s).sum();
  }

  /** Returns the shortest time of a product in seconds, while the other threads compute too. */
  private static double time(Function<Tensor, PackedLinear> pack, CountDownLatch ready) {
    Threads.set(1);
    double best = Double.POSITIVE_INFINITY;
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      Tensor x = Tensor.full(1, Device.CPU, SIZE, SIZE);
      try (PackedLinear linear = pack.apply(x)) {
        ready.countDown();
        ready.await();
        for (int i = 0; i < RUNS; i++) {
          try (Scope run = Scope.open()) {
            long began = System.nanoTime();
            linear.apply(x);
            best = Math.min(best, (System.nanoTime() - began) / 1e9);
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return best;
  }
}
