package dev.vit4j.train;

import static dev.vit4j.TensorAssert.normal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.data.Batch;
import dev.vit4j.data.BatchIterator;
import dev.vit4j.data.Loader;
import dev.vit4j.data.Painted;
import dev.vit4j.input.ModelInput;
import dev.vit4j.input.Preprocess;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.optim.Gradients;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.task.Loss;
import dev.vit4j.task.Objective;
import dev.vit4j.task.Step;
import dev.vit4j.task.Tally;
import dev.vit4j.task.segmentation.Segmentation;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Generator;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One batch shared by several workers: losses that compare samples, and shards that fail. */
class WorkersTest {
  static final int BATCH = 10;

  static Batch batch(int size) {
    return new Batch(IntStream.range(0, size).toArray(), Map.of());
  }

  /**
   * A ViT whose gradients are well conditioned: wide enough for the images to differ, and without a
   * class token near 0, whose layer norm would enlarge every rounding.
   */
  static Model digits() {
    Map<String, Object> args =
        Map.of(
            "embed_dim",
            64,
            "num_heads",
            4,
            "num_classes",
            32,
            "global_pool",
            "avg",
            "class_token",
            false);
    Model model = Models.create("vit_mnist_1850", args, Init.seeded(5));
    Generator generator = new Generator(1);
    model.parameters().values().stream()
        .filter(p -> p.dim() > 1)
        .forEach(p -> p.detach().normal_(0, 0.2, generator));
    return model;
  }

  static Recipe recipe(int workers) {
    return Digits.recipe().with("compute_workers", workers);
  }

  /** An objective whose every step is the same. */
  static Objective always(Step step) {
    return new Objective() {
      @Override
      public Step step(Batch batch, long number, double done) {
        return step;
      }

      @Override
      public void close() {}
    };
  }

  /**
   * CLIP's loss of two views of each image, with a temperature that is learned: the bias of the
   * first class plays it here. It is an output like the others, once for each sample.
   */
  static final class Contrastive implements Step {
    private final Tensor views = normal(1, BATCH, 1, 28, 28);
    private final Tensor others = views.add(normal(2, BATCH, 1, 28, 28).mul(0.3));

    @Override
    public Tensor[] inputs(int from, int count) {
      return new Tensor[] {views.narrow(0, from, count), others.narrow(0, from, count)};
    }

    @Override
    public Tensor[] forward(Model model, Tensor[] inputs) {
      Tensor temperature = model.parameters().get("head.bias").narrow(0, 0, 1);
      return new Tensor[] {
        unit(model.apply(inputs[0])),
        unit(model.apply(inputs[1])),
        temperature.add(3).expand(inputs[0].size(0))
      };
    }

    private static Tensor unit(Tensor x) {
      return x.div(x.mul(x).mean(1).mul((double) x.size(1)).sqrt().unsqueeze(1));
    }

    @Override
    public Loss loss(Tensor[] outputs, int from, int count) {
      assertThat(from).isZero();
      assertThat(count).isEqualTo(BATCH);
      Tensor similar = outputs[0].matmul(outputs[1].transpose(0, 1)).mul(outputs[2].mean());
      Tensor own = Tensor.of(IntStream.range(0, count).asLongStream().toArray(), count);
      Tensor loss =
          Ops.crossEntropy(similar, own, 0).add(Ops.crossEntropy(similar.transpose(0, 1), own, 0));
      return new Loss(loss.mul(0.5), 1, Tally.of("top1", Ops.countCorrect(similar, own), count));
    }

    @Override
    public boolean comparesSamples() {
      return true;
    }
  }

  record Result(double loss, Tally tally, Map<String, Tensor> gradients) {}

  static Result run(Model model, Objective objective, Recipe recipe, Batch batch) {
    try (Workers workers = new Workers(model, objective, recipe, Device.CPU, 1)) {
      workers.train(true);
      Workers.Outcome outcome = workers.run(batch, 3, 0.5, 0);
      Map<String, Tensor> gradients = new LinkedHashMap<>();
      model.parameters().forEach((name, p) -> gradients.put(name, p.grad().copy()));
      return new Result(outcome.loss(), outcome.tally(), gradients);
    } finally {
      model.close();
    }
  }

