package dev.vit4j.train;

import dev.vit4j.metric.Metric;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.task.Evaluation;
import dev.vit4j.task.Task;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** Hears how a training goes, and may stop it. Called from the training thread. */
public interface Progress {
  /**
   * What a training is made of, before its first step.
   *
   * @param train samples to train on
   * @param val samples held out for validation
   * @param test samples of the test set
   * @param classes number of classes
   * @param task what is learned
   */
  record Start(
      Path folder,
      Recipe recipe,
      String device,
      int train,
      int val,
      int test,
      int classes,
      long parameters,
      long trainable,
      int epochs,
      Task task,
      int batchesPerEpoch) {}

  /**
   * Where it stands after a step; means are over the epoch so far.
   *
   * @param epoch from 1
   * @param batch batches of the epoch done
   * @param means loss and running metrics over the samples seen, by metric key
   * @param dataWait share of the epoch's time so far that was spent waiting for data, 0 to 1
   */
  record Step(
      int epoch,
      int batch,
      long seen,
      Map<String, Double> means,
      double lr,
      double imagesPerSecond,
      double dataWait) {}

  /** One line about a stage, such as what was loaded. */
  default void stage(String line) {}

  /** Before the first step of a session. */
  default void start(Start start) {}

  /** After every batch. */
  default void step(Step step) {}

  /**
   * After every epoch, and its validation if there was one.
   *
   * @param best whether the validation beat all before
   */
  default void epoch(EpochRow row, Task task, boolean best) {}

  /** After the one test of the best weights, at the end. */
  default void test(Evaluation result) {}

  /** Asked after every step; true saves and stops. */
  default boolean stopRequested() {
    return false;
  }

  /** Says nothing. */
  static Progress quiet() {
    return new Progress() {};
  }

  /** One line per stage and epoch on the error stream. */
  static Progress console() {
    return new Progress() {
      @Override
      public void stage(String line) {
        System.err.println(line);
      }

      @Override
      public void epoch(EpochRow row, Task task, boolean best) {
        System.err.println(line(row, task, best));
      }
    };
  }

  /** An epoch's row as people read it; without the validation where there was none. */
  static String line(EpochRow r, Task task, boolean best) {
    StringBuilder line = new StringBuilder("Epoch: " + r.epoch());
    add(line, "train", Metric.LOSS, r.train());
    task.trainMetrics().forEach(m -> add(line, "train", m, r.train()));
    if (r.validated()) {
      add(line, "val", Metric.LOSS, r.val());
      task.valMetrics().forEach(m -> add(line, "val", m, r.val()));
    }
    return line
        + String.format(
            Locale.ROOT,
            " | lr: %.2e | %.1f s | %.0f images/s | data %.0f %%%s",
            r.lr(),
            r.seconds(),
            r.imagesPerSecond(),
            100 * r.dataWait(),
            best ? " | best" : "");
  }

  private static void add(
      StringBuilder line, String split, Metric metric, Map<String, Double> values) {
    double value = values.getOrDefault(metric.key(), Double.NaN);
    line.append(
        String.format(Locale.ROOT, " | %s_%s: %.4f", split, metric.brief(), metric.plain(value)));
  }
}
