package dev.vit4j.train;

import static dev.vit4j.TensorAssert.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.data.source.Datasets;
import dev.vit4j.format.EventReader;
import dev.vit4j.input.ModelInput;
import dev.vit4j.metric.ClassificationResult;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.recipe.ModelKeys;
import dev.vit4j.recipe.OptimizerKeys;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.recipe.RunKeys;
import dev.vit4j.task.ClassificationEvaluation;
import dev.vit4j.task.Evaluation;
import dev.vit4j.task.Evaluator;
import dev.vit4j.task.Task;
import dev.vit4j.task.classification.Classification;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Precision;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whole trainings on the built-in digits: determinism, honest numbers, broken losses. */
class TrainerTest {
  @TempDir Path output;

  private Recipe recipe() {
    return Digits.recipe()
        .with(
            Map.of(
                "output", output.toString(),
                "epochs", 2,
                "batch_size", 256,
                "warmup_epochs", 0,
                "compute_workers", 2));
  }

  /** Remembers all that it hears. */
  private static final class Diary implements Progress {
    final List<String> stages = new ArrayList<>();
    final List<Start> starts = new ArrayList<>();
    final List<Step> steps = new ArrayList<>();
    final List<EpochRow> epochs = new ArrayList<>();
    final List<Boolean> best = new ArrayList<>();
    final List<ClassificationResult> tests = new ArrayList<>();

    @Override
    public void stage(String line) {
      stages.add(line);
    }

    @Override
    public void start(Start start) {
      starts.add(start);
    }

    @Override
    public void step(Step step) {
      steps.add(step);
    }

    @Override
    public void epoch(EpochRow row, Task task, boolean isBest) {
      epochs.add(row);
      best.add(isBest);
    }

    @Override
    public void test(Evaluation result) {
      tests.add(((ClassificationEvaluation) result).result());
    }
  }

  private static Map<String, ByteBuffer> lastWeights(Recipe recipe) throws IOException {
    return SavedTensors.of(RunFolder.last(Trainer.run(recipe, Progress.quiet()).folder()));
  }

  @Test
  void sameSeedSameBits() throws IOException {
    Recipe one = recipe().with("epochs", 1).with("model_args.proj_drop_rate", 0.1);
    Map<String, ByteBuffer> first = lastWeights(one.with("workers", 1));
    assertThat(lastWeights(one.with("workers", 1))).as("again").isEqualTo(first);
    assertThat(lastWeights(one.with("workers", 4))).as("four loaders").isEqualTo(first);
    assertThat(lastWeights(one.with("workers", 0))).as("no loader thread").isEqualTo(first);
    assertThat(lastWeights(one.with("seed", 43))).as("another seed").isNotEqualTo(first);
  }

  @Test
  void computeWorkersChangeOnlyTheRounding() throws IOException {
    Recipe one = learning();
    assertOnlyRounded(one.with("compute_workers", 3), one.with("compute_workers", 1));
  }

  /** One epoch of plain steps, so large that a wrong gradient shows in the weights. */
  private Recipe learning() {
    return recipe()
        .with(Map.of("epochs", 1, "opt", "sgd", "lr", 0.3, "momentum", 0.9, "sched", "constant"));
  }

  /** Both recipes lead to the same weights, which are far from those at the start. */
  private static void assertOnlyRounded(Recipe recipe, Recipe other) throws IOException {
    Map<String, Tensor> expected = lastState(other);
    assertThat(distance(start(recipe), expected)).as("training moves").isGreaterThan(0.1);
    assertThat(distance(lastState(recipe), expected)).isLessThan(1e-5);
  }

  private static Map<String, Tensor> start(Recipe recipe) {
    return Models.create(
            recipe.model(), recipe.get(ModelKeys.MODEL_ARGS), Init.seeded(recipe.get(RunKeys.SEED)))
        .state();
  }