  static void assertSame(Result actual, Result expected) {
    assertThat(actual.loss()).isCloseTo(expected.loss(), within(1e-6 * expected.loss()));
    assertThat(actual.tally()).isEqualTo(expected.tally());
    assertSameGradients(actual.gradients(), expected.gradients());
  }

  /** Within 1e-6 of the largest element of all, and 1e-5 of the largest of each tensor. */
  private static void assertSameGradients(
      Map<String, Tensor> actual, Map<String, Tensor> expected) {
    double largest = expected.values().stream().mapToDouble(Tensor::maxAbs).max().orElseThrow();
    expected.forEach(
        (name, g) -> {
          double difference = actual.get(name).sub(g).maxAbs();
          assertThat(g.maxAbs()).as(name).isPositive();
          assertThat(difference / largest).as(name).isLessThanOrEqualTo(1e-6);
          assertThat(difference / g.maxAbs()).as(name).isLessThanOrEqualTo(1e-5);
        });
  }

  /** Without workers: the whole batch through the model, the loss, and backward. */
  static Result plainly(Step step) {
    Model model = digits();
    model.train(true);
    Loss loss = step.loss(step.forward(model, step.inputs(0, BATCH)), 0, BATCH);
    loss.mean().mul(0.5).backward();
    Map<String, Tensor> gradients = new LinkedHashMap<>();
    model.parameters().forEach((name, p) -> gradients.put(name, p.grad().copy()));
    return new Result(loss.mean().item(), loss.tally(), gradients);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 16})
  void aContrastiveLossDoesNotDependOnTheNumberOfWorkers(int workers) {
    Step step = new Contrastive();
    Result expected = plainly(step);
    assertThat(expected.gradients().get("head.bias").toFloats()[0]).isNotZero();
    assertSame(run(digits(), always(step), recipe(workers), batch(BATCH)), expected);
  }

  @Test
  void accumulatedBatchesAddTheirGradients() {
    Step step = new Contrastive();
    Result one = plainly(step);
    Model model = digits();
    try (Workers workers = new Workers(model, always(step), recipe(3), Device.CPU, 1)) {
      workers.train(true);
      workers.run(batch(BATCH), 0, 0.5, 0);
      workers.run(batch(BATCH), 1, 0.5, 0);
      Map<String, Tensor> sum = new LinkedHashMap<>();
      model.parameters().forEach((name, p) -> sum.put(name, p.grad().mul(0.5)));
      assertSameGradients(sum, one.gradients());
    }
    model.close();
  }

  private static Result dice(int workers, double dice) throws IOException {
    Painted data = new Painted(7, 32, 32, 4, -1);
    Recipe recipe =
        recipe(workers)
            .with("task", "segmentation")
            .with("dice", dice)
            .with("class_weights", "1,2,3,4")
            .with("smoothing", 0.1);
    Map<String, Object> args =
        Map.of(
            "img_size",
            32,
            "patch_size",
            8,
            "embed_dim",
            12,
            "depth",
            1,
            "num_heads",
            2,
            "num_classes",
            4);
    Model model = Models.create("vit_seg", args, Init.seeded(5));
    List<Double> half = List.of(0.5, 0.5, 0.5);
    ModelInput input =
        ModelInput.pictures(new Preprocess(3, 32, 32, "bilinear", 1, "squash", half, half, "none"));
    Objective objective = new Segmentation().objective(recipe, model, input, data, Device.CPU);
    try (Loader loader = new Loader(data, null, 7, true, false, 0, 0);
        BatchIterator batches = loader.epoch(0, 0)) {
      return run(model, objective, recipe, batches.next());
    }
  }

  @ParameterizedTest
  @CsvSource({"2, 1", "3, 1", "3, 0"})
  void theLossOfPixelsDoesNotDependOnTheNumberOfWorkers(int workers, double dice)
      throws IOException {
    assertSame(dice(workers, dice), dice(1, dice));
  }

  /** Fails in one shard while the others still compute with the model. */
  private static final class Failing implements Step {
    private final CountDownLatch othersRun;
    private final AtomicInteger running = new AtomicInteger();
    private final boolean compares;
    private final boolean inLoss;
    private final int failing; // first sample of the shard that fails

    Failing(int shards, boolean compares, boolean inLoss, int failing) {
      this.othersRun = new CountDownLatch(shards - 1);
      this.compares = compares;
      this.inLoss = inLoss;
      this.failing = failing;
    }

    @Override
    public Tensor[] inputs(int from, int count) {
      return new Tensor[] {Tensor.full(from, Device.CPU, count, 1, 28, 28)};
    }

    @Override
    public Tensor[] forward(Model model, Tensor[] inputs) {
      int from = (int) inputs[0].select(0, 0).mean().item();
      if (inLoss) {
        return new Tensor[] {model.apply(inputs[0])};
      }
      if (from == failing) {
        return fail();
      }
      return new Tensor[] {computing(from, () -> model.apply(inputs[0]))};
    }

    @Override
    public Loss loss(Tensor[] outputs, int from, int count) {
      if (from == failing) {
        fail();
      }
      Tensor mean =
          inLoss ? computing(from, () -> outputs[0].mul(outputs[0]).mean()) : outputs[0].mean();
      return new Loss(mean, 0.25, Tally.NONE);
    }

    private Tensor[] fail() {
      try {
        othersRun.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      throw new IllegalStateException("no such shard");
    }

    /** So long that a caller who waits for none, or not for the last, closes the model before. */
    private Tensor computing(int from, Supplier<Tensor> work) {
      running.incrementAndGet();
      othersRun.countDown();
      LockSupport.parkNanos(20_000_000L * (1 + from));
      Tensor y = work.get();
      running.decrementAndGet();
      return y;
    }

    @Override
    public boolean comparesSamples() {
      return compares;
    }
  }

  /** The caller computes the shard that begins with sample 0, threads of the pool the others. */
  @ParameterizedTest
  @CsvSource({
    "false, false, 0",
    "false, false, 4",
    "false, true, 0",
    "false, true, 2",
    "true, false, 0",
    "true, false, 6"
  })
  void whenAShardFailsTheOthersHaveEnded(boolean compares, boolean inLoss, int failing) {
    for (int round = 0; round < 3; round++) {
      Failing step = new Failing(4, compares, inLoss, failing);
      Model model = digits();
      Workers workers = new Workers(model, always(step), recipe(4), Device.CPU, 1);
      workers.train(true);
      assertThatThrownBy(() -> workers.run(batch(8), 0, 1, 0))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("no such shard");
      assertThat(step.running).as("shards that still compute").hasValue(0);
      Gradients.clear(workers.parameters());
      workers.close();
      model.close();
    }
  }

  /** The outputs of the shards that did not fail are freed as well. */
  @Test
  void aFailureLeavesNothingBehind() {
    Model model = digits();
    Step step =
        new Step() {
          private final Step good = new Contrastive();

          @Override
          public Tensor[] inputs(int from, int count) {
            return good.inputs(from, count);
          }

          @Override
          public Tensor[] forward(Model to, Tensor[] inputs) {
            if (to == model) {
              throw new IllegalStateException("no such shard");
            }
            return good.forward(to, inputs);
          }

          @Override
          public Loss loss(Tensor[] outputs, int from, int count) {
            return good.loss(outputs, from, count);
          }

          @Override
          public boolean comparesSamples() {
            return true;
          }
        };
    try (Workers workers = new Workers(model, always(step), recipe(3), Device.CPU, 1);
        Scope scope = Scope.open()) {
      workers.train(true);
      long before = 0;
      for (int round = 0; round < 10; round++) {
        assertThatThrownBy(() -> workers.run(batch(BATCH), 0, 1, 0)).hasMessage("no such shard");
        before = round == 1 ? Pointer.totalCount() : before;
      }
      assertThat(Pointer.totalCount()).as("native objects alive").isLessThanOrEqualTo(before);
    }
    model.close();
  }
}
