package dev.vit4j.bench;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.source.Datasets;
import dev.vit4j.image.Image;
import dev.vit4j.infer.Classifier;
import dev.vit4j.recipe.OptimizerKeys;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.train.Progress;
import dev.vit4j.train.Run;
import dev.vit4j.train.Trainer;
import dev.vit4j.view.ConfusionPlot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Does memory stay flat? Trains 10,000 steps and makes 50,000 predictions after a warm-up, reads
 * the process's resident memory before and after them, and exits with 1 if it grew by 2 % or more.
 * The warm-up is 10,000 steps and one drawn picture: until then the JVM compiles, each thread's
 * allocator finds its size, and Java's drawing library is loaded. Linux only; run by {@code
 * bench/checks/release/soak.sh}.
 */
public final class Soak {
  private static final int WARM_UP_STEPS = 10_000;
  private static final int STEPS = 10_000;
  private static final int WARM_UP_PREDICTIONS = 10_000;
  private static final int PREDICTIONS = 50_000;
  private static final int BATCH = 50;
  private static final int ASKING = 8;
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
    int batchesPerEpoch = 6000 * 9 / 10 / recipe.get(OptimizerKeys.BATCH_SIZE);
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

  /** Threads ask at once, for one picture or many; each answer must be the one that one gets. */
  private static void predict(Run run, Watch watch) throws IOException {
    Dataset test = Datasets.open(Datasets.SAMPLE, null).test();
    try (Classifier classifier = Classifier.open(run.best())) {
      List<List<Image>> questions = questions(test);
      List<float[][]> expected = questions.stream().map(classifier::probabilities).toList();
      ExecutorService pool = Executors.newFixedThreadPool(ASKING);
      for (long done = 0; done < WARM_UP_PREDICTIONS + PREDICTIONS; done += BATCH * ASKING) {
        List<Future<?>> running = new ArrayList<>();
        for (int t = 0; t < ASKING; t++) {
          int from = t;
          running.add(pool.submit(() -> ask(classifier, questions, expected, from)));
        }
        for (Future<?> f : running) {
          f.get();
        }
        watch.see(done + BATCH * ASKING);
      }
      pool.shutdown();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Single pictures, and as many more at once: a batch in all. */
  private static List<List<Image>> questions(Dataset test) throws IOException {
    List<List<Image>> questions = new ArrayList<>();
    List<Image> together = new ArrayList<>();
    for (int i = 0; i < BATCH / 2; i++) {
      questions.add(List.of(test.image(i)));
      together.add(test.image(BATCH + i));
    }
    questions.add(together);
    return questions;
  }

  private static void ask(
      Classifier classifier, List<List<Image>> questions, List<float[][]> expected, int from) {
    for (int i = 0; i < questions.size(); i++) {
      int q = (from + i) % questions.size();
      if (!Arrays.deepEquals(classifier.probabilities(questions.get(q)), expected.get(q))) {
        throw new IllegalStateException("another answer than a single thread gets");
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
