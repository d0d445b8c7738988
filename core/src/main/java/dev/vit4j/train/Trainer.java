package dev.vit4j.train;

import dev.vit4j.data.Batch;
import dev.vit4j.data.BatchIterator;
import dev.vit4j.data.Loader;
import dev.vit4j.infer.Evaluator;
import dev.vit4j.metric.ClassificationResult;
import dev.vit4j.model.ImageModel;
import dev.vit4j.tensor.Precision;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.view.ConfusionPlot;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Trains a model as a recipe says: batches, loss, backward pass, optimiser; after every epoch a
 * validation, whose best weights are kept; at the end one test of those, exactly. The same recipe
 * and seed give the same bits, also when stopped and resumed in between.
 */
public final class Trainer implements AutoCloseable {
  private static final double SAVE_EVERY_SECONDS = 10;
  private static final int EVAL_BATCH = 256;

  private final Recipe recipe;
  private final RunFolder folder;
  private final Progress progress;
  private final Setup setup;
  private final Workers workers;
  private final Optimizer optimizer;
  private final @Nullable Ema ema;
  private final Loader loader;
  private final Evaluator evaluator;
  private final Schedule schedule;
  private TrainState state = new TrainState();
  private long sessionStart = System.nanoTime();
  private long lastSave = System.nanoTime();

  private Trainer(Recipe recipe, RunFolder folder, Setup setup, Progress progress) {
    this.recipe = recipe;
    this.folder = folder;
    this.progress = progress;
    this.setup = setup;
    this.workers = new Workers(setup.model(), setup.preprocess(), recipe, setup.device());
    this.optimizer = Optimizers.of(recipe, setup.model());
    this.ema = recipe.ema().isPresent() ? new Ema(setup.model(), recipe.ema().getAsDouble()) : null;
    this.loader =
        new Loader(
            setup.train(),
            null,
            recipe.batchSize(),
            true,
            setup.train().size() >= recipe.batchSize(),
            recipe.seed(),
            recipe.workers());
    this.evaluator =
        new Evaluator(
            EVAL_BATCH,
            recipe.computeWorkers(),
            setup.device(),
            Precision.parse(recipe.precision()));
    int accum = recipe.gradAccum();
    this.schedule =
        recipe.schedule((loader.batches() + accum - 1L) / accum); // the last is a step too
  }

  /**
   * Trains from the beginning, into a new run folder.
   *
   * @throws IOException if data cannot be read or the folder not be written
   * @throws IllegalArgumentException if the recipe's values do not fit each other or the data
   * @throws NonFiniteLossException if the loss becomes NaN or infinite
   */
  public static Run run(Recipe recipe, Progress progress) throws IOException {
    Setup setup = Setup.of(recipe, progress);
    Recipe resolved = resolve(recipe, setup.model());
    RunFolder folder =
        RunFolder.create(Path.of(resolved.output()), resolved.task(), resolved.name());
    try (Trainer trainer = new Trainer(resolved, folder, setup, progress)) {
      folder.writeRecipe(resolved);
      folder.writeJson(RunFolder.ENVIRONMENT, Environment.now());
      for (Path weights :
          new Path[] {RunFolder.best(folder.path()), RunFolder.last(folder.path())}) {
        WeightsFolder.writeConfig(
            weights, setup.model(), setup.preprocess(), setup.train().classes());
      }
      trainer.save();
      return trainer.train();
    }
  }

  /** Goes on with a run that was stopped or killed, from its last checkpoint. */
  public static Run resume(Path run, Progress progress) throws IOException {
    RunFolder folder = RunFolder.existing(run);
    Recipe recipe = Recipe.load(run.resolve(RunFolder.RECIPE));
    Setup setup = Setup.of(recipe, progress);
    try (Trainer trainer = new Trainer(recipe, folder, setup, progress)) {
      trainer.state = Checkpoint.load(RunFolder.last(run), trainer.tensors());
      folder.writeJson(RunFolder.ENVIRONMENT, Environment.now()); // of the session that goes on
      return trainer.train();
    }
  }

  /** Replaces automatic values by what they stand for here, so that a resume repeats them. */
  private static Recipe resolve(Recipe recipe, ImageModel model) {
    if (recipe.computeWorkers() > 0) {
      return recipe;
    }
    int cores = Runtime.getRuntime().availableProcessors();
    return recipe.with("compute_workers", Workers.auto(model, recipe.batchSize(), cores));
  }

  private Run train() throws IOException {
    progress.start(
        new Progress.Start(
            folder.path(),
            recipe,
            setup.device().toString(),
            setup.train().size(),
            setup.val() == null ? 0 : setup.val().size(),
            setup.test().size(),
            setup.model().parameterCount(),
            setup.model().trainableCount(),
            recipe.epochs(),
            loader.batches()));
    while (state.epoch < recipe.epochs()) {
      if (!trainEpoch()) {
        save();
        return result(Double.NaN, true);
      }
      endEpoch();
    }
    save();
    folder.writeCurves(state.history);
    return result(test(), false);
  }

  /** The rest of an epoch; false if it was asked to stop before its end. */
  private boolean trainEpoch() throws IOException {
    workers.train(true);
    long start = System.nanoTime();
    double before = state.epochSeconds;
    try (BatchIterator batches = loader.epoch(state.epoch, state.batch)) {
      while (batches.hasNext()) {
        trainBatch(batches.next());
        state.epochSeconds = before + secondsSince(start);
        progress.step(step());
        if (state.batch % recipe.gradAccum() != 0) {
          continue; // gradients that wait for their step are in no checkpoint
        }
        if (progress.stopRequested() && state.batch < loader.batches()) {
          return false;
        }
        if (secondsSince(lastSave) > SAVE_EVERY_SECONDS) {
          save();
        }
      }
    }
    return true;
  }

