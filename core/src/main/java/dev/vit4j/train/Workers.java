package dev.vit4j.train;

import static java.util.Comparator.comparingInt;

import dev.vit4j.data.Batch;
import dev.vit4j.distributed.Ranks;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.BatchNorm2d;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.SyncStatistics;
import dev.vit4j.optim.Gradients;
import dev.vit4j.parallel.WorkerPool;
import dev.vit4j.recipe.HardwareKeys;
import dev.vit4j.recipe.OptimizerKeys;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.recipe.RunKeys;
import dev.vit4j.task.Loss;
import dev.vit4j.task.Objective;
import dev.vit4j.task.Step;
import dev.vit4j.task.Tally;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Generator;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Precision;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.tensor.Threads;
import dev.vit4j.train.Shards.Shard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Data parallelism within the process. Each worker processes a shard of the batch with a replica of
 * the model that shares the parameters' memory but has its own gradients. Gradients are summed in
 * the order of the workers, so that the result depends on the number of workers but not on timing.
 * The threads are divided evenly among the workers; with one worker per thread every operation is
 * single-threaded, which scales better than parallelizing each small operation.
 *
 * <p>With several ranks, each has some of the workers, and {@link #reduce} sums the gradients of
 * all ranks. Numbers are those of one process with all the workers.
 *
 * <p>Batch norm normalizes by the statistics of a worker's shard, as in PyTorch's {@code
 * DataParallel}; running statistics are averaged over the workers. With {@code auto}, models with
 * batch norm use a single worker per process; with {@code sync_bn} they normalize by the statistics
 * of all workers of all processes.
 */
final class Workers implements AutoCloseable {
  /**
   * Result of one batch.
   *
   * @param loss mean loss over the samples
   * @param tally counts for the running metrics
   */
  record Outcome(double loss, Tally tally) {}

  private final List<Model> replicas = new ArrayList<>(); // the first one is the model itself
  private final List<List<Tensor>> parameters = new ArrayList<>();
  private final Statistics statistics = new Statistics();
  private final @Nullable SyncStatistics sync; // of batch norm over all workers
  private final Ranks ranks;
  private final Shards shards;
  private final WorkerPool pool;
  private final Objective objective;
  private final Recipe recipe;
  private final Device device;
  private final Precision precision;
  private final int threads; // threads per operation of a worker
  private final int pieces; // of a worker's shard, whose graphs are not in memory together

  /** Creates the number of workers in the recipe, which share all threads. */
  Workers(Model model, Objective objective, Recipe recipe, Device device) {
    this(model, objective, recipe, device, Runtime.getRuntime().availableProcessors());
  }

  /** As the other constructor, in one process. */
  Workers(Model model, Objective objective, Recipe recipe, Device device, int threads) {
    this(model, objective, recipe, device, threads, Ranks.alone());
  }

  /**
   * Creates the number of workers in the recipe, on each rank. Closes the objective but not the
   * model.
   *
   * @param threads number of threads of this rank
   */
  Workers(
      Model model, Objective objective, Recipe recipe, Device device, int threads, Ranks ranks) {
    this.ranks = ranks;
    this.threads = Math.max(1, threads / recipe.get(HardwareKeys.COMPUTE_WORKERS));
    this.objective = objective;
    this.pieces = objective.joinsBatches() ? recipe.get(OptimizerKeys.GRAD_ACCUM) : 1;
    this.recipe = recipe;
    this.device = device;
    this.precision = Precision.parse(recipe.get(HardwareKeys.PRECISION));
    addReplica(model);
    for (int i = 1; i < recipe.get(HardwareKeys.COMPUTE_WORKERS); i++) {
      addReplica(replicaOf(model));
    }
    this.shards = new Shards(ranks.rank(), ranks.size(), replicas.size(), hasBatchNorm(model));
    this.sync = recipe.get(HardwareKeys.SYNC_BN) ? synchronize() : null;
    this.pool = new WorkerPool("vit4j-worker", Math.max(1, replicas.size() - 1));
  }

  /**
   * Returns the number of workers for {@code auto}: one per thread, or a single one for a model
   * with batch norm, whose operations then use all threads.
   */
  static int auto(Model model, int batchSize, int threads) {
    return hasBatchNorm(model) ? 1 : Math.min(threads, batchSize);
  }

  static boolean hasBatchNorm(Model model) {
    return model.namedModules().keySet().stream().anyMatch(BatchNorm2d.class::isInstance);
  }

  private @Nullable SyncStatistics synchronize() {
    if (pieces > 1) {
      throw new IllegalArgumentException(
          "sync_bn does not combine with grad_accum and a contrastive loss: set grad_accum to 1");
    }
    if (ranks.size() * replicas.size() == 1) {
      return null; // the only worker sees the whole batch
    }
    SyncStatistics all = new SyncStatistics(ranks, replicas.size());
    replicas.stream()
        .flatMap(replica -> replica.namedModules().keySet().stream())
        .filter(BatchNorm2d.class::isInstance)
        .forEach(norm -> ((BatchNorm2d) norm).synchronize(all));
    return all;
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
    statistics.add(model);
  }

  /** Returns the trainable parameters of the model, which hold the summed gradients. */
  List<Tensor> parameters() {
    return parameters.get(0);
  }

  /** Tells the objective that an optimizer step was made. */
  void stepped() {
    objective.stepped();
  }

  /** Switches the model and its replicas between training and evaluation. */
  void train(boolean on) {
    replicas.forEach(m -> m.train(on));
  }

  /** Returns the places of the samples of a batch that this rank needs; null for all. */
  int @Nullable [] places(int size) {
    return ranks.size() == 1 ? null : shards.places(size, objective.mixesSamples());
  }

  /**
   * Runs the forward and backward passes of a batch; gradients are accumulated.
   *
   * @param step step number, which seeds dropout and other random layers
   * @param scale factor of the gradients: 1 / number of batches per optimizer step
   * @param done completed fraction of the training, 0 to 1
   */
  Outcome run(Batch batch, long step, double scale, double done) {
    List<Shard> own = shards.own(batch.size());
    if (sync != null) {
      requireShardOnEachRank(batch.size());
      sync.expect(own.size());
    }
    statistics.share(own.size());
    Step work = objective.step(Parts.complete(batch, ranks, shards), step, done);
    Outcome outcome =
        work.comparesSamples()
            ? gathered(work, own, batch.size(), step, scale)
            : apart(work, own, step, scale);
    Gradients.complete(parameters());
    for (int i = 1; i < own.size(); i++) {
      Gradients.complete(parameters.get(i));
      Gradients.add(parameters(), parameters.get(i));
      Gradients.clear(parameters.get(i));
    }
    statistics.average(shards.count(batch.size()), ranks);
    return outcome;
  }

  /** A rank without a shard would not take part in the exchange of statistics. */
  private void requireShardOnEachRank(int size) {
    int needed = (ranks.size() - 1) * replicas.size() + 1;
    if (shards.count(size) < needed) {
      throw new IllegalArgumentException(
          "sync_bn needs batches of at least %d samples for %d processes with %d workers, not %d"
              .formatted(2 * needed, ranks.size(), replicas.size(), size));
    }
  }

  /** Returns the bytes of the gradients. */
  long gradientBytes() {
    return parameters().stream().mapToLong(p -> p.count() * p.dtype().bytes()).sum();
  }

  /** Sums the accumulated gradients over all ranks, before the optimizer uses them. */
  void reduce() {
    if (ranks.size() > 1) {
      try (Scope scope = Scope.open()) {
        ranks.sum(parameters().stream().map(Tensor::grad).toList());
      }
    }
  }

  /** Each worker computes the loss of its shard; the mean is weighted by shard size. */
  private Outcome apart(Step work, List<Shard> own, long step, double scale) {
    List<Outcome> outcomes = all(own, s -> shard(work, s, step, scale));
    return Parts.sum(outcomes, ranks);
  }

  private Outcome shard(Step work, Shard s, long step, double scale) {
    try (Scope scope = Scope.open()) {
      Tensor[] outputs = forward(work, s, step);
      Loss loss = work.loss(outputs, s.from(), s.count());
      loss.mean().mul(loss.share() * scale).backward();
      return new Outcome(loss.mean().item() * loss.share(), loss.tally());
    }
  }

  private Tensor[] forward(Step work, Shard s, long step) {
    Threads.set(threads);
    Generator.ofThread().seed(Generator.mix(recipe.get(RunKeys.SEED), step, s.index()));
    Tensor[] inputs = work.inputs(s.from(), s.count());
    try (Precision.Region region = precision.on(device)) {
      return work.forward(replicas.get(s.worker()), inputs);
    }
  }

  /**
   * Computes the loss over the whole batch: gathers the outputs of all workers, computes the loss
   * and its gradient with respect to the outputs once, and runs each worker's backward pass with
   * its slice of the gradient.
   *
   * <p>Shards of several pieces follow GradCache (Gao et al. 2021, arXiv 2101.06983): the outputs
   * are computed without a graph, and each piece is computed again, with the same random numbers,
   * for its backward pass. Memory is needed for the graph of one piece per worker.
   */
  private Outcome gathered(Step work, List<Shard> own, int size, long step, double scale) {
    Map<Shard, Tensor[]> outputs = new ConcurrentSkipListMap<>(comparingInt(Shard::index));
    try (Scope scope = Scope.open()) {
      List<List<Tensor>> before = pieces == 1 ? List.of() : statistics.copies();
      all(own, s -> forEach(s, piece -> outputs.put(piece, ownedForward(work, piece, step))));
      statistics.restore(before); // they count each image once
      Tensor[] whole = Parts.whole(outputs.values(), ranks, shards.counts(size));
      Loss loss = work.loss(whole, 0, size);
      loss.mean().mul(scale).backward();
      List<Tensor> gradients = Stream.of(whole).map(Tensor::grad).toList();
      all(
          own,
          s ->
              forEach(
                  s,
                  piece ->
                      backward(
                          work,
                          Objects.requireNonNull(outputs.get(piece)),
                          gradients,
                          piece,
                          step)));
      return new Outcome(loss.mean().item(), loss.tally());
    } finally {
      outputs.values().stream().flatMap(Stream::of).forEach(Tensor::close);
    }
  }

  private boolean forEach(Shard s, Consumer<Shard> work) {
    s.pieces(pieces).forEach(work);
    return true;
  }

  /** Returns outputs that live until they are closed, with their graph if it is needed. */
  private Tensor[] ownedForward(Step work, Shard s, long step) {
    try (Scope scope = Scope.open()) {
      Tensor[] outputs;
      if (pieces == 1) {
        outputs = forward(work, s, step);
      } else {
        try (NoGrad g = NoGrad.on()) {
          outputs = forward(work, s, step);
        }
      }
      Stream.of(outputs).forEach(Scope::own);
      return outputs;
    }
  }

  private void backward(Step work, Tensor[] kept, List<Tensor> gradients, Shard s, long step) {
    Threads.set(threads);
    try (Scope scope = Scope.open()) {
      Tensor[] outputs = pieces == 1 ? kept : forward(work, s, step);
      // The derivative of this sum with respect to an output is the required gradient.
      Tensor sum = outputs[0].mul(own(gradients.get(0), s)).sum();
      for (int i = 1; i < outputs.length; i++) {
        sum = sum.add(outputs[i].mul(own(gradients.get(i), s)).sum());
      }
      sum.backward();
    }
  }

  private static Tensor own(Tensor gradient, Shard s) {
    return gradient.narrow(0, s.from(), s.count());
  }

  private <T> List<T> all(List<Shard> own, Function<Shard, T> work) {
    List<Callable<T>> pieces = new ArrayList<>();
    own.forEach(s -> pieces.add(() -> synced(work, s)));
    try {
      return pool.allWithCaller(pieces);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private <T> T synced(Function<Shard, T> work, Shard s) {
    if (sync == null) {
      return work.apply(s);
    }
    sync.enter(s.worker());
    try {
      return work.apply(s);
    } catch (RuntimeException e) {
      throw sync.failed(e);
    } catch (Error e) {
      sync.failed(new IllegalStateException("another worker failed: " + e.getMessage(), e));
      throw e;
    }
  }

  @Override
  public void close() {
    pool.close();
    objective.close();
    if (sync != null) {
      sync.close();
    }
    replicas.subList(1, replicas.size()).forEach(Model::close);
  }
}
