package dev.vit4j.nn;

import static dev.vit4j.TensorAssert.assertSameBits;
import static dev.vit4j.TensorAssert.normal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.tensor.Generator;
import dev.vit4j.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dropout and stochastic depth: shares, scale, seeds, modes. */
class DropoutTest {
  private static final int COUNT = 100_000;

  private static Tensor ones(long... shape) {
    return Init.seeded(0).ones(shape);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.5, 0.9})
  void dropsAShareAndScalesTheRest(double p) {
    Generator.ofThread().seed(7);
    float[] y = new Dropout(p).apply(ones(COUNT)).toFloats();
    int dropped = 0;
    for (float v : y) {
      if (v == 0) {
        dropped++;
      } else {
        assertThat(v).isCloseTo((float) (1 / (1 - p)), within(1e-5f));
      }
    }
    double deviation = Math.sqrt(p * (1 - p) / COUNT);
    assertThat((double) dropped / COUNT).isCloseTo(p, within(5 * deviation));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.5})
  void dropPathDropsWholeSamples(double p) {
    Generator.ofThread().seed(7);
    int samples = 20_000;
    float[] y = new DropPath(p).apply(ones(samples, 3, 2)).toFloats();
    int dropped = 0;
    for (int i = 0; i < samples; i++) {
      float first = y[6 * i];
      for (int j = 1; j < 6; j++) {
        assertThat(y[6 * i + j]).isEqualTo(first);
      }
      if (first == 0) {
        dropped++;
      } else {
        assertThat(first).isCloseTo((float) (1 / (1 - p)), within(1e-5f));
      }
    }
    double deviation = Math.sqrt(p * (1 - p) / samples);
    assertThat((double) dropped / samples).isCloseTo(p, within(5 * deviation));
  }

  @Test
  void oneSeedOneMask() {
    for (Module m : new Module[] {new Dropout(0.5), new DropPath(0.5)}) {
      Tensor x = normal(1, 64, 8);
      Generator.ofThread().seed(1);
      Tensor first = m.apply(x);
      Tensor next = m.apply(x);
      Generator.ofThread().seed(1);
      assertSameBits("same seed", m.apply(x), first);
      assertThat(next.sub(first).maxAbs()).isPositive();
      Generator.ofThread().seed(2);
      assertThat(m.apply(x).sub(first).maxAbs()).isPositive();
    }
  }

  @Test
  void evaluationAndRateZeroChangeNothing() {
    Tensor x = normal(1, 64, 8);
    for (Module m : new Module[] {new Dropout(0.5), new DropPath(0.5)}) {
      m.train(false);
      assertSameBits("evaluation", m.apply(x), x);
    }
    assertSameBits("rate 0", new Dropout(0).apply(x), x);
    assertSameBits("rate 0", new DropPath(0).apply(x), x);
  }

  @Test
  void gradientsGoThroughWhatWasKept() {
    Generator.ofThread().seed(3);
    Tensor x = normal(1, 1000).requiresGrad(true);
    Tensor y = new Dropout(0.25).apply(x);
    y.sum().backward();
    float[] out = y.toFloats();
    float[] gradient = x.grad().toFloats();
    for (int i = 0; i < out.length; i++) {
      assertThat(gradient[i]).isEqualTo(out[i] == 0 ? 0 : (float) (1 / 0.75));
    }
  }
}