  private static Map<String, Tensor> lastState(Recipe recipe) throws IOException {
    Run run = Trainer.run(recipe, Progress.quiet());
    return WeightsFolder.read(RunFolder.last(run.folder()).resolve(WeightsFolder.WEIGHTS));
  }

  /** The largest difference of two weights. */
  private static double distance(Map<String, Tensor> a, Map<String, Tensor> b) {
    return a.entrySet().stream()
        .mapToDouble(e -> e.getValue().sub(b.get(e.getKey())).maxAbs())
        .max()
        .orElseThrow();
  }

  @Test
  void countsAndBestAreHonest() throws IOException {
    Diary diary = new Diary();
    Run run = Trainer.run(recipe().with("epochs", 3), diary);
    Progress.Start start = diary.starts.get(0);
    assertThat(List.of(start.train(), start.val(), start.test(), start.batchesPerEpoch()))
        .containsExactly(5400, 600, 1000, 21);
    assertThat(List.of(start.parameters(), start.trainable())).containsOnly(1850L);
    assertThat(diary.steps).hasSize(3 * 21);
    assertThat(diary.steps.get(20).seen()).isEqualTo(21 * 256);
    assertThat(diary.steps.get(21).seen()).as("a new epoch").isEqualTo(256);
    assertThat(diary.best.get(0)).isTrue();
    EpochRow best =
        diary.epochs.stream()
            .max(
                Comparator.comparingDouble((EpochRow r) -> r.val("top1"))
                    .thenComparing(
                        Comparator.comparingDouble((EpochRow r) -> r.val("loss")).reversed()))
            .orElseThrow();
    assertThat(run.bestEpoch()).isEqualTo(best.epoch());
    assertThat(run.val("top1")).isEqualTo(best.val("top1"));
    assertThat(diary.tests).as("the test set is asked once").hasSize(1);

    JsonNode result = JsonMapper.shared().readTree(run.folder().resolve("result.json"));
    assertThat(result.get("best_epoch").asInt()).isEqualTo(best.epoch());
    assertThat(result.get("val_top1").asDouble()).isEqualTo(best.val("top1"));
    assertThat(result.get("test_top1").asDouble()).isEqualTo(run.test("top1"));
    assertThat(result.get("epochs").asInt()).isEqualTo(3);
    try (WeightsFolder.Loaded loaded = WeightsFolder.open(run.best())) {
      Evaluation measured =
          new Classification()
              .evaluate(
                  new Evaluator(100, 1, Device.CPU, Precision.F32),
                  loaded,
                  ModelInput.pictures(loaded.preprocess()),
                  Datasets.open(Datasets.SAMPLE, null).test());
      ClassificationResult again = ((ClassificationEvaluation) measured).result();
      assertThat(100 * again.top1()).as("exactly").isEqualTo(run.test("top1"));
      assertThat(again.confusion().counts()).isDeepEqualTo(diary.tests.get(0).confusion().counts());
      assertThat(loaded.classes()).hasSize(10);
    }
    for (String file :
        List.of(
            "recipe.yaml",
            "environment.json",
            "log.jsonl",
            "curves.png",
            "confusion.png",
            "mistakes.png",
            "batch.png")) {
      assertThat(run.folder().resolve(file)).isNotEmptyFile();
    }
    assertThat(Files.readString(run.folder().resolve("report.html")))
        .contains("test accuracy", "Most confused", "Accuracy by class", "Worst mistakes")
        .doesNotContain("http");
    assertThat(EventReader.shown(run.folder()))
        .filteredOn(e -> e.png().length > 0)
        .extracting(EventReader.Event::tag)
        .containsExactly("batch", "confusion", "mistakes");
    assertThat(diary.stages)
        .contains("Class balance: 540 training images of every class")
        .anyMatch(line -> line.matches("Dataset loaded: .* of 10 classes, batch size 256"));
    assertThat(diary.steps).allMatch(s -> s.dataWait() >= 0 && s.dataWait() <= 1);
    assertThat(Recipe.load(run.folder().resolve("recipe.yaml")).get(OptimizerKeys.EPOCHS))
        .isEqualTo(3);
    assertThat(Files.readAllLines(run.folder().resolve("log.csv"))).hasSize(4);
  }

