package dev.vit4j.tensor;

import static dev.vit4j.TensorAssert.assertClose;
import static dev.vit4j.TensorAssert.normal;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A linear layer equals the plain matrix product, however it is computed. */
class LinearTest {
  private static final double TOLERANCE = 2e-4; // sums of up to 200 products of normal numbers

  static Stream<Arguments> shapes() {
    return Stream.of(
        Arguments.of(new long[] {5, 7}, 3), // narrow: the plain product
        Arguments.of(new long[] {5, 63}, 64),
        Arguments.of(new long[] {5, 64}, 63),
        Arguments.of(new long[] {5, 64}, 64), // from here on oneDNN's convolution
        Arguments.of(new long[] {1, 64}, 192),
        Arguments.of(new long[] {200, 96}, 65),
        Arguments.of(new long[] {64}, 80),
        Arguments.of(new long[] {3, 17, 72}, 100),
        Arguments.of(new long[] {2, 3, 5, 64}, 128),
        Arguments.of(new long[] {0, 64}, 64), // an empty batch
        Arguments.of(new long[] {0, 17, 64}, 64),
        Arguments.of(new long[] {0, 7}, 3));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void equalsTheProductWithBias(long[] shape, long n) {
    check(normal(1, shape), normal(2, n, k(shape)), normal(3, n));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void equalsTheProductWithoutBias(long[] shape, long n) {
    check(normal(1, shape), normal(2, n, k(shape)), null);
  }

  private static long k(long... shape) {
    return shape[shape.length - 1];
  }

  private static void check(Tensor x, Tensor w, @org.jspecify.annotations.Nullable Tensor b) {
    Tensor[] mine = leaves(x, w, b);
    Tensor[] plain = leaves(x, w, b);
    Tensor y = Ops.linear(mine[0], mine[1], b == null ? null : mine[2]);
    Tensor expected = plain[0].matmul(plain[1].transpose(0, 1));
    expected = b == null ? expected : expected.add(plain[2]);
    assertClose("y", y, expected, TOLERANCE);
    Tensor weights = normal(4, y.shape());
    y.mul(weights).sum().backward();
    expected.mul(weights).sum().backward();
    for (int i = 0; i < mine.length; i++) {
      assertClose("gradient " + i, mine[i].grad(), plain[i].grad(), TOLERANCE);
    }
  }

  private static Tensor[] leaves(Tensor x, Tensor w, @org.jspecify.annotations.Nullable Tensor b) {
    Stream<Tensor> all = b == null ? Stream.of(x, w) : Stream.of(x, w, b);
    return all.map(t -> t.copy().requiresGrad(true)).toArray(Tensor[]::new);
  }

  @Test
  void aStridedInputIsTheSame() {
    Tensor x = normal(1, 64, 4, 9).permute(1, 2, 0); // [4, 9, 64], not contiguous
    Tensor w = normal(2, 70, 64);
    assertClose("y", Ops.linear(x, w, null), x.matmul(w.transpose(0, 1)), TOLERANCE);
    Tensor cut = normal(3, 4, 9, 128).narrow(2, 32, 64);
    assertClose("narrow", Ops.linear(cut, w, null), cut.matmul(w.transpose(0, 1)), TOLERANCE);
    Tensor part = normal(4, 140, 64).narrow(0, 70, 70);
    assertClose("part", Ops.linear(x, part, null), x.matmul(part.transpose(0, 1)), TOLERANCE);
  }

  @Test
  void theResultIsLaidOutRowByRow() {
    Tensor y = Ops.linear(normal(1, 3, 5, 64), normal(2, 64, 64), null);
    Tensor viewed = y.view(15, 64); // a view works only on rows without gaps
    assertThat(Arrays.equals(viewed.toFloats(), y.toFloats())).isTrue();
  }

  @Test
  void doublesAndBf16Work() {
    Tensor x = normal(1, 4, 64).to(DType.F64);
    Tensor w = normal(2, 64, 64).to(DType.F64);
    assertClose("f64", Ops.linear(x, w, null), x.matmul(w.transpose(0, 1)), 1e-12);
    try (Precision.Region region = Precision.BF16.on(Device.CPU)) {
      Tensor y = Ops.linear(normal(1, 4, 64), normal(2, 64, 64), null);
      assertThat(y.dtype()).isEqualTo(DType.BF16);
      assertClose("bf16", y, x.matmul(w.transpose(0, 1)), 0.25);
    }
    assertThat(Ops.linear(normal(1, 4, 64), normal(2, 64, 64), null).dtype()).isEqualTo(DType.F32);
  }
}
