package dev.vit4j.bench;

import dev.vit4j.model.PatchOutputs;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Generator;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.tensor.Threads;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;

/**
 * From the outputs of a multitask model to a segmentation: 49 patches, 460 classes, 4 masks of
 * 1,024 pixels, as in the original network. {@code bench/peers/multitask.py} times the original's
 * loops.
 */
public final class LabelMapBench {
  private static final int RUNS = 200;
  private static final int WARM_UP = 50;

  private LabelMapBench() {}

  /** See above. */
  public static void main(String[] args) {
    Threads.set(1);
    Generator generator = new Generator(1);
    Tensor classes = Tensor.empty(DType.F32, Device.CPU, 1, 49, 460).normal_(0, 1, generator);
    Tensor masks = Tensor.empty(DType.F32, Device.CPU, 1, 49, 1024, 4).normal_(0, 1, generator);
    PatchOutputs outputs = new PatchOutputs(classes, masks, 7, 32);
    time("toSegment, dense", outputs, o -> o.toSegment(), 20);
    time("labelMap", outputs, o -> o.labelMap(), RUNS);
  }

  private static void time(
      String what, PatchOutputs outputs, Function<PatchOutputs, Object> work, int runs) {
    double[] times = new double[runs];
    try (NoGrad g = NoGrad.on()) {
      for (int i = -WARM_UP; i < runs; i++) {
        long start = System.nanoTime();
        try (Scope scope = Scope.open()) {
          Objects.requireNonNull(work.apply(outputs));
        }
        if (i >= 0) {
          times[i] = (System.nanoTime() - start) / 1e6;
        }
      }
    }
    Arrays.sort(times);
    System.out.printf(
        Locale.ROOT, "%s: median %.3f ms, best %.3f ms%n", what, times[runs / 2], times[0]);
  }
}