  @Test
  void fewPicturesGiveAdvice() throws IOException {
    Diary diary = new Diary();
    Trainer.run(recipe().with("val_split", 0.9).with("epochs", 1), diary);
    assertThat(diary.stages)
        .contains(
            "advice: 600 images are too few to train a Vision Transformer from scratch: use pretrained weights (--pretrained or --init MODEL)");
  }

  @Test
  void twoTrainingsNeverShareAFolder() throws IOException {
    Run run = Trainer.run(recipe().with("epochs", 1), Progress.quiet());
    RunLock other = RunLock.take(run.folder());
    assertThatThrownBy(() -> Trainer.resume(run.folder(), Progress.quiet()))
        .isInstanceOf(IOException.class)
        .hasMessage(
            run.folder()
                + " is already being trained by another process: wait for it, or stop it first");
    other.close();
    assertThat(Trainer.resume(run.folder(), Progress.quiet()).best()).isEqualTo(run.best());
  }

  @Test
  void aRunWithoutCheckpointBeginsAgain() throws IOException {
    Run whole = Trainer.run(recipe(), Progress.quiet());
    Path killed = Files.createDirectory(output.resolve("killed"));
    Files.copy(whole.folder().resolve("recipe.yaml"), killed.resolve("recipe.yaml"));
    Diary diary = new Diary();
    Run again = Trainer.resume(killed, diary);
    assertThat(diary.stages).contains(killed + " has no checkpoint yet: starting over");
    assertThat(SavedTensors.of(again.best())).isEqualTo(SavedTensors.of(whole.best()));
    Files.delete(RunFolder.last(killed).resolve(Checkpoint.FILE));
    assertThatThrownBy(() -> Trainer.resume(killed, Progress.quiet()))
        .as("what was trained is not thrown away")
        .isInstanceOf(IOException.class)
        .hasMessageContaining(Checkpoint.FILE);
  }

