package dev.vit4j.train;

import static java.util.Comparator.comparingInt;

import dev.vit4j.data.Batch;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.BatchNorm2d;
import dev.vit4j.nn.Init;
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
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Foreach;
import dev.vit4j.tensor.Generator;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Precision;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.tensor.Threads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Data parallelism within the process. Each worker processes a shard of the batch with a replica of
 * the model that shares the parameters' memory but has its own gradients. Gradients are summed in
 * the order of the workers, so that the result depends on the number of workers but not on timing.
 * The threads are divided evenly among the workers; with one worker per thread every operation is
 * single-threaded, which scales better than parallelizing each small operation.
 *
 * <p>Batch norm normalizes by the statistics of a worker's shard, as in PyTorch's {@code
 * DataParallel}; running statistics are averaged over the workers. With {@code auto}, models with
 * batch norm use a single worker and therefore the statistics of the whole batch.
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
  private final List<List<Tensor>> statistics = new ArrayList<>(); // batch norm statistics
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

  /**
   * Creates the number of workers in the recipe. Closes the objective but not the model.
   *
   * @param threads total number of threads
   */
  Workers(Model model, Objective objective, Recipe recipe, Device device, int threads) {
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
    this.pool = new WorkerPool("vit4j-worker", Math.max(1, replicas.size() - 1));
  }

  /**
   * Returns the number of workers for {@code auto}: one per thread, or a single one for a model
   * with batch norm, whose operations then use all threads.
   */
  static int auto(Model model, int batchSize, int threads) {
    return hasBatchNorm(model) ? 1 : Math.min(threads, batchSize);
  }

  private static boolean hasBatchNorm(Model model) {
    return model.namedModules().keySet().stream().anyMatch(BatchNorm2d.class::isInstance);
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

  /**
   * Runs the forward and backward passes of a batch; gradients are accumulated.
   *
   * @param step step number, which seeds dropout and other random layers
   * @param scale factor of the gradients: 1 / number of batches per optimizer step
   * @param done completed fraction of the training, 0 to 1
   */
  Outcome run(Batch batch, long step, double scale, double done) {
    // A shard of one image can leave batch norm a single value per channel.
    int most = hasBatchNorm(replicas.get(0)) ? Math.max(1, batch.size() / 2) : batch.size();
    int shards = Math.min(replicas.size(), most);
    shareStatistics(shards);
    Step work = objective.step(batch, step, done);
    List<Shard> all = new ArrayList<>();
    for (int i = 0; i < shards; i++) {
      all.add(Shard.of(i, shards, batch.size()));
    }
    Outcome outcome =
        work.comparesSamples() ? gathered(work, all, step, scale) : apart(work, all, step, scale);
    Gradients.complete(parameters());
    for (int i = 1; i < shards; i++) {
      Gradients.complete(parameters.get(i));
      Gradients.add(parameters(), parameters.get(i));
      Gradients.clear(parameters.get(i));
    }
    averageStatistics(shards);
    return outcome;
  }

  /**
   * A worker's shard of a batch, or a piece of one.
   *
   * @param index number in the batch, which seeds random layers
   */
  private record Shard(int worker, int index, int from, int count) {
    static Shard of(int worker, int shards, int size) {
      int from = (int) ((long) size * worker / shards);
      return new Shard(worker, worker, from, (int) ((long) size * (worker + 1) / shards) - from);
    }

    /** Divides this shard into at most so many pieces, none of them empty. */
    List<Shard> pieces(int most) {
      int pieces = Math.min(most, count);
      List<Shard> all = new ArrayList<>();
      for (int i = 0; i < pieces; i++) {
        Shard piece = of(i, pieces, count);
        all.add(new Shard(worker, worker * most + i, from + piece.from, piece.count));
      }
      return all;
    }
  }

  /** Each worker computes the loss of its shard; the mean is weighted by shard size. */
  private Outcome apart(Step work, List<Shard> shards, long step, double scale) {
    List<Outcome> outcomes = all(shards, s -> shard(work, s, step, scale));
    double loss = 0;
    Tally tally = Tally.NONE;
    for (Outcome o : outcomes) {
      loss += o.loss();
      tally = tally.plus(o.tally());
    }
    return new Outcome(loss, tally);
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
  private Outcome gathered(Step work, List<Shard> shards, long step, double scale) {
    Map<Shard, Tensor[]> outputs = new ConcurrentSkipListMap<>(comparingInt(Shard::index));
    try (Scope scope = Scope.open()) {
      List<List<Tensor>> before = pieces == 1 ? List.of() : copies(statistics);
      all(shards, s -> forEach(s, piece -> outputs.put(piece, ownedForward(work, piece, step))));
      for (int i = 0; i < before.size(); i++) { // the statistics count each image once
        Foreach.copy(statistics.get(i), before.get(i));
      }
      Tensor[] whole = whole(outputs.values());
      Loss loss = work.loss(whole, 0, shards.stream().mapToInt(Shard::count).sum());
      loss.mean().mul(scale).backward();
      List<Tensor> gradients = Stream.of(whole).map(Tensor::grad).toList();
      all(
          shards,
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

  private static List<List<Tensor>> copies(List<List<Tensor>> all) {
    return all.stream()
        .filter(of -> !of.isEmpty())
        .map(of -> of.stream().map(Tensor::copy).toList())
        .toList();
  }

  /** Returns each output of the whole batch as a leaf of a new graph. */
  private static Tensor[] whole(Collection<Tensor[]> outputs) {
    Tensor[] whole = new Tensor[outputs.iterator().next().length];
    for (int i = 0; i < whole.length; i++) {
      int output = i;
      Tensor[] parts = outputs.stream().map(o -> o[output].detach()).toArray(Tensor[]::new);
      whole[i] = Ops.cat(0, parts).requiresGrad(true);
    }
    return whole;
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

  private <T> List<T> all(List<Shard> shards, Function<Shard, T> work) {
    List<Callable<T>> pieces = new ArrayList<>();
    shards.forEach(s -> pieces.add(() -> work.apply(s)));
    try {
      return pool.allWithCaller(pieces);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Copies the model's batch norm statistics to the workers before a batch. */
  private void shareStatistics(int shards) {
    for (int i = 1; i < shards && !statistics.get(0).isEmpty(); i++) {
      try (Scope scope = Scope.open()) {
        Foreach.copy(statistics.get(i), statistics.get(0));
      }
    }
  }

  /**
   * Averages the workers' batch norm statistics after a batch; unchanged values keep their bits.
   */
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

  @Override
  public void close() {
    pool.close();
    objective.close();
    replicas.subList(1, replicas.size()).forEach(Model::close);
  }
}
