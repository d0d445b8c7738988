package dev.vit4j.nn;

import static dev.vit4j.TensorAssert.assertClose;
import static dev.vit4j.TensorAssert.assertSameBits;
import static dev.vit4j.TensorAssert.normal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Norms follow their formulas, and batch norm's statistics move only when they should. */
class NormTest {
  @Test
  void layerNormFollowsItsFormula() {
    double eps = 1e-2; // large enough to matter
    LayerNorm norm = new LayerNorm(Init.seeded(0), 5, eps);
    Tensor gain = normal(1, 5);
    Tensor shift = normal(2, 5);
    norm.load(Map.of("weight", gain, "bias", shift), true);
    Tensor x = normal(3, 4, 5);
    double[] in = x.toDoubles();
    double[] out = norm.apply(x).toDoubles();
    for (int row = 0; row < 4; row++) {
      double mean = 0;
      double square = 0;
      for (int i = 0; i < 5; i++) {
        mean += in[5 * row + i] / 5;
      }
      for (int i = 0; i < 5; i++) {
        square += Math.pow(in[5 * row + i] - mean, 2) / 5; // the biased variance
      }
      for (int i = 0; i < 5; i++) {
        double z = (in[5 * row + i] - mean) / Math.sqrt(square + eps);
        double expected = z * gain.toDoubles()[i] + shift.toDoubles()[i];
        assertThat(out[5 * row + i]).isCloseTo(expected, within(1e-5));
      }
    }
  }

  private static double[] channel(Tensor x, int c) {
    return x.select(1, c).toDoubles();
  }

  private static double mean(double[] x) {
    return java.util.Arrays.stream(x).average().orElseThrow();
  }

  /** Sum of squares around the mean. */
  private static double squares(double[] x) {
    double mean = mean(x);
    return java.util.Arrays.stream(x).map(v -> (v - mean) * (v - mean)).sum();
  }

  @Test
  void batchNormTrainsOnTheBatchAndMovesItsStatistics() {
    BatchNorm2d norm = new BatchNorm2d(Init.seeded(0), 3);
    Tensor x = normal(1, 4, 3, 5, 6).mul(2).add(1);
    Tensor y = norm.apply(x);
    Map<String, Tensor> state = norm.buffers();
    for (int c = 0; c < 3; c++) {
      double[] in = channel(x, c);
      double[] out = channel(y, c);
      double variance = squares(in) / in.length;
      for (int i = 0; i < in.length; i++) {
        double expected = (in[i] - mean(in)) / Math.sqrt(variance + 1e-5);
        assertThat(out[i]).isCloseTo(expected, within(1e-4));
      }
      double unbiased = squares(in) / (in.length - 1);
      assertThat(state.get("running_mean").toDoubles()[c]).isCloseTo(0.1 * mean(in), within(1e-5));
      assertThat(state.get("running_var").toDoubles()[c])
          .isCloseTo(0.9 + 0.1 * unbiased, within(1e-4));
    }
    assertThat(state.get("num_batches_tracked").toLongs()).containsExactly(1);
  }

  @Test
  void batchNormEvaluatesByItsStatistics() {
    BatchNorm2d norm = new BatchNorm2d(Init.seeded(0), 2);
    Tensor mean = Tensor.of(new float[] {1, -1}, 2);
    Tensor var = Tensor.of(new float[] {4, 0.25f}, 2);
    norm.load(Map.of("running_mean", mean, "running_var", var), false);
    norm.train(false);
    Tensor x = normal(1, 3, 2, 4, 4);
    Tensor y = norm.apply(x);
    assertClose("0", y.select(1, 0), x.select(1, 0).add(-1).mul(0.5), 1e-4);
    assertClose("1", y.select(1, 1), x.select(1, 1).add(1).mul(2), 1e-3);
    assertThat(norm.buffers().get("running_mean").toFloats()).containsExactly(1, -1);
    assertThat(norm.buffers().get("num_batches_tracked").toLongs()).containsExactly(0);
  }

  /** A norm behind a convolution, as in ResNet. */
  private static final class Stem extends Module {
    private final Conv2d conv;
    private final BatchNorm2d bn;

    Stem(Init init) {
      conv = child("conv", new Conv2d(init, 2, 3, 3, 1, 1));
      bn = child("bn", new BatchNorm2d(init, 3));
    }

    @Override
    protected Tensor forward(Tensor x) {
      return bn.apply(conv.apply(x));
    }
  }

  @Test
  void frozenStatisticsStandStillInTraining() {
    Stem stem = new Stem(Init.seeded(0));
    stem.freeze(List.of("bn"));
    Tensor mean = stem.buffers().get("bn.running_mean").copy();
    Tensor var = stem.buffers().get("bn.running_var").copy();
    stem.train(true);
    Tensor x = normal(1, 4, 2, 5, 5);
    Tensor trained = stem.apply(x);
    assertSameBits("mean", stem.buffers().get("bn.running_mean"), mean);
    assertSameBits("var", stem.buffers().get("bn.running_var"), var);
    assertThat(stem.buffers().get("bn.num_batches_tracked").toLongs()).containsExactly(0);
    trained.sum().backward();
    assertThat(stem.parameters().get("conv.weight").hasGrad()).isTrue();
    assertThat(stem.parameters().get("bn.weight").hasGrad()).isFalse();
    stem.train(false);
    assertSameBits("by the stored statistics", trained.detach(), stem.apply(x).detach());

    stem.freeze(List.of());
    stem.train(true);
    stem.apply(x);
    assertThat(stem.buffers().get("bn.num_batches_tracked").toLongs()).containsExactly(1);
  }
}