  @Test
  void patienceNeedsValidation() {
    assertThatThrownBy(
            () -> Trainer.run(recipe().with("val_split", 0).with("patience", 1), Progress.quiet()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("patience needs a validation split: set val_split above 0");
  }

  @Test
  void withoutValidationTheLastIsTheBest() throws IOException {
    Diary diary = new Diary();
    Run run = Trainer.run(recipe().with("val_split", 0).with("epochs", 1), diary);
    assertThat(diary.starts.get(0).train()).isEqualTo(6000);
    assertThat(run.val("top1")).isNaN();
    assertThat(run.bestEpoch()).isEqualTo(1);
    assertThat(SavedTensors.of(run.best()))
        .isEqualTo(SavedTensors.of(RunFolder.last(run.folder())));
    JsonNode result = JsonMapper.shared().readTree(run.folder().resolve("result.json"));
    assertThat(result.has("val_top1")).isFalse();
    assertThat(Files.readString(run.folder().resolve("log.jsonl"))).doesNotContain("NaN");
  }

  @Test
  void aBatchLargerThanTheSetIsOnePartialBatch() throws IOException {
    Diary diary = new Diary();
    Trainer.run(recipe().with("batch_size", 100_000).with("epochs", 1), diary);
    assertThat(diary.steps).hasSize(1);
    assertThat(diary.steps.get(0).seen()).isEqualTo(5400);
  }

  /** As timm's train.py: the last group of an epoch is divided by the batches that it has. */
  @Test
  void anIncompleteGroupOfBatchesIsAFullStep() throws IOException {
    Recipe one =
        recipe()
            .with(Map.of("batch_size", 100_000, "epochs", 1, "opt", "sgd", "momentum", 0.0))
            .with(Map.of("lr", 0.1, "sched", "constant", "ema", "none", "warmup_epochs", 0));
    double plain = Trainer.run(one, Progress.quiet()).val("loss");
    assertThat(Trainer.run(one.with("grad_accum", 5), Progress.quiet()).val("loss"))
        .isEqualTo(plain);
    Recipe two = one.with("batch_size", 1800); // 3 batches: a group of 2, and the last alone
    double pairs = Trainer.run(two.with("grad_accum", 2), Progress.quiet()).val("loss");
    assertThat(pairs).isNotEqualTo(Trainer.run(two, Progress.quiet()).val("loss"));
  }

  @Test
  void moreComputeWorkersThanSamplesInABatch() throws IOException {
    Diary diary = new Diary();
    Recipe few = recipe().with("val_split", 0.9).with("batch_size", 4).with("epochs", 1);
    Trainer.run(few.with("compute_workers", 5), diary);
    assertThat(diary.steps).hasSize(150);
  }

  @Test
  void frozenTensorsKeepTheirBits() throws IOException {
    Recipe frozen =
        recipe()
            .with("epochs", 1)
            .with("weight_decay", 0.1)
            .with("freeze", List.of("blocks.0", "pos_embed", "patch_embed.proj.bias"));
    Run run = Trainer.run(frozen, Progress.quiet());
    Map<String, Tensor> start =
        Models.create(
                frozen.model(),
                frozen.get(ModelKeys.MODEL_ARGS),
                Init.seeded(frozen.get(RunKeys.SEED)))
            .state();
    Map<String, Tensor> end =
        WeightsFolder.read(RunFolder.last(run.folder()).resolve(WeightsFolder.WEIGHTS));
    assertThat(end.keySet()).isEqualTo(start.keySet());
    end.forEach(
        (name, t) -> {
          if (name.startsWith("blocks.0.")
              || name.equals("pos_embed")
              || name.equals("patch_embed.proj.bias")) {
            assertSameBits(name, t, start.get(name));
          } else {
            assertThat(t.sub(start.get(name)).maxAbs()).as(name).isPositive();
          }
        });
  }

  @Test
  void accumulatedBatchesEqualOneLargeBatch() throws IOException {
    // 5400 samples in 27 batches of 200: 9 steps of three
    Recipe base = learning();
    assertOnlyRounded(
        base.with("batch_size", 200).with("grad_accum", 3), base.with("batch_size", 600));
  }

  @Test
  void theScheduleEndsWithTheTraining() throws IOException {
    // 7 batches by 2 are 4 steps an epoch: the last, short one counts
    Diary diary = new Diary();
    Trainer.run(recipe().with("grad_accum", 2).with("batch_size", 771), diary);
    assertThat(diary.epochs.get(0).lr()).isEqualTo(0.01);
    assertThat(diary.epochs.get(1).lr()).isCloseTo(0.005, within(1e-9));
  }

  @Test
  void aBrokenLossStopsAndKeepsTheLastGoodWeights() throws IOException {
    Recipe wild =
        recipe().with(Map.of("opt", "sgd", "lr", 1000, "sched", "constant", "epochs", 50));
    assertThatThrownBy(() -> Trainer.run(wild, Progress.quiet()))
        .isInstanceOf(NonFiniteLossException.class)
        .hasMessageMatching(
            "the loss became (NaN|Infinity|-Infinity) at step \\d+ \\(epoch \\d+, learning rate .*\\):"
                + " use a lower lr, warmup_epochs or clip_grad; weights/last contains the last finite state");
    Path run = output.resolve("classification").resolve("digits1");
    for (Path folder : List.of(RunFolder.last(run), RunFolder.best(run))) {
      if (Files.exists(folder.resolve(WeightsFolder.WEIGHTS))) {
        try (WeightsFolder.Loaded loaded = WeightsFolder.open(folder)) {
          assertThat(loaded.model().state().values()).allMatch(Tensor::allFinite);
        }
      }
    }
    assertThat(RunFolder.last(run).resolve(WeightsFolder.WEIGHTS)).exists();
  }
}
