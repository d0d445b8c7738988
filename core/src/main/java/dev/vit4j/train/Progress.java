package dev.vit4j.train;

import dev.vit4j.metric.ClassificationResult;
import dev.vit4j.recipe.Recipe;
import java.nio.file.Path;
import java.util.Locale;

/** Hears how a training goes, and may stop it. Called from the training thread. */
public interface Progress {
  /**
   * What a training is made of, before its first step.
   *
   * @param train samples to train on
   * @param val samples held out for validation
   * @param test samples of the test set
   */
  record Start(
      Path folder,
      Recipe recipe,
      String device,
      int train,
      int val,
      int test,
      long parameters,
      long trainable,
      int epochs,
      int batchesPerEpoch) {}

  /**
   * Where it stands after a step; means are over the epoch so far.
   *
   * @param epoch from 1
   * @param batch batches of the epoch done
   * @param loss mean over the samples seen
   * @param top1 percentage of the samples seen
   * @param dataWait share of the epoch's time so far that was spent waiting for data, 0 to 1
   */
  record Step(
      int epoch,
      int batch,
      long seen,
      double loss,
      double top1,
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
  default void epoch(EpochRow row, boolean best) {}

  /** After the one test of the best weights, at the end. */
  default void test(ClassificationResult result) {}

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
      public void epoch(EpochRow r, boolean best) {
        System.err.println(line(r, best));
      }
    };
  }

  /** An epoch's row as people read it; without the validation where there was none. */
  static String line(EpochRow r, boolean best) {
    String val =
        Double.isNaN(r.valTop1())
            ? ""
            : String.format(
                Locale.ROOT, " | val_loss: %.4f | val_acc: %.4f", r.valLoss(), r.valTop1() / 100);
    return String.format(
        Locale.ROOT,
        "Epoch: %d | train_loss: %.4f | train_acc: %.4f%s"
            + " | lr: %.2e | %.1f s | %.0f images/s | data %.0f %%%s",
        r.epoch(),
        r.trainLoss(),
        r.trainTop1() / 100,
        val,
        r.lr(),
        r.seconds(),
        r.imagesPerSecond(),
        100 * r.dataWait(),
        best ? " | best" : "");
  }
}
