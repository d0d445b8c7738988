package dev.vit4j.train;

import dev.vit4j.data.Batch;
import dev.vit4j.data.BatchIterator;
import dev.vit4j.data.Dataset;
import dev.vit4j.data.Loader;
import dev.vit4j.data.UnreadableSampleException;
import dev.vit4j.optim.Ema;
import dev.vit4j.optim.Gradients;
import dev.vit4j.optim.Optimizer;
import dev.vit4j.optim.Optimizers;
import dev.vit4j.optim.Schedule;
import dev.vit4j.optim.Schedules;
import dev.vit4j.recipe.HardwareKeys;
import dev.vit4j.recipe.OptimizerKeys;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.recipe.RunKeys;
import dev.vit4j.task.Evaluator;
import dev.vit4j.task.Measure;
import dev.vit4j.task.Objective;
import dev.vit4j.task.Task;
import dev.vit4j.tensor.Precision;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.weights.WeightsFolder;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Trains a model with a recipe: batches, loss, backward pass and optimizer steps, a validation
 * after every epoch that selects the best weights, and one test of these at the end. The same
 * recipe and seed give the same bits, even if the training is stopped and resumed.
 */
public final class Trainer implements AutoCloseable {
  private static final double SAVE_EVERY_SECONDS = 10;
  private static final double SAVING_SHARE = 0.02; // of the time, for large models

  private final Recipe recipe;
  private final boolean test;
  private final RunFolder folder;
  private final RunLock lock;
  private final Progress progress;
  private final Setup setup;
  private final Task task;
  private final Workers workers;
  private final Optimizer optimizer;
  private final @Nullable Ema ema;
  private final Loader loader;
  private final Evaluator evaluator;
  private final RunWeights weights;
  private final Schedule schedule;
  private final Provenance provenance;
  private final int accum; // batches per optimizer step
  private TrainState state = new TrainState();
  private long sessionStart = System.nanoTime();
  private long lastSave = System.nanoTime();
  private double saveSeconds; // duration of the last save

  private Trainer(
      Recipe recipe, RunFolder folder, RunLock lock, Setup setup, boolean test, Progress progress)
      throws IOException {
    this.lock = lock;
    this.test = test;
    this.recipe = recipe;
    this.folder = folder;
    this.progress = progress;
    this.setup = setup;
    this.task = setup.task();
    Objective objective =
        task.objective(recipe, setup.model(), setup.input(), setup.train(), setup.device());
    int accumulated = recipe.get(OptimizerKeys.GRAD_ACCUM);
    this.accum = objective.joinsBatches() ? 1 : accumulated;
    this.workers = new Workers(setup.model(), objective, recipe, setup.device());
    this.optimizer = Optimizers.of(recipe, setup.model());
    this.ema = Ema.of(recipe, setup.model());
    this.loader =
        setup.loader(recipe, recipe.get(OptimizerKeys.BATCH_SIZE) * (accumulated / accum));
    this.evaluator =
        new Evaluator(
            task.evaluationBatch(setup.model()),
            recipe.get(HardwareKeys.COMPUTE_WORKERS),
            setup.device(),
            Precision.parse(recipe.get(HardwareKeys.PRECISION)));
    this.provenance = Provenance.of(recipe, task.metadata(), setup.dataDigest());
    this.weights =
        new RunWeights(
            folder.path(), setup.model(), setup.input().isFeatures(), optimizer, ema, provenance);
    this.schedule =
        Schedules.of(
            recipe,
            (loader.batches() + accum - 1L) / accum); // an incomplete last group is a step too
  }

  /**
   * Starts a training in a new run folder.
   *
   * @throws IOException if data cannot be read or the folder cannot be written
   * @throws IllegalArgumentException if values of the recipe contradict each other or the data
   * @throws NonFiniteLossException if the loss becomes NaN or infinite
   */
  public static Run run(Recipe recipe, Progress progress) throws IOException {
    return run(recipe, null, true, progress);
  }

  /**
   * Like {@link #run(Recipe, Progress)}, for a run of a {@link Study}.
   *
   * @param into folder of the run; null for a new one
   * @param test whether to evaluate on the test split at the end
   */
  static Run run(Recipe recipe, @Nullable Path into, boolean test, Progress progress)
      throws IOException {
    Feasible.check(recipe);
    Setup setup = Setup.open(recipe, progress).ready(recipe, progress);
    Recipe resolved = setup.resolve(recipe);
    RunFolder folder = into == null ? RunFolder.create(resolved) : RunFolder.at(into);
    try (Trainer trainer = open(resolved, folder, setup, test, progress)) {
      folder.writeText(RunFolder.RECIPE, resolved.toYaml());
      return trainer.begin();
    } catch (IllegalArgumentException e) {
      if (into == null) {
        folder.removeUntrained();
      }
      throw e;
    }
  }

