package dev.vit4j.train;

import static dev.vit4j.TensorAssert.assertClose;
import static dev.vit4j.TensorAssert.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.vit4j.data.Batch;
import dev.vit4j.data.BatchIterator;
import dev.vit4j.data.Loader;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.optim.Gradients;
import dev.vit4j.optim.Optimizer;
import dev.vit4j.optim.Optimizers;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.task.classification.ClassificationObjective;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What training does to batch norm's statistics, alone, in parallel and frozen. */
class BatchNormTrainingTest {
  private static final int BATCH = 16;

  private static Recipe recipe(int workers) {
    return Digits.recipe()
        .with("model", "resnet20_cifar")
        .with("model_args", Map.of("img_size", 28, "width", 4))
        .with("batch_size", BATCH)
        .with("compute_workers", workers);
  }

  private static Workers workers(Setup setup, Recipe recipe) {
    ClassificationObjective objective =
        new ClassificationObjective(recipe, setup.model(), setup.input(), null, Device.CPU);
    return new Workers(setup.model(), objective, recipe, Device.CPU);
  }

  /** The model's state after some steps. */
  private static Map<String, Tensor> train(Recipe recipe, int steps) throws IOException {
    Setup setup = Setup.open(recipe, Progress.quiet()).ready(recipe, Progress.quiet());
    Map<String, Tensor> state = new LinkedHashMap<>();
    try (Workers workers = workers(setup, recipe);
        Optimizer optimizer = Optimizers.of(recipe, setup.model());
        Loader loader = new Loader(setup.train(), null, BATCH, true, true, 0, 1);
        BatchIterator batches = loader.epoch(0, 0)) {
      workers.train(true);
      for (int i = 0; i < steps; i++) {
        workers.run(batches.next(), i, 1, 0);
        optimizer.step(0.01);
        Gradients.clear(workers.parameters());
      }
      setup.model().state().forEach((name, t) -> state.put(name, t.detach().copy()));
      setup.model().close();
    }
    return state;
  }

  @Test
  void automaticallyOneWorkerTakesTheWholeBatch() {
    Model resnet = Models.create("resnet20_cifar", Map.of(), Init.shapesOnly());
    Model vit = Models.create("vit_mnist_1850", Map.of(), Init.shapesOnly());
    assertThat(Workers.auto(resnet, 64, 8)).isEqualTo(1);
    assertThat(Workers.auto(vit, 64, 8)).isEqualTo(8);
    assertThat(Workers.auto(vit, 4, 8)).isEqualTo(4);
  }

  @Test
  void oneWorkersStatisticsAreTheWholeBatchs() throws IOException {
    Map<String, Tensor> after = train(recipe(1), 1);
    Setup setup = Setup.open(recipe(1), Progress.quiet()).ready(recipe(1), Progress.quiet());
    Model model = setup.model();
    try (Loader loader = new Loader(setup.train(), null, BATCH, true, true, 0, 1);
        BatchIterator batches = loader.epoch(0, 0);
        NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      Batch batch = batches.next();
      Tensor first = batch.column(Batch.IMAGE).slice(0, BATCH);
      model.train(true);
      model.apply(setup.preprocess().normalize(first, Device.CPU));
    }
    model.buffers().forEach((name, t) -> assertClose(name, after.get(name), t, 1e-4));
    assertThat(after.get("bn1.num_batches_tracked").toLongs()).containsExactly(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void theSameRunGivesTheSameBits(int workers) throws IOException {
    Map<String, Tensor> one = train(recipe(workers), 3);
    train(recipe(workers), 3).forEach((name, t) -> assertSameBits(name, t, one.get(name)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void whatIsFrozenKeepsEveryBit(int workers) throws IOException {
    List<String> frozen = List.of("conv1", "bn1", "layer1", "layer2", "layer3");
    Recipe recipe = recipe(workers).with("freeze", frozen);
    Map<String, Tensor> before = train(recipe, 0);
    Map<String, Tensor> after = train(recipe, 3);
    before.forEach(
        (name, t) -> {
          if (name.startsWith("fc.")) {
            assertThat(after.get(name).sub(t).maxAbs()).as(name).isPositive();
          } else {
            assertSameBits(name, after.get(name), t);
          }
        });
  }

  /** PyTorch: "Expected more than 1 value per channel when training". */
  @Test
  void oneValuePerChannelIsRefused(@TempDir Path dir) throws IOException {
    Recipe one =
        recipe(1)
            .with("output", dir.toString())
            .with("model", "resnet18")
            .with("model_args", Map.of("img_size", 28))
            .with(Map.of("batch_size", 1, "epochs", 1, "val_split", 0.9));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Trainer.run(one, Progress.quiet()))
        .withMessageStartingWith(
            "batch norm needs more than 1 value per channel in training, but got [1, 512, 1, 1]");
  }

  /** A shard of one image would have a single value per channel in deep layers. */
  @Test
  void shardsHaveTwoImagesAtLeast() throws IOException {
    Recipe two = recipe(2).with("batch_size", 2);
    Setup setup = Setup.open(two, Progress.quiet()).ready(two, Progress.quiet());
    Map<String, Tensor> alone = new LinkedHashMap<>();
    try (Workers workers = workers(setup, two);
        Loader loader = new Loader(setup.train(), null, 2, true, true, 0, 1);
        BatchIterator batches = loader.epoch(0, 0)) {
      workers.train(true);
      workers.run(batches.next(), 0, 1, 0);
      setup.model().buffers().forEach((name, b) -> alone.put(name, b.copy()));
    }
    Recipe single = recipe(1).with("batch_size", 2);
    Setup other = Setup.open(single, Progress.quiet()).ready(single, Progress.quiet());
    try (Workers workers = workers(other, single);
        Loader loader = new Loader(other.train(), null, 2, true, true, 0, 1);
        BatchIterator batches = loader.epoch(0, 0)) {
      workers.train(true);
      workers.run(batches.next(), 0, 1, 0);
      other
          .model()
          .buffers()
          .forEach(
              (name, b) -> assertClose(name, b, Objects.requireNonNull(alone.get(name)), 1e-5));
    }
  }
}
