package dev.vit4j.bench;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.Datasets;
import dev.vit4j.image.Image;
import dev.vit4j.infer.Classifier;
import dev.vit4j.train.Progress;
import dev.vit4j.train.Recipe;
import dev.vit4j.train.Run;
import dev.vit4j.train.Trainer;
import dev.vit4j.view.ConfusionPlot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Does memory stay flat? Trains 10,000 steps and makes 50,000 predictions after a warm-up, reads
 * the process's resident memory before and after them, and exits with 1 if it grew by 2 % or more.
 * The warm-up is 10,000 steps and one drawn picture: until then the JVM compiles, each thread's
 * allocator finds its size, and Java's drawing library is loaded. Linux only; run by {@code
 * bench/checks/soak.sh}.
 */
public final class Soak {
  private static final int WARM_UP_STEPS = 10_000;
  private static final int STEPS = 10_000;
  private static final int WARM_UP_PREDICTIONS = 10_000;
  private static final int PREDICTIONS = 50_000;
  private static final int BATCH = 50;
  private static final double LIMIT = 1.02;

  private Soak() {}

  /** Takes the folder to write the run into. */
  public static void main(String[] args) throws IOException {
    ConfusionPlot.draw(new long[][] {{1, 0}, {0, 1}}, List.of("a", "b"));
    Watch training = new Watch("training steps", WARM_UP_STEPS, STEPS);
    Run run = train(Path.of(args[0]), training);
    Watch predicting = new Watch("predictions", WARM_UP_PREDICTIONS, PREDICTIONS);
    predict(run, predicting);
    System.exit(training.isFlat() && predicting.isFlat() ? 0 : 1);
  }

  private static Run train(Path output, Watch watch) throws IOException {
    Recipe recipe = Recipe.named("mnist-sample").with("output", output.toString());
    int batchesPerEpoch = 6000 * 9 / 10 / recipe.batchSize();
    Recipe longer = recipe.with("epochs", (WARM_UP_STEPS + STEPS) / batchesPerEpoch + 1);
    return Trainer.run(
        longer,
        new Progress() {
          private long steps;

          @Override
          public void step(Step step) {
            watch.see(++steps);
          }
        });
  }

  private static void predict(Run run, Watch watch) throws IOException {
    Dataset test = Datasets.open(Datasets.SAMPLE, null).test();
    try (Classifier classifier = Classifier.open(run.best())) {
      for (long done = 0; done < WARM_UP_PREDICTIONS + PREDICTIONS; done += BATCH) {
        List<Image> pictures = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
          pictures.add(test.image((int) ((done + i) % test.size())));
        }
        classifier.classify(pictures, 3);
        watch.see(done + BATCH);
      }
    }
  }

  /** Reads the resident memory after the warm-up and after the work. */
  private static final class Watch {
    private final String what;
    private final long warmUp;
    private final long work;
    private long before;
    private long after;

    Watch(String what, long warmUp, long work) {
      this.what = what;
      this.warmUp = warmUp;
      this.work = work;
    }

    void see(long done) {
      if (done == warmUp) {
        before = residentKb();
      }
      if (done == warmUp + work) {
        after = residentKb();
        System.out.printf(
            "%,d %s: %,d KiB resident before them, %,d KiB after (%+.2f %%)%n",
            work, what, before, after, 100.0 * (after - before) / before);
      }
    }

    boolean isFlat() {
      return after > 0 && after < before * LIMIT;
    }

    private static long residentKb() {
      System.gc(); // what waits for the collector is not a leak
      try {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
          if (line.startsWith("VmRSS:")) {
            return Long.parseLong(line.replaceAll("\\D", ""));
          }
        }
      } catch (IOException e) {
        throw new IllegalStateException("no /proc/self/status: this check needs Linux", e);
      }
      throw new IllegalStateException("no VmRSS in /proc/self/status");
    }
  }
}
