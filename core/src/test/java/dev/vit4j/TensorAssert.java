package dev.vit4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Generator;
import dev.vit4j.tensor.Tensor;
import java.util.Arrays;

/** What tests say about tensors. */
public final class TensorAssert {
  private TensorAssert() {}

  /** Same shape, and no element further away than {@code tolerance}. */
  public static void assertClose(String what, Tensor actual, Tensor expected, double tolerance) {
    assertThat(actual.shape()).as(what).isEqualTo(expected.shape());
    double[] a = actual.toDoubles();
    double[] e = expected.toDoubles();
    for (int i = 0; i < a.length; i++) {
      assertThat(Math.abs(a[i] - e[i]))
          .as("%s, element %d", what, i)
          .isLessThanOrEqualTo(tolerance);
    }
  }

  /** Same type, shape and bits. */
  public static void assertSameBits(String what, Tensor actual, Tensor expected) {
    assertThat(actual.dtype()).as(what).isEqualTo(expected.dtype());
    assertThat(actual.shape()).as(what).isEqualTo(expected.shape());
    assertThat(actual.toBytes()).as(what).isEqualTo(expected.toBytes());
  }

  /** Standard normal f32 numbers. */
  public static Tensor normal(long seed, long... shape) {
    return Tensor.empty(DType.F32, Device.CPU, shape).normal_(0, 1, new Generator(seed));
  }

  /** Standard deviation around 0, and the mean. */
  public static double[] moments(Tensor t) {
    double[] x = t.toDoubles();
    double mean = Arrays.stream(x).average().orElse(0);
    double square = Arrays.stream(x).map(v -> v * v).average().orElse(0);
    return new double[] {Math.sqrt(square), mean};
  }
}
