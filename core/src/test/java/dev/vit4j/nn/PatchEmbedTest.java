package dev.vit4j.nn;

import static dev.vit4j.TensorAssert.assertClose;
import static dev.vit4j.TensorAssert.normal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cutting into patches and multiplying equals the convolution whose stride is its kernel. */
class PatchEmbedTest {
  @ParameterizedTest
  @CsvSource({"1, 8, 7, 28, 28", "3, 12, 4, 8, 16", "3, 64, 8, 32, 24", "2, 5, 1, 3, 4"})
  void equalsAConvolution(int channels, int dim, int patch, int height, int width) {
    PatchEmbed embed = new PatchEmbed(Init.seeded(1), channels, dim, patch, patch, true);
    Tensor weight = embed.parameters().get("proj.weight");
    Tensor bias = embed.parameters().get("proj.bias");
    Tensor x = normal(2, 3, channels, height, width).requiresGrad(true);
    Tensor tokens = embed.apply(x);
    Tensor weights = normal(3, tokens.shape());
    tokens.mul(weights).sum().backward();
    Tensor[] mine = {x.grad().copy(), weight.grad().copy(), bias.grad().copy()};

    x.clearGrad();
    weight.clearGrad();
    bias.clearGrad();
    Tensor map = Ops.conv2d(x, weight, bias, patch, 0, 1, 1); // [B, D, rows, columns]
    Tensor expected = map.flatten(2, 3).transpose(1, 2); // [B, N, D]
    expected.mul(weights).sum().backward();
    assertClose("tokens", tokens, expected, 1e-4);
    assertClose("gradient of the picture", mine[0], x.grad(), 1e-4);
    assertClose("gradient of the weight", mine[1], weight.grad(), 1e-3);
    assertClose("gradient of the bias", mine[2], bias.grad(), 1e-3);
  }

  @Test
  void patchesNeedNotBeSquare() {
    PatchEmbed embed = new PatchEmbed(Init.seeded(1), 1, 2, 2, 3, false);
    assertThat(embed.parameters().keySet()).containsExactly("proj.weight");
    assertThat(embed.parameters().get("proj.weight").shape()).containsExactly(2, 1, 2, 3);
    // One channel picks the patch's upper left pixel, the other its lower right one.
    Tensor pick = Tensor.of(new float[] {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 2, 1, 2, 3);
    embed.load(Map.of("proj.weight", pick), true);
    float[] pixels = new float[4 * 6];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = i;
    }
    Tensor tokens = embed.apply(Tensor.of(pixels, 1, 1, 4, 6));
    assertThat(tokens.shape()).containsExactly(1, 4, 2);
    assertThat(tokens.toFloats()).containsExactly(0, 8, 3, 11, 12, 20, 15, 23);
  }

  @Test
  void convolutionFollowsItsFormula() {
    Conv2d conv = new Conv2d(Init.seeded(1), 2, 3, 3, 2, 1);
    Tensor w = normal(1, 3, 2, 3, 3);
    conv.load(Map.of("weight", w), true);
    Tensor x = normal(3, 1, 2, 5, 7);
    Tensor y = conv.apply(x);
    assertThat(y.shape()).containsExactly(1, 3, 3, 4);
    double[] in = x.toDoubles();
    double[] kernel = w.toDoubles();
    double[] out = y.toDoubles();
    for (int o = 0; o < 3; o++) {
      for (int r = 0; r < 3; r++) {
        for (int c = 0; c < 4; c++) {
          double sum = 0;
          for (int k = 0; k < 18; k++) {
            int row = 2 * r - 1 + k / 3 % 3;
            int column = 2 * c - 1 + k % 3;
            if (row >= 0 && row < 5 && column >= 0 && column < 7) {
              sum += kernel[18 * o + k] * in[35 * (k / 9) + 7 * row + column];
            }
          }
          assertThat(out[12 * o + 4 * r + c]).isCloseTo(sum, within(1e-4));
        }
      }
    }
  }
}
