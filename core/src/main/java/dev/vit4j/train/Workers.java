package dev.vit4j.train;

import dev.vit4j.data.Batch;
import dev.vit4j.input.ModelInput;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.BatchNorm2d;
import dev.vit4j.nn.Init;
import dev.vit4j.optim.Gradients;
import dev.vit4j.recipe.HardwareKeys;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.recipe.RunKeys;
import dev.vit4j.task.Criterion;
import dev.vit4j.task.Mixup;
import dev.vit4j.task.ProgressiveResizing;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Foreach;
import dev.vit4j.tensor.Generator;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Precision;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.tensor.Threads;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Data parallelism inside the process: each worker takes a shard of the batch through a replica of
 * the model that shares the parameters' memory but has gradients of its own; these are then summed
 * in the workers' order, so that the result depends on their number but never on their timing. The
 * machine's threads are shared out to them evenly; with a worker per thread every operation uses
 * one, which is steadier than sharing out every small operation.
 *
 * <p>Batch norm normalises by the statistics of a worker's shard, as in PyTorch's {@code
 * DataParallel}; the running ones that are kept are the mean of the workers'. One worker takes them
 * over the whole batch, as plain PyTorch does, so that is what {@code auto} gives such models.
 */
final class Workers implements AutoCloseable {
  /**
   * What one batch gave.
   *
   * @param loss mean over the samples
   * @param correct samples whose largest logit is their class; of a mixed sample the class with the
   *     larger share
   */
  record Outcome(double loss, long correct) {}

  private static final Mixup.Mix NOT_MIXED = new Mixup.Mix(1, null);

  private final List<Model> replicas = new ArrayList<>(); // 0 is the model itself
  private final List<List<Tensor>> parameters = new ArrayList<>();
  private final List<List<Tensor>> statistics = new ArrayList<>(); // of batch norms
  private final ExecutorService pool;
  private final ModelInput input;
  private final Criterion criterion;
  private final @Nullable Mixup mixup;
  private final @Nullable ProgressiveResizing resizing;
  private final Recipe recipe;
  private final Device device;
  private final Precision precision;
  private final int threads; // of an operation of each worker

  /** As many workers as the recipe says, which share all of the machine's threads. */
  Workers(Model model, ModelInput input, Criterion criterion, Recipe recipe, Device device) {
    this(model, input, criterion, recipe, device, Runtime.getRuntime().availableProcessors());
  }

  /**
   * As many workers as the recipe says; takes over the criterion, not the model.
   *
   * @param threads that they share
   */
  Workers(
      Model model,
      ModelInput input,
      Criterion criterion,
      Recipe recipe,
      Device device,
      int threads) {
    this.threads = Math.max(1, threads / recipe.get(HardwareKeys.COMPUTE_WORKERS));
    this.input = input;
    this.criterion = criterion;
    this.mixup = Mixup.of(recipe);
    this.resizing = ProgressiveResizing.of(recipe, model);
    this.recipe = recipe;
    this.device = device;
    this.precision = Precision.parse(recipe.get(HardwareKeys.PRECISION));
    addReplica(model);
    for (int i = 1; i < recipe.get(HardwareKeys.COMPUTE_WORKERS); i++) {
      addReplica(replicaOf(model));
    }
    this.pool =
        Executors.newFixedThreadPool(
            Math.max(1, replicas.size() - 1),
            r -> {
              Thread t = new Thread(r, "vit4j-worker");
              t.setDaemon(true);
              return t;
            });
  }

  /**
   * How many workers {@code auto} stands for: one per thread, but a single one for a model with
   * batch norm, whose operations then use all threads.
   */
  static int auto(Model model, int batchSize, int threads) {
    boolean batchNorm =
        model.namedModules().values().stream().anyMatch(BatchNorm2d.class::isInstance);
    return batchNorm ? 1 : Math.min(threads, batchSize);
  }

  private Model replicaOf(Model model) {
    Model replica = Models.create(model.name(), model.args(), Init.unset());
    replica.to(model.device());
    replica.shareParametersOf(model);
    FineTuning.freeze(replica, recipe);
    return replica;
  }

  private void addReplica(Model model) {
    replicas.add(model);
    parameters.add(model.parameters().values().stream().filter(Tensor::requiresGrad).toList());
    statistics.add(model.buffers().values().stream().filter(b -> b.dtype() == DType.F32).toList());
  }

  /** Trainable parameters of the model itself; their gradients are what a batch leaves. */
  List<Tensor> parameters() {
    return parameters.get(0);
  }

