package dev.vit4j.train;

import dev.vit4j.data.Batch;
import dev.vit4j.model.ImageModel;
import dev.vit4j.model.Models;
import dev.vit4j.nn.BatchNorm2d;
import dev.vit4j.nn.Init;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Generator;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Precision;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.tensor.Threads;
import dev.vit4j.weights.Preprocess;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Data parallelism inside the process: each worker takes a shard of the batch through a replica of
 * the model that shares the parameters' memory but has gradients of its own; these are then summed
 * in the workers' order, so that the result depends on their number but never on their timing. The
 * machine's threads are shared out to them evenly; with a worker per thread every operation uses
 * one, which is steadier than sharing out every small operation.
 *
 * <p>Batch norm's statistics are of a worker's shard, as in PyTorch's {@code DataParallel}: every
 * worker has running statistics of its own, and the first one's are kept. One worker takes them
 * over the whole batch, as plain PyTorch does, so that is what {@code auto} gives such models.
 */
final class Workers implements AutoCloseable {
  /**
   * What one batch gave.
   *
   * @param loss mean over the samples
   * @param correct samples whose largest logit is their class
   */
  record Outcome(double loss, long correct) {}

  private final List<ImageModel> replicas = new ArrayList<>(); // 0 is the model itself
  private final List<List<Tensor>> parameters = new ArrayList<>();
  private final ExecutorService pool;
  private final Preprocess preprocess;
  private final Recipe recipe;
  private final Device device;
  private final Precision precision;
  private final int threads; // of an operation of each worker

  /** As many workers as the recipe says, which share all of the machine's threads. */
  Workers(ImageModel model, Preprocess preprocess, Recipe recipe, Device device) {
    this(model, preprocess, recipe, device, Runtime.getRuntime().availableProcessors());
  }

  /**
   * As many workers as the recipe says.
   *
   * @param threads that they share
   */
  Workers(ImageModel model, Preprocess preprocess, Recipe recipe, Device device, int threads) {
    this.threads = Math.max(1, threads / recipe.computeWorkers());
    this.preprocess = preprocess;
    this.recipe = recipe;
    this.device = device;
    this.precision = Precision.parse(recipe.precision());
    addReplica(model);
    for (int i = 1; i < recipe.computeWorkers(); i++) {
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
  static int auto(ImageModel model, int batchSize, int threads) {
    boolean batchNorm =
        model.namedModules().values().stream().anyMatch(BatchNorm2d.class::isInstance);
    return batchNorm ? 1 : Math.min(threads, batchSize);
  }

  private ImageModel replicaOf(ImageModel model) {
    ImageModel replica = Models.create(model.name(), model.args(), Init.unset());
    replica.to(model.device());
    replica.shareParametersOf(model);
    replica.freeze(recipe.freeze());
    return replica;
  }

  private void addReplica(ImageModel model) {
    replicas.add(model);
    parameters.add(model.parameters().values().stream().filter(Tensor::requiresGrad).toList());
  }

  /** Trainable parameters of the model itself; their gradients are what a batch leaves. */
  List<Tensor> parameters() {
    return parameters.get(0);
  }

  /** Switches the model and its replicas between training and evaluation. */
  void train(boolean on) {
    // Frozen statistics must be the model's, also when a checkpoint has just been read into it.
    replicas.stream().skip(1).forEach(m -> m.copyBuffersOf(replicas.get(0)));
    replicas.forEach(m -> m.train(on));
  }

  /**
   * Forward and backward passes of a batch; gradients are added to those that are there.
   *
   * @param step seeds dropout and the like
   * @param scale of the gradients: one over the batches of an optimiser step
   */
  Outcome run(Batch batch, long step, double scale) {
    int shards = Math.min(replicas.size(), batch.size());
    List<Future<Outcome>> others = new ArrayList<>();
    for (int i = 1; i < shards; i++) {
      int worker = i;
      others.add(pool.submit(() -> shard(worker, shards, batch, step, scale)));
    }
    Outcome outcome = shard(0, shards, batch, step, scale);
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
    return new Outcome(loss, correct);
  }

  /** One worker's share: its part of the mean loss, and its correct samples. */
  private Outcome shard(int worker, int shards, Batch batch, long step, double scale) {
    Threads.set(threads);
    int from = (int) ((long) batch.size() * worker / shards);
    int count = (int) ((long) batch.size() * (worker + 1) / shards) - from;
    int bytes = batch.channels() * batch.height() * batch.width();
    Generator.ofThread().seed(Generator.mix(recipe.seed(), step, worker));
    try (Scope scope = Scope.open()) {
      Tensor pixels =
          Tensor.of(
              batch.pixels(), from * bytes, count, batch.channels(), batch.height(), batch.width());
      long[] labels = java.util.Arrays.copyOfRange(batch.labels(), from, from + count);
      Tensor y = Tensor.of(labels, count).to(device);
      Tensor x = preprocess.normalize(pixels, device); // [count, C, H, W]
      Tensor logits;
      try (Precision.Region region = precision.on(device)) {
        logits = replicas.get(worker).apply(x); // [count, K]
      }
      double share = (double) count / batch.size();
      Tensor loss = Ops.crossEntropy(logits.to(dev.vit4j.tensor.DType.F32), y, recipe.smoothing());
      loss.mul(share * scale).backward();
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
    replicas.subList(1, replicas.size()).forEach(ImageModel::close);
  }
}
