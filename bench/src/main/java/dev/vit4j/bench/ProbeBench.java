package dev.vit4j.bench;

import dev.vit4j.probe.Features;
import dev.vit4j.probe.LogisticRegression;
import dev.vit4j.probe.Probe;
import dev.vit4j.probe.ProbeEvaluation;
import dev.vit4j.probe.ProbeProgress;
import dev.vit4j.tensor.Tensor;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * Logistic regression on stored features: {@code TRAIN TEST [C [THREADS [REPEATS]]]}. Prints the
 * wall time and processor time of the training, the objective, and a hash of the predictions. The
 * peer is {@code bench/peers/logreg.py}, which starts this class.
 */
public final class ProbeBench {
  private ProbeBench() {}

  /** See above. */
  public static void main(String[] args) throws IOException {
    Features train = Features.read(Path.of(args[0]));
    Features test = Features.read(Path.of(args[1]));
    double c = args.length > 2 ? Double.parseDouble(args[2]) : 0.316;
    int threads = args.length > 3 ? Integer.parseInt(args[3]) : 2;
    int repeats = args.length > 4 ? Integer.parseInt(args[4]) : 1;
    try (Tensor first = train.tensor()) { // loads libtorch
      System.err.println(first);
    }
    LogisticRegression regression = new LogisticRegression(c, 1000);
    for (int i = 0; i < repeats; i++) {
      long start = System.nanoTime();
      long processor = processorTime();
      LogisticRegression.Fitted fitted = regression.fit(train, threads, ProbeProgress.NONE);
      double seconds = (System.nanoTime() - start) / 1e9;
      double used = (processorTime() - processor) / 1e9;
      try (Probe probe = fitted.probe()) {
        System.out.printf(
            Locale.ROOT,
            "{\"seconds\": %.3f, \"cpu_seconds\": %.3f, \"iterations\": %d, \"objective\": %.12g, "
                + "\"log_loss\": %.12g, \"test_top1\": %.4f, \"predictions\": %s}%n",
            seconds,
            used,
            fitted.iterations(),
            fitted.objective(),
            fitted.trainLoss(),
            100 * ProbeEvaluation.of(probe, test, threads).result().top1(),
            Arrays.toString(probe.predict(rows(test))));
      }
    }
  }

  private static float[][] rows(Features features) {
    try (Tensor all = features.tensor()) {
      float[] values = all.toFloats();
      float[][] rows = new float[features.size()][];
      int dim = features.dim();
      Arrays.setAll(rows, i -> Arrays.copyOfRange(values, i * dim, (i + 1) * dim));
      return rows;
    }
  }

  private static long processorTime() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getProcessCpuTime()
        : 0;
  }
}
