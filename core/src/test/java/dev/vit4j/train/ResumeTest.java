package dev.vit4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.vit4j.format.EventReader;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training that was stopped goes on as if it had not been. */
class ResumeTest {
  @TempDir Path output;

  /** Everything that has a state of its own: dropout, average weights, accumulation, shards. */
  private Recipe rich() {
    return Digits.recipe()
        .with(
            Map.of(
                "output",
                output.toString(),
                "epochs",
                3,
                "batch_size",
                256,
                "grad_accum",
                2,
                "clip_grad",
                0.5,
                "opt",
                "adamw",
                "weight_decay",
                0.05,
                "warmup_epochs",
                1,
                "sched_on",
                "step",
                "compute_workers",
                2))
        .with(
            Map.of(
                "model_args.drop_rate", 0.1,
                "model_args.attn_drop_rate", 0.1,
                "model_args.drop_path_rate", 0.1,
                "ema", 0.9,
                "val_split", 0.5)); // 3,000 samples in 7 batches
  }

  /** Asks to stop once so many batches have gone by. */
  static Progress stopAfter(int batches) {
    return new Progress() {
      private int seen;

      @Override
      public void step(Step step) {
        seen++;
      }

      @Override
      public boolean stopRequested() {
        return seen >= batches;
      }
    };
  }

  /** Stops, resumes, stops, and so on: the same folder when it is done. */
  private static Run inPieces(Recipe recipe, int... batches) throws IOException {
    Run run = Trainer.run(recipe, stopAfter(batches[0]));
    for (int i = 1; i < batches.length; i++) {
      assertThat(run.stopped()).isTrue();
      assertThat(run.test("top1")).isNaN();
      run = Trainer.resume(run.folder(), stopAfter(batches[i]));
    }
    return run.stopped() ? Trainer.resume(run.folder(), Progress.quiet()) : run;
  }

  private static void assertSame(Run actual, Run expected) throws IOException {
    for (Path[] pair :
        new Path[][] {
          {actual.best(), expected.best()},
          {RunFolder.last(actual.folder()), RunFolder.last(expected.folder())}
        }) {
      assertThat(SavedTensors.of(pair[0]))
          .as(pair[0].toString())
          .isEqualTo(SavedTensors.of(pair[1]));
    }
    assertThat(untimed(actual.folder())).isEqualTo(untimed(expected.folder()));
    assertThat(actual.test("top1")).isEqualTo(expected.test("top1"));
    assertThat(actual.val("top1")).isEqualTo(expected.val("top1"));
    assertThat(actual.bestEpoch()).isEqualTo(expected.bestEpoch());
    assertThat(actual.stopped()).isFalse();
  }

  /** The log without its last three columns, which are times. */
  private static List<String> untimed(Path run) throws IOException {
    return Files.readAllLines(run.resolve("log.csv")).stream()
        .map(line -> line.replaceAll(",[^,]*,[^,]*,[^,]*$", ""))
        .toList();
  }

  @Test
  void stoppedAnywhereItEndsInTheSameBits() throws IOException {
    Run whole = Trainer.run(rich(), Progress.quiet());
    assertSame(inPieces(rich(), 1, 1, 7), whole); // odd counts stop inside an accumulation
    assertSame(inPieces(rich(), 6, 1, 3), whole); // around the end of the first epoch
    byte[] before = Files.readAllBytes(whole.best().resolve(WeightsFolder.WEIGHTS));
    Run again = Trainer.resume(whole.folder(), Progress.quiet());
    assertSame(again, whole);
    assertThat(Files.readAllBytes(again.best().resolve(WeightsFolder.WEIGHTS))).isEqualTo(before);
  }

  /** The tricks of a long training, in bf16. */
  private Recipe tricks() {
    return rich()
        .with(
            Map.of(
                "opt",
                "lamb",
                "layer_decay",
                0.75,
                "precision",
                "bf16",
                "mixup",
                0.8,
                "cutmix",
                1,
                "mixup_prob",
                0.9,
                "smoothing",
                0.1,
                "class_weights",
                "balanced"));
  }

  @Test
  void theTricksGoOnInTheSameBitsForAnyNumberOfLoaders() throws IOException {
    Run whole = Trainer.run(tricks().with("workers", 1), Progress.quiet());
    assertSame(Trainer.run(tricks().with("workers", 8), Progress.quiet()), whole);
    assertSame(inPieces(tricks().with("workers", 8), 3, 8, 2), whole);
  }

  @Test
  void everyOptimisersStateGoesOn() throws IOException {
    for (Map<String, Object> words :
        List.<Map<String, Object>>of(
            Map.of("opt", "rmsprop"),
            Map.of("opt", "adam", "amsgrad", true, "bce_loss", true),
            Map.of("opt", "lambc"))) {
      Recipe one = rich().with(words).with("epochs", 1).with("grad_accum", 1);
      assertSame(inPieces(one, 3), Trainer.run(one, Progress.quiet()));
    }
  }

  @Test
  void validationsLeftOutAndEarlyStoppingGoOn() throws IOException {
    // lr 0 is none; one so tiny changes no bit of a logit, so the first result is never bettered
    Recipe patient =
        rich()
            .with(
                Map.of("epochs", 9, "eval_interval", 2, "patience", 2, "lr", 1e-30, "opt", "sgd"));
    Run whole = Trainer.run(patient, Progress.quiet());
    assertThat(whole.epochs()).as("validated after 2, 4 and 6").isEqualTo(6);
    assertThat(whole.bestEpoch()).isEqualTo(2);
    assertThat(whole.test("top1")).isNotNaN();
    List<String> log = Files.readAllLines(whole.folder().resolve("log.csv"));
    assertThat(log.get(1)).contains(",NaN,NaN,");
    assertThat(log.get(2)).doesNotContain("NaN");
    assertSame(inPieces(patient, 8, 7 * 3), whole);
    Run again = Trainer.resume(whole.folder(), Progress.quiet());
    assertThat(again.epochs()).as("it does not go on").isEqualTo(6);
    assertSame(again, whole);
  }

  @Test
  void tensorBoardShowsEveryEpochOnce() throws IOException {
    Run run = inPieces(rich().with("log_interval", 2), 1, 3, 7);
    assertThat(EventReader.files(run.folder())).hasSizeGreaterThan(2);
    List<EventReader.Event> shown = EventReader.shown(run.folder());
    assertThat(shown)
        .filteredOn(e -> e.tag().equals("epoch"))
        .extracting(EventReader.Event::step, EventReader.Event::value)
        .containsExactly(tuple(6L, 1f), tuple(12L, 2f), tuple(18L, 3f));
    assertThat(shown)
        .filteredOn(e -> e.tag().equals("loss/train_step"))
        .extracting(EventReader.Event::step)
        .containsExactly(2L, 4L, 6L, 8L, 10L, 12L, 14L, 16L, 18L);
  }

  @Test
  void momentumGoesOn() throws IOException {
    Recipe sgd = rich().with(Map.of("opt", "sgd", "epochs", 1, "nesterov", true, "grad_accum", 1));
    Run whole = Trainer.run(sgd, Progress.quiet());
    assertSame(inPieces(sgd, 3), whole);
  }
}
