package dev.vit4j.nn;

import static dev.vit4j.TensorAssert.assertClose;
import static dev.vit4j.TensorAssert.normal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.tensor.Generator;
import dev.vit4j.tensor.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Activations and the small modules around them follow their formulas. */
class ActivationTest {
  // x Phi(x) with the normal distribution's Phi from tables; x sigmoid(1.702 x); max(x, 0)
  @ParameterizedTest
  @CsvSource({
    "gelu, 1, 0.841344746",
    "gelu, -1, -0.158655254",
    "gelu, 2, 1.954499736",
    "gelu, 0, 0",
    "gelu, -30, 0",
    "gelu_tanh, 1, 0.841191991",
    "gelu_tanh, -1, -0.158808009",
    "gelu_tanh, 0, 0",
    "quick_gelu, 1, 0.845795727",
    "quick_gelu, -1, -0.154204273",
    "quick_gelu, 2, 1.935658574",
    "relu, 1.5, 1.5",
    "relu, -1.5, 0"
  })
  void values(String name, float x, double expected) {
    Tensor y = Activation.named(name).apply(Tensor.of(new float[] {x}, 1));
    assertThat(y.item()).isCloseTo(expected, within(1e-6));
  }

  @ParameterizedTest
  @EnumSource
  void namesAreFound(Activation activation) {
    assertThat(Activation.named(activation.toString())).isSameAs(activation);
  }

  @Test
  void unknownNamesAreRefused() {
    assertThatThrownBy(() -> Activation.named("swish"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("unknown activation 'swish': use gelu, gelu_tanh, quick_gelu, relu or silu");
  }

  @Test
  void mlpIsTwoLinearLayersAroundTheActivation() {
    Mlp mlp = new Mlp(Init.seeded(1), 3, 5, Activation.RELU, true, 0.5);
    Tensor w1 = normal(1, 5, 3);
    Tensor b1 = normal(2, 5);
    Tensor w2 = normal(3, 3, 5);
    Tensor b2 = normal(4, 3);
    mlp.load(Map.of("fc1.weight", w1, "fc1.bias", b1, "fc2.weight", w2, "fc2.bias", b2), true);
    Tensor x = normal(5, 2, 4, 3);
    mlp.train(false);
    Tensor hidden = Activation.RELU.apply(x.matmul(w1.transpose(0, 1)).add(b1));
    Tensor expected = hidden.matmul(w2.transpose(0, 1)).add(b2);
    assertClose("evaluation", mlp.apply(x), expected, 1e-5);
    mlp.train(true);
    Generator.ofThread().seed(1);
    assertThat(mlp.apply(x).sub(expected).maxAbs()).as("dropout").isGreaterThan(1e-2);
    assertThat(new Mlp(Init.seeded(1), 3, 5, Activation.GELU, false, 0).parameters().keySet())
        .containsExactly("fc1.weight", "fc2.weight");
  }

  @Test
  void layerScaleMultipliesEveryChannel() {
    LayerScale scale = new LayerScale(Init.seeded(1), 3, 0.5);
    Tensor x = normal(1, 2, 4, 3);
    assertClose("first value", scale.apply(x), x.mul(0.5), 0);
    scale.load(Map.of("gamma", Tensor.of(new float[] {1, 2, -3}, 3)), true);
    assertClose("channel 2", scale.apply(x).select(2, 2), x.select(2, 2).mul(-3), 1e-6);
  }
}
