package dev.vit4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Int8LinearTest {
  private static final int K = 96;
  private static final int N = 128;
  private static final int LEVELS = Engine.hasVnni() ? 127 : 63;

  @BeforeEach
  void int8() {
    assumeTrue(Packed.isAvailable(Precision.INT8), "int8 needs AVX2");
  }

  /** Quantizes and multiplies as the class says, in double precision. */
  private static double[][] reference(float[][] x, float[][] w, float[] b) {
    double[][] y = new double[x.length][w.length];
    for (int m = 0; m < x.length; m++) {
      for (int n = 0; n < w.length; n++) {
        double sx = largest(x[m]) / LEVELS;
        double sw = largest(w[n]) / 127;
        long sum = 0;
        for (int k = 0; k < w[n].length; k++) {
          sum += (long) (Math.rint(x[m][k] / sx) * Math.rint(w[n][k] / sw));
        }
        y[m][n] = sum * sx * sw + b[n];
      }
    }
    return y;
  }

  private static double largest(float[] row) {
    double max = 0;
    for (float v : row) {
      max = Math.max(max, Math.abs(v));
    }
    return max;
  }

  private static float[][] random(long seed, int rows, int columns) {
    Random random = new Random(seed);
    float[][] out = new float[rows][columns];
    for (float[] row : out) {
      for (int i = 0; i < columns; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
    return out;
  }

  private static Tensor tensor(float[][] rows) {
    float[] all = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, all, i * rows[0].length, rows[0].length);
    }
    return Tensor.of(all, rows.length, rows[0].length);
  }

  @ParameterizedTest
  @CsvSource({"1", "3", "50", "197"})
  void equalsTheQuantizedProduct(int rows) {
    float[][] x = random(rows, rows, K);
    float[][] w = random(98, N, K);
    float[] b = random(99, 1, N)[0];
    double[][] expected = reference(x, w, b);
    try (Scope scope = Scope.open();
        PackedLinear linear =
            PackedLinear.of(tensor(w), Tensor.of(b, N), new Packing(Precision.INT8, true))) {
      float[] y = linear.apply(tensor(x).view(1, rows, K)).toFloats();
      int moved = 0;
      for (int i = 0; i < y.length; i++) {
        // A value between two levels may go to either: one level of x is about 0.02.
        double error = Math.abs(y[i] - expected[i / N][i % N]);
        moved += error > 1e-4 ? 1 : 0;
        assertThat(error).isLessThan(0.2);
      }
      assertThat(moved).isLessThan(y.length / 100 + N);
    }
  }

  @Test
  void isNearTheExactProduct() {
    float[][] x = random(1, 64, K);
    float[][] w = random(98, N, K);
    try (Scope scope = Scope.open();
        PackedLinear linear = PackedLinear.of(tensor(w), null, new Packing(Precision.INT8, true))) {
      Tensor exact = Ops.linear(tensor(x), tensor(w), null);
      Tensor error = linear.apply(tensor(x)).sub(exact);
      assertThat(error.maxAbs()).isLessThan(0.05 * exact.maxAbs());
      assertThat(linear.applyGelu(tensor(x)).sub(Ops.gelu(exact)).maxAbs())
          .isLessThan(0.05 * exact.maxAbs());
    }
  }

  /** Sums of products beyond 16 bits are exact. */
  @Test
  void largestProductsDoNotSaturate() {
    float[][] x = new float[20][K];
    float[][] w = new float[N][K];
    for (float[] row : x) {
      Arrays.fill(row, 2);
    }
    for (int n = 0; n < N; n++) {
      Arrays.fill(w[n], n % 2 == 0 ? 0.5f : -0.5f);
    }
    try (Scope scope = Scope.open();
        PackedLinear linear = PackedLinear.of(tensor(w), null, new Packing(Precision.INT8, true))) {
      float[] y = linear.apply(tensor(x)).toFloats();
      for (int i = 0; i < y.length; i++) {
        assertThat(y[i]).isCloseTo(i % 2 == 0 ? K : -K, within(1e-3f));
      }
    }
  }

  @Test
  void aRowDoesNotDependOnTheOthers() {
    float[][] x = random(3, 40, K);
    Arrays.fill(x[7], 0);
    x[8][3] = 1000;
    float[][] w = random(98, N, K);
    float[] b = random(99, 1, N)[0];
    try (Scope scope = Scope.open();
        PackedLinear linear =
            PackedLinear.of(tensor(w), Tensor.of(b, N), new Packing(Precision.INT8, true))) {
      Tensor all = linear.apply(tensor(x));
      for (int i = 0; i < x.length; i++) {
        float[] alone = linear.apply(tensor(new float[][] {x[i]})).toFloats();
        assertThat(alone).isEqualTo(all.narrow(0, i, 1).toFloats());
      }
      assertThat(all.narrow(0, 7, 1).toFloats()).isEqualTo(b); // a row of zeros
    }
  }
}
