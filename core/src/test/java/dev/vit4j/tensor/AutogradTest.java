package dev.vit4j.tensor;

import static dev.vit4j.TensorAssert.normal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Gradients are right, and recorded when they should be. */
class AutogradTest {
  @Test
  void theSchoolExample() {
    Tensor x = Tensor.of(new float[] {2}, 1).requiresGrad(true);
    Tensor y = x.mul(x);
    Tensor z = y.mul(2).add(3);
    z.sum().backward();
    assertThat(z.item()).isEqualTo(11);
    assertThat(x.grad().item()).isEqualTo(8);
  }

  @Test
  void gradientsAddUpUntilCleared() {
    Tensor x = Tensor.of(new float[] {3}, 1).requiresGrad(true);
    assertThat(x.hasGrad()).isFalse();
    x.mul(2).sum().backward();
    x.mul(2).sum().backward();
    assertThat(x.grad().item()).isEqualTo(4);
    x.clearGrad();
    assertThat(x.hasGrad()).isFalse();
  }

  /** A small network in f64: every gradient equals the symmetric difference quotient. */
  @Test
  void finiteDifferences() {
    Tensor w = normal(2, 3, 4).to(DType.F64);
    Tensor gain = normal(3, 3).to(DType.F64);
    Tensor shift = normal(4, 3).to(DType.F64);
    Tensor labels = Tensor.of(new long[] {0, 2}, 2);
    UnaryOperator<Tensor> f =
        x -> {
          Tensor h = Ops.layerNorm(Ops.gelu(Ops.linear(x, w, null)), gain, shift, 1e-6);
          Tensor attended = h.softmax(-1).matmul(h.transpose(0, 1)).matmul(h);
          return Ops.crossEntropy(Ops.quickGelu(attended), labels, 0.1);
        };
    double[] start = normal(1, 2, 4).toDoubles();
    Tensor x = Tensor.of(start, 2, 4).requiresGrad(true);
    f.apply(x).backward();
    double[] gradient = x.grad().toDoubles();
    double h = 1e-5;
    for (int i = 0; i < start.length; i++) {
      double up = f.apply(Tensor.of(moved(start, i, h), 2, 4)).item();
      double down = f.apply(Tensor.of(moved(start, i, -h), 2, 4)).item();
      assertThat(gradient[i]).as("element %d", i).isCloseTo((up - down) / (2 * h), within(1e-8));
    }
  }

  private static double[] moved(double[] x, int i, double by) {
    double[] copy = x.clone();
    copy[i] += by;
    return copy;
  }

  @Test
  void nothingIsRecordedInsideNoGrad() {
    Tensor x = Tensor.of(new float[] {3}, 1).requiresGrad(true);
    try (NoGrad outer = NoGrad.on()) {
      try (NoGrad inner = NoGrad.on()) {
        assertThat(x.mul(2).requiresGrad()).isFalse();
      }
      assertThat(x.mul(2).requiresGrad()).as("the outer one still holds").isFalse();
    }
    assertThat(x.mul(2).requiresGrad()).isTrue();
    assertThat(x.mul(2).detach().requiresGrad()).isFalse();
  }

  @Test
  void sizesThatCannotBeAreRefusedInWords() {
    assertThatThrownBy(() -> Tensor.of(new float[2], -2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("negative size in shape [-2]");
    assertThatThrownBy(() -> Tensor.full(0, Device.CPU, 2, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("negative size in shape [2, -1]");
    assertThatThrownBy(() -> Tensor.of(new float[2], 3)).hasMessageContaining("2 numbers");
    assertThatThrownBy(() -> Tensor.of(new byte[2], 1, 2)).hasMessageContaining("offset 1");
  }
}