  private void trainBatch(Batch batch) {
    long micro = (long) state.epoch * loader.batches() + state.batch;
    Workers.Outcome outcome = workers.run(batch, micro, 1.0 / recipe.gradAccum());
    if (!Double.isFinite(outcome.loss())) {
      Gradients.clear(workers.parameters());
      throw new NonFiniteLossException(state.step + 1, state.epoch + 1, outcome.loss(), lr());
    }
    state.lossSum += outcome.loss() * batch.size();
    state.correct += outcome.correct();
    state.seen += batch.size();
    state.batch++;
    if (state.batch % recipe.gradAccum() == 0 || state.batch == loader.batches()) {
      recipe.clipGrad().ifPresent(norm -> Gradients.clip(workers.parameters(), norm));
      optimizer.step(lr());
      state.step++;
      if (ema != null) {
        ema.update();
      }
      Gradients.clear(workers.parameters());
    }
  }

  private double lr() {
    return schedule.at(state.step);
  }

  private Progress.Step step() {
    return new Progress.Step(
        state.epoch + 1,
        state.batch,
        state.seen,
        state.lossSum / state.seen,
        100.0 * state.correct / state.seen,
        lr(),
        state.seen / state.epochSeconds);
  }

  private void endEpoch() throws IOException {
    refuseBrokenWeights();
    double rate = state.seen / state.epochSeconds;
    long start = System.nanoTime();
    double valLoss = Double.NaN;
    double valTop1 = Double.NaN;
    if (setup.val() != null) {
      ClassificationResult r = evaluator.evaluate(kept(), setup.preprocess(), setup.val(), null);
      valLoss = r.loss();
      valTop1 = 100 * r.top1();
    }
    EpochRow row =
        new EpochRow(
            state.epoch + 1,
            state.lossSum / state.seen,
            100.0 * state.correct / state.seen,
            valLoss,
            valTop1,
            schedule.at(state.step - 1),
            state.epochSeconds + secondsSince(start),
            rate);
    state.history.add(row);
    state.epoch++;
    boolean best = setup.val() == null || state.improves(valTop1, valLoss);
    if (best) {
      keepBest(valTop1, valLoss);
    }
    state.beginEpoch();
    folder.writeLogs(state.history);
    progress.epoch(row, best);
    if (secondsSince(lastSave) > SAVE_EVERY_SECONDS) {
      save();
      folder.writeCurves(state.history);
    }
  }

  private void keepBest(double top1, double loss) throws IOException {
    state.bestTop1 = top1;
    state.bestLoss = loss;
    state.bestEpoch = state.epoch;
    WeightsFolder.writeWeights(
        RunFolder.best(folder.path()), kept(), Map.of("epoch", "" + state.epoch));
  }

  /** The model that is validated and kept: the average of the weights if the recipe wants one. */
  private ImageModel kept() {
    return ema == null ? setup.model() : ema.model();
  }

  /** A step may break the weights before a loss shows it; they must not replace good ones. */
  private void refuseBrokenWeights() {
    if (!workers.parameters().stream().allMatch(Tensor::allFinite)) {
      throw new NonFiniteLossException(state.step, state.epoch + 1, Double.NaN, lr());
    }
  }

  private void save() throws IOException {
    refuseBrokenWeights();
    state.seconds += secondsSince(sessionStart);
    sessionStart = System.nanoTime();
    Path last = RunFolder.last(folder.path());
    try (Scope scope = Scope.open()) {
      Checkpoint.save(last, tensors(), state);
      WeightsFolder.writeWeights(last, kept(), Map.of("epoch", "" + state.epoch));
    }
    lastSave = System.nanoTime();
  }

  /** Every tensor that the training changes, under the names that a checkpoint stores. */
  private Map<String, Tensor> tensors() {
    Map<String, Tensor> all = new LinkedHashMap<>();
    setup.model().state().forEach((n, t) -> all.put("model." + n, t));
    optimizer.state().forEach((n, t) -> all.put("optimizer." + n, t));
    if (ema != null) {
      ema.model().state().forEach((n, t) -> all.put("ema." + n, t));
    }
    return all;
  }

  /** Tests the best weights, once; top-1 in per cent. */
  private double test() throws IOException {
    Path best = RunFolder.best(folder.path());
    try (WeightsFolder.Loaded loaded = WeightsFolder.open(best)) {
      loaded.model().to(setup.device());
      ClassificationResult r =
          evaluator.evaluate(loaded.model(), loaded.preprocess(), setup.test(), null);
      folder.writePicture(
          "confusion.png", ConfusionPlot.draw(r.confusion().counts(), setup.test().classes()));
      progress.test(r);
      Map<String, Object> summary = new LinkedHashMap<>();
      summary.put("best_epoch", state.bestEpoch);
      if (Double.isFinite(state.bestTop1)) {
        summary.put("val_top1", state.bestTop1);
      }
      summary.put("test_top1", 100 * r.top1());
      summary.put("test_top5", 100 * r.top5());
      summary.put("test_loss", r.loss());
      summary.put("epochs", state.epoch);
      summary.put("seconds", state.seconds);
      folder.writeJson(RunFolder.RESULT, summary);
      return 100 * r.top1();
    }
  }

  private Run result(double testTop1, boolean stopped) {
    double val = state.bestEpoch == 0 || setup.val() == null ? Double.NaN : state.bestTop1;
    return new Run(
        folder.path(), state.epoch, state.bestEpoch, val, testTop1, state.seconds, stopped);
  }

  private static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }

  /** Frees the model, its replicas and the optimiser's state. */
  @Override
  public void close() {
    loader.close();
    workers.close();
    optimizer.close();
    if (ema != null) {
      ema.close();
    }
    setup.model().close();
  }
}