  /** Switches the model and its replicas between training and evaluation. */
  void train(boolean on) {
    replicas.forEach(m -> m.train(on));
  }

  /**
   * Forward and backward passes of a batch; gradients are added to those that are there.
   *
   * @param step seeds dropout and the like
   * @param scale of the gradients: one over the batches of an optimiser step
   * @param done share of the training that is done, from 0 to 1
   */
  Outcome run(Batch batch, long step, double scale, double done) {
    int shards = Math.min(replicas.size(), batch.size());
    shareStatistics(shards);
    Mixup.Mix mix = mixOf(batch, step);
    List<Future<Outcome>> others = new ArrayList<>();
    for (int i = 1; i < shards; i++) {
      int worker = i;
      others.add(pool.submit(() -> shard(worker, shards, batch, mix, step, scale, done)));
    }
    Outcome outcome = shard(0, shards, batch, mix, step, scale, done);
    double loss = outcome.loss();
    long correct = outcome.correct();
    for (Future<Outcome> f : others) {
      Outcome other = await(f);
      loss += other.loss();
      correct += other.correct();
    }
    for (int i = 1; i < shards; i++) {
      Gradients.add(parameters(), parameters.get(i));
      Gradients.clear(parameters.get(i));
    }
    averageStatistics(shards);
    return new Outcome(loss, correct);
  }

  /** Drawn for the batch as a whole: the same for any number of workers. */
  private Mixup.Mix mixOf(Batch batch, long step) {
    if (mixup == null) {
      return NOT_MIXED;
    }
    SplittableRandom random =
        new SplittableRandom(Generator.mix(recipe.get(RunKeys.SEED), step, -1));
    return mixup.draw(random, batch.height(), batch.width());
  }

  /** Before a batch each worker has the model's statistics of batch norms. */
  private void shareStatistics(int shards) {
    for (int i = 1; i < shards && !statistics.get(0).isEmpty(); i++) {
      try (Scope scope = Scope.open()) {
        Foreach.copy(statistics.get(i), statistics.get(0));
      }
    }
  }

  /** After it the model's are the mean of the workers'; what none changed keeps its bits. */
  private void averageStatistics(int shards) {
    List<Tensor> mean = statistics.get(0);
    if (mean.isEmpty()) {
      return;
    }
    try (Scope scope = Scope.open()) {
      for (int i = 1; i < shards; i++) {
        Foreach.add(statistics.get(i), mean, -1);
      }
      for (int i = 1; i < shards; i++) {
        Foreach.add(mean, statistics.get(i), 1.0 / shards);
      }
    }
  }

  /** One worker's share: its part of the mean loss, and its correct samples. */
  private Outcome shard(
      int worker, int shards, Batch batch, Mixup.Mix mix, long step, double scale, double done) {
    Threads.set(threads);
    int size = batch.size();
    int from = (int) ((long) size * worker / shards);
    int count = (int) ((long) size * (worker + 1) / shards) - from;
    Generator.ofThread().seed(Generator.mix(recipe.get(RunKeys.SEED), step, worker));
    try (Scope scope = Scope.open()) {
      long[] labels = Arrays.copyOfRange(batch.labels(), from, from + count);
      long[] partners = labels;
      Tensor x = input.of(batch, from, count, device); // [count, C, H, W], or features
      if (mix.isOn()) { // partners are the batch in reverse order
        partners = new long[count];
        for (int i = 0; i < count; i++) {
          partners[i] = batch.labels()[size - 1 - from - i];
        }
        x = mix.pictures(x, input.of(batch, size - from - count, count, device).flip(0));
      }
      x = resizing == null ? x : resizing.apply(x, done);
      Tensor logits;
      try (Precision.Region region = precision.on(device)) {
        logits = input.logits(replicas.get(worker), x); // [count, K]
      }
      Tensor exact = logits.to(DType.F32);
      Tensor loss =
          mixup == null
              ? criterion.of(exact, labels)
              : criterion.of(exact, labels, partners, mix.lam());
      double share = criterion.share(batch.labels(), from, count, mixup != null);
      loss.mul(share * scale).backward();
      long[] wanted = mix.lam() < 0.5 ? partners : labels;
      Tensor y = Tensor.of(wanted, count).to(device);
      return new Outcome(loss.item() * share, Ops.countCorrect(logits, y));
    }
  }

  private static Outcome await(Future<Outcome> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException r) {
        throw r;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted in a training step", e);
    }
  }

  @Override
  public void close() {
    pool.shutdownNow();
    criterion.close();
    replicas.subList(1, replicas.size()).forEach(Model::close);
  }
}