  /**
   * Resumes a run that was stopped or killed from its last checkpoint; starts over if there is
   * none.
   */
  public static Run resume(Path run, Progress progress) throws IOException {
    return resume(run, true, progress);
  }

  static Run resume(Path run, boolean test, Progress progress) throws IOException {
    RunFolder folder = RunFolder.existing(run);
    Recipe recipe = Recipe.load(run.resolve(RunFolder.RECIPE));
    boolean untrained = folder.isUntrained();
    // The checkpoint contains all weights; the initial weights may no longer exist.
    Setup setup = Setup.open(untrained ? recipe : recipe.fromScratch(), progress);
    if (!untrained) {
      RunWeights.loadModel(run, setup.model());
    }
    setup = setup.ready(recipe, progress);
    try (Trainer trainer = open(recipe, folder, setup, test, progress)) {
      if (untrained) {
        progress.stage(run + " has no checkpoint yet: starting over");
        return trainer.begin();
      }
      trainer.state = trainer.weights.load();
      trainer.recordSession();
      return trainer.train();
    }
  }

  /** Creates a trainer that holds the run's lock; releases the lock if this fails. */
  private static Trainer open(
      Recipe recipe, RunFolder folder, Setup setup, boolean test, Progress progress)
      throws IOException {
    setup.requireValidation(recipe, test);
    RunLock lock = RunLock.take(folder.path());
    try {
      return new Trainer(recipe, folder, lock, setup, test, progress);
    } catch (IOException | RuntimeException | Error e) {
      lock.close();
      setup.model().close();
      throw e;
    }
  }

  private Run begin() throws IOException {
    recordSession();
    weights.describe(
        new WeightsFolder.Loaded(
            setup.model(), setup.preprocess(), setup.train().classes(), task.name()));
    save();
    return train();
  }

  private void recordSession() throws IOException {
    Environment.add(
        folder.path().resolve(RunFolder.ENVIRONMENT),
        Environment.session(recipe, provenance, setup.device()));
  }

  private Run train() throws IOException {
    task.notes(setup.train()).forEach(progress::stage);
    DataNotes.of(setup, recipe).forEach(progress::stage);
    Progress.Start start = setup.start(folder.path(), recipe, loader.batches());
    progress.start(start);
    try (RunEvents events = new RunEvents(folder.path(), state, task)) {
      if (state.step == 0) {
        BufferedImage batch = FirstBatch.draw(setup, recipe);
        folder.writePicture(FirstBatch.FILE, batch);
        events.picture("batch", 0, batch);
      }
      while (!isDone()) {
        if (!trainEpoch(events)) {
          save();
          return result(true);
        }
        endEpoch(events);
      }
      save();
      Ending ending = new Ending(start, folder, setup, evaluator, state);
      return test
          ? ending.test(result(false), events, progress)
          : ending.withoutTest(result(false));
    } catch (UnreadableSampleException e) {
      throw RunFolder.advised(e, folder.path(), state.epoch);
    }
  }

  private boolean isDone() {
    return state.epoch >= recipe.get(OptimizerKeys.EPOCHS) || state.isStoppedEarly(recipe);
  }

  /** Trains the rest of an epoch; returns false if it was stopped before the end. */
  private boolean trainEpoch(RunEvents events) throws IOException {
    workers.train(true);
    long start = System.nanoTime();
    double before = state.epochSeconds;
    double waited = state.epochWaited;
    try (BatchIterator batches = loader.epoch(state.epoch, state.batch)) {
      while (batches.hasNext()) {
        trainBatch(batches.next());
        state.epochSeconds = before + secondsSince(start);
        state.epochWaited = waited + batches.waitedSeconds();
        progress.step(step());
        boolean last = state.batch == loader.batches();
        if (state.batch % accum != 0 && !last) {
          continue; // accumulated gradients are not stored in a checkpoint
        }
        events.step(state, recipe.get(RunKeys.LOG_INTERVAL));
        if (last) {
          break; // finish the epoch first
        }
        if (progress.stopRequested()) {
          return false;
        }
        if (isTimeToSave()) {
          save();
        }
      }
    }
    return true;
  }

