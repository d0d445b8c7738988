package dev.vit4j.train;

import dev.vit4j.data.BatchIterator;
import dev.vit4j.data.Dataset;
import dev.vit4j.data.Loader;
import dev.vit4j.data.UnreadableSampleException;
import dev.vit4j.distributed.RankFailureException;
import dev.vit4j.distributed.Ranks;
import dev.vit4j.recipe.HardwareKeys;
import dev.vit4j.recipe.OptimizerKeys;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.recipe.RunKeys;
import dev.vit4j.task.Evaluator;
import dev.vit4j.task.Measure;
import dev.vit4j.task.Task;
import dev.vit4j.tensor.Precision;
import dev.vit4j.weights.WeightsFolder;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
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
  private final @Nullable RunLock lock;
  private final Progress progress;
  private final Ranks ranks;
  private final Setup setup;
  private final Task task;
  private final Stepper stepper;
  private final Loader loader;
  private final Evaluator evaluator;
  private final RunWeights weights;
  private final Provenance provenance;
  private TrainState state = new TrainState();
  private long sessionStart = System.nanoTime();
  private long lastSave = System.nanoTime();
  private double saveSeconds; // duration of the last save

  private Trainer(
      Recipe recipe,
      RunFolder folder,
      @Nullable RunLock lock,
      Setup setup,
      boolean test,
      Progress progress,
      Ranks ranks)
      throws IOException {
    this.lock = lock;
    this.test = test;
    this.recipe = recipe;
    this.folder = folder;
    this.progress = progress;
    this.ranks = ranks;
    this.setup = setup;
    this.task = setup.task();
    this.stepper = new Stepper(recipe, setup, ranks);
    this.loader = stepper.loader();
    this.evaluator =
        new Evaluator(
            task.evaluationBatch(setup.model()),
            recipe.get(HardwareKeys.COMPUTE_WORKERS),
            setup.device(),
            Precision.parse(recipe.get(HardwareKeys.PRECISION)),
            ranks);
    this.provenance = Provenance.of(recipe, task.metadata(), setup.dataDigest());
    this.weights =
        new RunWeights(
            folder.path(),
            setup.model(),
            setup.input().isFeatures(),
            stepper.optimizer(),
            stepper.ema(),
            provenance);
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
    return run(recipe, into, test, progress, Ranks.alone());
  }

  static Run run(Recipe recipe, @Nullable Path into, boolean test, Progress progress, Ranks ranks)
      throws IOException {
    Feasible.check(recipe);
    Setup opened = Setup.open(recipe, progress, ranks);
    Recipe resolved = opened.resolve(recipe, ranks);
    Agreement.ofStart(ranks, resolved, opened);
    Setup setup = opened.ready(recipe, progress);
    RunFolder folder = into == null ? RunFolder.create(resolved, ranks) : RunFolder.at(into);
    try (Trainer trainer = open(resolved, folder, setup, test, progress, ranks)) {
      if (ranks.isFirst()) {
        folder.writeText(RunFolder.RECIPE, resolved.toYaml());
      }
      return trainer.begin();
    } catch (IllegalArgumentException e) {
      if (into == null && ranks.isFirst()) {
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
    return resume(run, test, progress, Ranks.alone());
  }

  /** Only rank 0 reads the run folder; the others get all they need from it. */
  static Run resume(Path run, boolean test, Progress progress, Ranks ranks) throws IOException {
    RunFolder folder = RunFolder.existing(run, ranks);
    Recipe recipe = folder.recipe(ranks);
    boolean untrained = ranks.any(ranks.isFirst() && folder.isUntrained());
    // The checkpoint contains all weights; the initial weights may no longer exist.
    Setup setup = Setup.open(untrained ? recipe : recipe.fromScratch(), progress, ranks);
    if (!untrained) {
      RunWeights.loadModel(run, setup.model(), ranks);
    }
    Agreement.ofStart(ranks, recipe, setup);
    setup = setup.ready(recipe, progress);
    try (Trainer trainer = open(recipe, folder, setup, test, progress, ranks)) {
      if (untrained) {
        progress.stage(run + " has no checkpoint yet: starting over");
        return trainer.begin();
      }
      trainer.state = trainer.weights.load(ranks);
      trainer.recordSession();
      return trainer.train();
    }
  }

  /** Creates a trainer that holds the run's lock; releases the lock if this fails. */
  private static Trainer open(
      Recipe recipe, RunFolder folder, Setup setup, boolean test, Progress progress, Ranks ranks)
      throws IOException {
    setup.requireValidation(recipe, test);
    RunLock lock = ranks.isFirst() ? RunLock.take(folder.path()) : null;
    try {
      return new Trainer(recipe, folder, lock, setup, test, progress, ranks);
    } catch (IOException | RuntimeException | Error e) {
      if (lock != null) {
        lock.close();
      }
      setup.model().close();
      throw e;
    }
  }

  private Run begin() throws IOException {
    recordSession();
    if (ranks.isFirst()) {
      weights.describe(
          new WeightsFolder.Loaded(
              setup.model(), setup.preprocess(), setup.train().classes(), task.name()));
    }
    save();
    return train();
  }

  private void recordSession() throws IOException {
    if (ranks.isFirst()) {
      Environment.add(
          folder.path().resolve(RunFolder.ENVIRONMENT),
          Environment.session(recipe, provenance, setup.device(), ranks.size()));
    }
  }

  private Run train() throws IOException {
    task.notes(setup.train()).forEach(progress::stage);
    DataNotes.of(setup, recipe).forEach(progress::stage);
    Progress.Start start = setup.start(folder.path(), recipe, loader.batches());
    progress.start(start);
    Communication communication = new Communication(ranks, stepper.gradientBytes(), state.step);
    communication.before().ifPresent(progress::stage);
    try (RunEvents events = new RunEvents(folder.path(), state, task, ranks.isFirst())) {
      if (state.step == 0 && ranks.isFirst()) {
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
      communication.after(state.step).ifPresent(progress::stage);
      return end(start, events);
    } catch (UnreadableSampleException e) {
      throw RunFolder.advised(e, folder.path(), state.epoch);
    } catch (RankFailureException e) {
      throw RunFolder.advised(e, folder.path());
    }
  }

  private Run end(Progress.Start start, RunEvents events) throws IOException {
    Ending ending = new Ending(start, folder, setup, evaluator, state);
    Run run = result(false);
    if (ranks.isFirst()) {
      run = test ? ending.test(run, events, progress) : ending.withoutTest(run);
    } else if (test) {
      ending.help();
    }
    ranks.any(false); // the others wait here, so that a failure of rank 0 fails them too
    return run;
  }

  private boolean isDone() {
    return state.epoch >= recipe.get(OptimizerKeys.EPOCHS) || state.isStoppedEarly(recipe);
  }

  /** Trains the rest of an epoch; returns false if it was stopped before the end. */
  private boolean trainEpoch(RunEvents events) throws IOException {
    stepper.train();
    long start = System.nanoTime();
    double before = state.epochSeconds;
    double waited = state.epochWaited;
    try (BatchIterator batches = loader.epoch(state.epoch, state.batch)) {
      while (batches.hasNext()) {
        stepper.run(batches.next(), state);
        state.epochSeconds = before + secondsSince(start);
        state.epochWaited = waited + batches.waitedSeconds();
        progress.step(step());
        boolean last = state.batch == loader.batches();
        if (!stepper.isWhole(state)) {
          continue; // accumulated gradients are not stored in a checkpoint
        }
        events.step(state, recipe.get(RunKeys.LOG_INTERVAL));
        if (last) {
          break; // finish the epoch first
        }
        if (ranks.any(progress.stopRequested())) {
          return false;
        }
        if (isTimeToSave()) {
          save();
        }
      }
    }
    return true;
  }

  private Progress.Step step() {
    return new Progress.Step(
        state.epoch + 1,
        state.batch,
        state.seen,
        state.means(task),
        stepper.lr(state.step),
        state.seen / state.epochSeconds,
        state.dataWait());
  }

  private void endEpoch(RunEvents events) throws IOException {
    stepper.refuseBrokenWeights(state);
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
            stepper.lr(state.step - 1),
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
    if (ranks.isFirst()) {
      folder.writeLogs(state.history, task);
    }
    events.epoch(state.step, row);
    progress.epoch(row, task, best);
    if (state.isStoppedEarly(recipe) && state.epoch < recipe.get(OptimizerKeys.EPOCHS)) {
      progress.stage(
          "Early stopping: no improvement over epoch %2$d in %1$d validations"
              .formatted(state.validationsSinceBest(), state.bestEpoch));
    }
    if (isTimeToSave()) {
      save();
      if (ranks.isFirst()) {
        folder.writeCurves(state.history, task);
      }
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
    if (ranks.isFirst()) {
      weights.keepBest(state.epoch);
    }
  }

  private void save() throws IOException {
    stepper.refuseBrokenWeights(state);
    state.seconds += secondsSince(sessionStart);
    sessionStart = System.nanoTime();
    if (ranks.isFirst()) {
      weights.save(state);
    }
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
        Collections.unmodifiableMap(new LinkedHashMap<>(state.best)), // in the order of the metrics
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
    stepper.close();
    setup.model().close();
    if (lock != null) {
      lock.close();
    }
  }
}
