package dev.vit4j.train;

import dev.vit4j.metric.Metric;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.task.Evaluation;
import dev.vit4j.task.Task;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** Listener of a training, which can also stop it. Called from the training thread. */
public interface Progress {
  /**
   * Data and task of a training, before its first step.
   *
   * @param train number of training samples
   * @param val number of validation samples
   * @param test number of test samples
   * @param classes number of classes
   * @param task task to learn
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
   * State of the training after a step, with means over the epoch so far.
   *
   * @param epoch from 1
   * @param batch number of batches done in this epoch
   * @param means mean loss and running metrics over the samples seen, by metric key
   * @param dataWait fraction of the epoch's time spent waiting for data, 0 to 1
   */
  record Step(
      int epoch,
      int batch,
      long seen,
      Map<String, Double> means,
      double lr,
      double imagesPerSecond,
      double dataWait) {}

  /** Called with a line about a stage, such as the loaded data. */
  default void stage(String line) {}

  /** Called with a line about an assumption that a user must see, such as skipped files. */
  default void remark(String line) {
    stage(line);
  }

  /** Called before the first step of a session. */
  default void start(Start start) {}

  /** Called after every batch. */
  default void step(Step step) {}

  /**
   * Called after every epoch and its validation.
   *
   * @param best whether the validation is the best so far
   */
  default void epoch(EpochRow row, Task task, boolean best) {}

  /** Called after the test of the best weights. */
  default void test(Evaluation result) {}

  /**
   * Called on another thread if a rank of a {@link DistributedTraining} has failed and this process
   * has not noticed it within 15 s, for instance since it is busy; may end the process.
   *
   * @param failure what is wrong on which rank
   */
  default void stalled(String failure) {}

  /** Called after every step; returns true to save and stop. */
  default boolean stopRequested() {
    return false;
  }

  /** Returns a listener that prints nothing. */
  static Progress quiet() {
    return new Progress() {};
  }

  /** Returns a listener that prints a line per stage and epoch to stderr. */
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

  /** Formats an epoch as a line; without validation values if there are none. */
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
