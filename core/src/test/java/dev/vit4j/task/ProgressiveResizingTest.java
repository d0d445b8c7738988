package dev.vit4j.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.train.Digits;
import dev.vit4j.train.Progress;
import dev.vit4j.train.Run;
import dev.vit4j.train.Trainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small pictures first. */
class ProgressiveResizingTest {
  private static final ProgressiveResizing HALF = new ProgressiveResizing(0.5, 0.5, 0.2, 4);

  private static Recipe recipe() {
    return Digits.recipe()
        .with("model", "resnet20_cifar")
        .with("model_args", Map.of("img_size", 28, "width", 4))
        .with("initial_scale", 0.5)
        .with("size_increment", 2);
  }

  @Test
  void staysSmallThenGrowsThenIsFull() {
    assertThat(DoubleStream.of(0, 0.3, 0.499).mapToLong(d -> HALF.side(32, d))).containsOnly(16L);
    assertThat(DoubleStream.of(0.5, 0.574).mapToLong(d -> HALF.side(32, d))).containsOnly(16L);
    assertThat(HALF.side(32, 0.576)).isEqualTo(20);
    assertThat(HALF.side(32, 0.66)).isEqualTo(24);
    assertThat(HALF.side(32, 0.73)).isEqualTo(28);
    assertThat(HALF.side(32, 0.79)).isEqualTo(28);
    assertThat(DoubleStream.of(0.8, 0.9, 1).mapToLong(d -> HALF.side(32, d))).containsOnly(32L);
  }

  @Test
  void sidesStayWithinTheIncrementAndTheFullSize() {
    assertThat(new ProgressiveResizing(0.01, 0.5, 0.2, 8).side(32, 0)).isEqualTo(8);
    assertThat(new ProgressiveResizing(0.5, 0.5, 0.2, 64).side(32, 0)).isEqualTo(32);
    assertThat(new ProgressiveResizing(0.5, 0.4, 0.6, 4).side(32, 0.4)).isEqualTo(32);
    assertThat(HALF.side(30, 1)).isEqualTo(30); // whatever the increment
  }

  @Test
  void halfTheSizeIsTheMeanOfFourPixels() {
    try (Scope scope = Scope.open()) {
      Tensor x = Tensor.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 1, 1, 2, 4);
      Tensor y = new ProgressiveResizing(0.5, 1, 0, 1).apply(x, 0);
      assertThat(y.shape()).containsExactly(1, 1, 1, 2);
      assertThat(y.toFloats()[0]).isCloseTo((1 + 2 + 5 + 6) / 4f, within(1e-6f));
      assertThat(y.toFloats()[1]).isCloseTo((3 + 4 + 7 + 8) / 4f, within(1e-6f));
      assertThat(HALF.apply(x, 1)).isSameAs(x);
    }
  }

  @Test
  void theRecipeSaysItAndOneSizeOnlyIsRefused() {
    try (Model resnet = Models.create("resnet20_cifar", Map.of(), Init.shapesOnly());
        Model vit = Models.create("vit_mnist_1850", Map.of(), Init.shapesOnly())) {
      assertThat(ProgressiveResizing.of(recipe(), resnet))
          .isEqualTo(new ProgressiveResizing(0.5, 0.5, 0.2, 2));
      assertThat(ProgressiveResizing.of(Digits.recipe(), vit)).isNull();
      assertThatThrownBy(() -> ProgressiveResizing.of(recipe(), vit))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "initial_scale needs a model for images of any size, such as a ResNet: vit_mnist_1850 takes 28 x 28 only");
    }
    assertThatThrownBy(() -> recipe().with("delay_fraction", 0.9))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must not add up to more than 1");
  }

  @Test
  void aTrainingWithItEndsAtTheModelsSize(@TempDir Path dir) throws IOException {
    Recipe recipe = recipe().with("epochs", 2).with("output", dir.toString());
    Run run = Trainer.run(recipe, Progress.quiet());
    assertThat(run.epochs()).isEqualTo(2);
    assertThat(run.test("top1")).isBetween(20.0, 100.0); // it learns
  }
}