  private void trainBatch(Batch batch) {
    long micro = (long) state.epoch * loader.batches() + state.batch;
    double done = (double) micro / ((long) recipe.get(OptimizerKeys.EPOCHS) * loader.batches());
    int first = state.batch / accum * accum; // of the batches of this step; the last has fewer
    int together = Math.min(accum, loader.batches() - first);
    Workers.Outcome outcome = workers.run(batch, micro, 1.0 / together, done);
    if (!Double.isFinite(outcome.loss())) {
      Gradients.clear(workers.parameters());
      throw new NonFiniteLossException(state.step + 1, state.epoch + 1, outcome.loss(), lr());
    }
    state.lossSum += outcome.loss() * batch.size();
    state.tally = state.tally.plus(outcome.tally());
    state.seen += batch.size();
    state.batch++;
    if (state.batch % accum == 0 || state.batch == loader.batches()) {
      recipe
          .find(OptimizerKeys.CLIP_GRAD)
          .ifPresent(norm -> Gradients.clip(workers.parameters(), norm));
      optimizer.step(lr());
      workers.stepped();
      state.step++;
      if (ema != null) {
        ema.update(state.step);
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
        state.means(task),
        lr(),
        state.seen / state.epochSeconds,
        state.dataWait());
  }

  private void endEpoch(RunEvents events) throws IOException {
    refuseBrokenWeights();
    double rate = state.seen / state.epochSeconds;
    long start = System.nanoTime();
    Map<String, Double> val = Map.of();
    if (setup.val() != null && isEvaluated(state.epoch + 1)) {
      val = validate(setup.val());
    }
    EpochRow row =
        new EpochRow(
            state.epoch + 1,
            state.means(task),
            val,
            schedule.at(state.step - 1),
            state.epochSeconds + secondsSince(start),
            rate,
            state.dataWait());
    state.history.add(row);
    state.epoch++;
    boolean best = setup.val() == null || state.improves(task.decides(), val);
    if (best) {
      keepBest(val);
    }
    state.beginEpoch();
    folder.writeLogs(state.history, task);
    events.epoch(state.step, row);
    progress.epoch(row, task, best);
    if (state.isStoppedEarly(recipe) && state.epoch < recipe.get(OptimizerKeys.EPOCHS)) {
      progress.stage(
          "Early stopping: no improvement over epoch %2$d in %1$d validations"
              .formatted(state.validationsSinceBest(), state.bestEpoch));
    }
    if (isTimeToSave()) {
      save();
      folder.writeCurves(state.history, task);
    }
  }

  private boolean isEvaluated(int epoch) {
    return epoch % recipe.get(RunKeys.EVAL_INTERVAL) == 0
        || epoch == recipe.get(OptimizerKeys.EPOCHS);
  }

  private Map<String, Double> validate(Dataset data) throws IOException {
    Measure measure = task.measure(setup.model(), setup.input(), data, setup.device());
    evaluator.run(measure, weights.kept(), setup.input(), data);
    return measure.values();
  }

  private void keepBest(Map<String, Double> val) throws IOException {
    state.best.clear();
    state.best.putAll(val);
    state.bestEpoch = state.epoch;
    weights.keepBest(state.epoch);
  }

  /** Rejects non-finite weights before they replace good ones, even if the loss is still finite. */
  private void refuseBrokenWeights() {
    if (!workers.parameters().stream().allMatch(Tensor::allFinite)) {
      throw new NonFiniteLossException(state.step, state.epoch + 1, Double.NaN, lr());
    }
  }

  private void save() throws IOException {
    refuseBrokenWeights();
    state.seconds += secondsSince(sessionStart);
    sessionStart = System.nanoTime();
    weights.save(state);
    lastSave = System.nanoTime();
    saveSeconds = secondsSince(sessionStart);
  }

  private boolean isTimeToSave() {
    return secondsSince(lastSave) > Math.max(SAVE_EVERY_SECONDS, saveSeconds / SAVING_SHARE);
  }

  private Run result(boolean stopped) {
    return new Run(
        folder.path(),
        task.decides(),
        state.epoch,
        state.bestEpoch,
        Map.copyOf(state.best),
        Map.of(),
        state.seconds,
        stopped);
  }

  private static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }

  /** Frees the model, its replicas, the optimizer's state and the folder. */
  @Override
  public void close() throws IOException {
    loader.close();
    workers.close();
    optimizer.close();
    if (ema != null) {
      ema.close();
    }
    setup.model().close();
    lock.close();
  }
}
