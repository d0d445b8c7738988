package dev.vit4j.train;

import static dev.vit4j.train.WorkersTest.BATCH;
import static dev.vit4j.train.WorkersTest.always;
import static dev.vit4j.train.WorkersTest.assertSame;
import static dev.vit4j.train.WorkersTest.batch;
import static dev.vit4j.train.WorkersTest.digits;
import static dev.vit4j.train.WorkersTest.plainly;
import static dev.vit4j.train.WorkersTest.recipe;
import static dev.vit4j.train.WorkersTest.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vit4j.data.Batch;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.task.Loss;
import dev.vit4j.task.Objective;
import dev.vit4j.task.Step;
import dev.vit4j.task.Tally;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Batches in pieces whose samples are compared with each other. */
class GradCacheTest {
  /** An objective whose every step is the same, for batches of several pieces. */
  private static Objective joined(Step step) {
    return new Objective() {
      @Override
      public Step step(Batch batch, long number, double done) {
        return step;
      }

      @Override
      public boolean joinsBatches() {
        return true;
      }

      @Override
      public void close() {}
    };
  }

  /** GradCache: the loss sees the whole batch, the graphs are those of the pieces. */
  @ParameterizedTest
  @CsvSource({"1, 4", "2, 4", "3, 2", "1, 64"})
  void aContrastiveLossDoesNotDependOnTheNumberOfPieces(int workers, int pieces) {
    Step step = new WorkersTest.Contrastive();
    Recipe recipe = recipe(workers).with("grad_accum", pieces);
    assertSame(run(digits(), joined(step), recipe, batch(BATCH)), plainly(step));
  }

  /** Outputs of the two forward passes of each piece, by its first sample. */
  private static final class Recorded implements Step {
    private final WorkersTest.Contrastive step = new WorkersTest.Contrastive();
    private final Map<Integer, List<float[]>> outputs = new ConcurrentHashMap<>();

    @Override
    public Tensor[] inputs(int from, int count) {
      Tensor start = Tensor.full(from, Device.CPU, count);
      Tensor[] inputs = step.inputs(from, count);
      return new Tensor[] {inputs[0], inputs[1], start};
    }

    @Override
    public Tensor[] forward(Model model, Tensor[] inputs) {
      Tensor[] outputs = step.forward(model, inputs);
      this.outputs
          .computeIfAbsent((int) inputs[2].maxAbs(), k -> new ArrayList<>())
          .add(outputs[0].toFloats());
      return outputs;
    }

    @Override
    public Loss loss(Tensor[] outputs, int from, int count) {
      return step.loss(outputs, from, count);
    }

    @Override
    public boolean comparesSamples() {
      return true;
    }
  }

  @Test
  void eachPieceIsComputedAgainWithTheSameRandomNumbers() {
    Recorded step = new Recorded();
    Model model =
        Models.create("vit_mnist_1850", Map.of("num_classes", 8, "drop_rate", 0.5), Init.seeded(5));
    run(model, joined(step), recipe(2).with("grad_accum", 2), batch(BATCH));
    assertThat(step.outputs.keySet()).containsExactlyInAnyOrder(0, 2, 5, 7);
    step.outputs.forEach(
        (from, twice) -> {
          assertThat(twice).hasSize(2);
          assertThat(twice.get(1)).containsExactly(twice.get(0));
        });
    assertThat(step.outputs.get(0).get(0)).isNotEqualTo(step.outputs.get(5).get(0));
  }

  /** The loss of a model that ignores some of its parameters, such as a bias that is not used. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void parametersWithoutInfluenceHaveAGradientOfZero(int workers) {
    Step step =
        new Step() {
          @Override
          public Tensor[] inputs(int from, int count) {
            return new Tensor[] {Tensor.full(from + 1, Device.CPU, count)};
          }

          @Override
          public Tensor[] forward(Model model, Tensor[] inputs) {
            return new Tensor[] {inputs[0].mul(model.parameters().get("head.bias").mean())};
          }

          @Override
          public Loss loss(Tensor[] outputs, int from, int count) {
            return new Loss(outputs[0].sum(), 1, Tally.NONE);
          }
        };
    Map<String, Tensor> gradients =
        run(digits(), always(step), recipe(workers), batch(BATCH)).gradients();
    assertThat(gradients.get("head.bias").maxAbs()).isPositive();
    assertThat(gradients.get("head.weight").maxAbs()).isZero();
  }
}
