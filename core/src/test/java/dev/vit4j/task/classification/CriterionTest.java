package dev.vit4j.task.classification;

import static dev.vit4j.TensorAssert.assertClose;
import static dev.vit4j.TensorAssert.normal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.vit4j.Fixture;
import dev.vit4j.data.Dataset;
import dev.vit4j.data.Labels;
import dev.vit4j.data.Subset;
import dev.vit4j.data.source.Datasets;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.task.ClassWeights;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.train.Digits;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CriterionTest {
  private static Criterion of(Recipe recipe, float... weights) {
    return new Criterion(recipe, 10, weights.length == 0 ? null : weights, Device.CPU);
  }

  @Test
  void binaryCrossEntropyEqualsTimm() {
    Map<String, Tensor> golden = Fixture.tensors("10-losses-metrics/loss_bce_timm.safetensors");
    Tensor x = golden.get("x").requiresGrad(true);
    Recipe recipe = Digits.recipe().with("bce_loss", true).with("smoothing", 0.1);
    Tensor loss = of(recipe).of(x, golden.get("y").toLongs());
    loss.backward();
    assertThat(loss.item()).isCloseTo(golden.get("loss_f64").item(), withinPercentage(1e-3));
    assertClose("gradient", x.grad(), golden.get("grad.x"), 1e-6);
  }

  @Test
  void mixedLabelsWithoutAPartnerAreSmoothedLabels() {
    Recipe recipe = Digits.recipe().with("smoothing", 0.1);
    Tensor x = normal(1, 4, 10);
    long[] y = {3, 1, 4, 1};
    double hard = of(recipe).of(x, y).item();
    assertThat(of(recipe).of(x, y, y, 1).item()).isCloseTo(hard, within(1e-6));
    assertThat(of(recipe).of(x, y, new long[] {1, 4, 1, 3}, 1).item())
        .isCloseTo(hard, within(1e-6));
  }

  /** The parts of a batch, each by its share, make the loss of the whole: weighted or not. */
  @Test
  void sharesAddUp() {
    float[] weights = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    Tensor x = normal(2, 7, 10);
    long[] y = {9, 0, 3, 3, 1, 8, 2};
    long[] partners = {2, 8, 1, 3, 3, 0, 9};
    for (Criterion c :
        List.of(
            of(Digits.recipe()),
            of(Digits.recipe(), weights),
            of(Digits.recipe().with("smoothing", 0.2), weights),
            of(Digits.recipe().with("bce_loss", true), weights))) {
      double hard = 0;
      double mixed = 0;
      for (int[] part : new int[][] {{0, 2}, {2, 5}}) {
        Tensor some = x.narrow(0, part[0], part[1]);
        long[] labels = java.util.Arrays.copyOfRange(y, part[0], part[0] + part[1]);
        long[] others = java.util.Arrays.copyOfRange(partners, part[0], part[0] + part[1]);
        hard += c.of(some, labels).item() * c.share(y, part[0], part[1], false);
        mixed += c.of(some, labels, others, 0.3).item() * c.share(y, part[0], part[1], true);
      }
      assertThat(hard).isCloseTo(c.of(x, y).item(), within(1e-5));
      assertThat(mixed).isCloseTo(c.of(x, y, partners, 0.3).item(), within(1e-5));
    }
  }

  @Test
  void aRareClassWeighsMore() {
    Tensor x = Tensor.full(0, Device.CPU, 2, 10);
    long[] y = {0, 1};
    float[] weights = {3, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    x.requiresGrad(true);
    of(Digits.recipe(), weights).of(x, y).backward();
    float[] g = x.grad().toFloats();
    assertThat(g[0] / g[11]).isCloseTo(3, within(1e-5f));
    assertThat(g[0]).isCloseTo(-0.9f * 3 / 4, within(1e-6f));
    Tensor plain = Tensor.full(0, Device.CPU, 2, 10);
    assertThat(Ops.crossEntropy(plain, Tensor.of(y, 2), 0).item())
        .isCloseTo(Math.log(10), within(1e-6));
  }

  @Test
  void balancedIsScikitLearns() throws IOException {
    Dataset all = Datasets.open(Datasets.SAMPLE, null).train();
    int[] some =
        IntStream.range(0, all.size())
            .filter(
                i -> Labels.of(all).label(i) < 2 && (Labels.of(all).label(i) == 0 || i % 3 == 0))
            .toArray();
    Dataset few = new Subset("few", all, some);
    long zeros = IntStream.of(some).filter(i -> Labels.of(all).label(i) == 0).count();
    Recipe recipe = Digits.recipe().with("class_weights", "balanced");
    float[] weights = ClassWeights.of(recipe, few, 10);
    assertThat(weights).isNotNull().hasSize(10);
    assertThat(weights[0]).isCloseTo(some.length / (2f * zeros), within(1e-6f));
    assertThat(weights[1]).isCloseTo(some.length / (2f * (some.length - zeros)), within(1e-6f));
    assertThat(weights[2]).as("no sample").isEqualTo(1);
    assertThat(ClassWeights.of(Digits.recipe(), few, 10)).isNull();
    assertThat(
            ClassWeights.of(Digits.recipe().with("class_weights", "1,2,3,4,5,6,7,8,9,10"), few, 10))
        .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
  }
}
