package dev.vit4j.nn.spiking;

import static dev.vit4j.TensorAssert.assertClose;
import static dev.vit4j.TensorAssert.assertSameBits;
import static dev.vit4j.TensorAssert.normal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.Fixture;
import dev.vit4j.nn.Init;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Spikes, potentials and gradients equal SpikingJelly's. */
class SpikingNeuronsTest {
  private static final Surrogate SIGMOID = Surrogate.named("sigmoid", 4);
  private static final Surrogate ATAN = Surrogate.named("atan", 2);

  private static NeuronConfig config(
      @Nullable Double tau,
      double threshold,
      @Nullable Double reset,
      boolean detach,
      Surrogate surrogate) {
    return new NeuronConfig(tau, true, threshold, reset, detach, surrogate);
  }

  private static NeuronConfig config(String name) {
    return switch (name) {
      case "lif_sigmoid_detach" -> config(2.0, 1, 0.0, true, SIGMOID);
      case "lif_sigmoid" -> config(2.0, 1, 0.0, false, SIGMOID);
      case "lif_atan_detach" -> config(2.0, 1, 0.0, true, ATAN);
      case "lif_soft_reset" -> config(2.0, 1, null, true, ATAN);
      case "lif_attn" -> config(2.0, 0.5, 0.0, true, SIGMOID);
      case "if_sigmoid_detach" -> config(null, 1, 0.0, true, SIGMOID);
      default -> config(null, 1, 0.0, false, ATAN); // if_atan
    };
  }

  @ParameterizedTest
  @CsvSource({
    "lif_sigmoid_detach",
    "lif_sigmoid",
    "lif_atan_detach",
    "lif_soft_reset",
    "lif_attn",
    "if_sigmoid_detach",
    "if_atan"
  })
  void everyStepAndGradientEqualsSpikingJelly(String name) {
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> golden = Fixture.tensors("13-spiking/" + name + ".safetensors");
      SpikingNeurons neurons = new SpikingNeurons(config(name), 6);
      Tensor x = golden.get("x").requiresGrad(true); // [6, 2, 5]
      Tensor spikes = neurons.apply(x);
      assertSameBits("spikes", spikes.detach(), golden.get("spikes"));
      spikes.mul(golden.get("grad_spikes")).sum().backward();
      assertClose("gradient", x.grad(), golden.get("grad_x"), 1e-6);
      SpikingNeurons.Response response = neurons.respond(x.detach());
      assertSameBits("spikes", response.spikes().flatten(0, 1), golden.get("spikes"));
      assertClose(
          "potentials", response.potentials().flatten(0, 1), golden.get("v_after_reset"), 1e-6);
    }
  }

  @ParameterizedTest
  @CsvSource({"sigmoid, 1", "sigmoid, 4", "atan, 2", "atan, 5"})
  void surrogateGradientsEqualSpikingJelly(String name, int alpha) {
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> golden = Fixture.tensors("13-spiking/surrogates.safetensors");
      Tensor z = golden.get("z").requiresGrad(true);
      Tensor spikes = Surrogate.named(name, alpha).spike(z, 0);
      assertSameBits("spikes", spikes.detach(), golden.get(name + alpha + ".spike"));
      spikes.sum().backward();
      assertClose("gradient", z.grad(), golden.get(name + alpha + ".grad"), 1e-6);
    }
  }

  @Test
  void theStateCarriesOverIfAskedUntilAReset() {
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      Map<String, Tensor> golden = Fixture.tensors("13-spiking/state_carries_over.safetensors");
      Tensor first = golden.get("x").narrow(0, 0, 6);
      Tensor second = golden.get("x").narrow(0, 6, 6);
      SpikingNeurons neurons = new SpikingNeurons(NeuronConfig.LIF, 6);
      neurons.keepState(true);
      assertSameBits("first", neurons.apply(first), golden.get("spikes_first"));
      assertSameBits("second", neurons.apply(second), golden.get("spikes_second"));
      neurons.reset();
      assertSameBits("after", neurons.apply(second), golden.get("spikes_second_after_reset"));
      neurons.keepState(false);
      neurons.apply(first);
      assertSameBits("fresh", neurons.apply(second), golden.get("spikes_second_after_reset"));
    }
  }

  /** h = v + (x - (v - v_reset)) / tau, and without the division of x. */
  @Test
  void otherRestsAndInputsThatDoNotDecay() {
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      Tensor x = Tensor.of(new float[] {1, 1, 1}, 3);
      NeuronConfig decay = new NeuronConfig(4.0, true, 5, -1.0, true, SIGMOID);
      // -1 + 1/4, then v + (1 - (v + 1)) / 4
      assertThat(new SpikingNeurons(decay, 3).respond(x).potentials().toDoubles())
          .containsExactly(-0.75, -0.5625, -0.421875);
      NeuronConfig whole = new NeuronConfig(4.0, false, 1, -1.0, true, SIGMOID);
      // -1 + 1 = 0, then 0 - 1/4 + 1 = 0.75, then 0.75 - 1.75/4 + 1 = 1.3125: a spike
      SpikingNeurons.Response response = new SpikingNeurons(whole, 3).respond(x);
      assertThat(response.potentials().toDoubles()).containsExactly(0, 0.75, -1);
      assertThat(response.spikes().toDoubles()).containsExactly(0, 0, 1);
    }
  }

  @Test
  void impossibleSettingsAreOneLine() {
    assertThatThrownBy(() -> new SpikingNeurons(NeuronConfig.LIF, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("spiking neurons need at least 1 time step, not 0");
    assertThatThrownBy(() -> SpikingEncoder.Config.of(64, 2, 4, 4, 0))
        .hasMessage("spiking neurons need at least 1 time step, not 0");
    assertThatThrownBy(() -> SpikingEncoder.Config.of(64, 2, 5, 4, 4))
        .hasMessage("embed_dim 64 is not divisible by num_heads 5");
    assertThatThrownBy(() -> Surrogate.named("relu", 1))
        .hasMessage("unknown surrogate 'relu': use sigmoid or atan");
    assertThatThrownBy(() -> Surrogate.named("atan", 0)).hasMessageContaining("positive");
    assertThatThrownBy(() -> NeuronConfig.LIF.withThreshold(0))
        .hasMessageContaining("v_threshold 0.0 is not above v_reset 0.0");
    assertThatThrownBy(() -> new SpikingNeurons(NeuronConfig.LIF, 4).apply(normal(1, 6, 2)))
        .hasMessage("F32[6, 2] cannot be divided into 4 time steps");
  }

  @Test
  void anEncoderMapsTokensToTokens() {
    try (Scope scope = Scope.open();
        SpikingEncoder encoder =
            new SpikingEncoder(Init.seeded(1), SpikingEncoder.Config.of(32, 2, 4, 2, 4))) {
      Tensor x = normal(2, 3, 10, 32).requiresGrad(true);
      Tensor y = encoder.apply(x);
      assertThat(y.shape()).containsExactly(3, 10, 32);
      assertThat(y.maxAbs()).isPositive();
      Tensor spikes = y.detach().mul(4); // whole numbers of spikes in four steps
      for (double count : spikes.toDoubles()) {
        assertThat(count).isEqualTo(Math.rint(count)).isBetween(0.0, 20.0);
      }
      y.sum().backward();
      assertThat(x.grad().maxAbs()).isPositive();
      encoder.parameters().forEach((name, p) -> assertThat(p.hasGrad()).as(name).isTrue());
    }
  }

  @Test
  void imagesOfABatchDoNotMeet() {
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open();
        SpikingEncoder encoder =
            new SpikingEncoder(Init.seeded(1), SpikingEncoder.Config.of(32, 2, 4, 2, 4))) {
      encoder.train(false);
      Tensor x = normal(2, 2, 10, 32).mul(2);
      Tensor both = encoder.apply(x);
      for (int i = 0; i < 2; i++) {
        assertClose("alone", encoder.apply(x.narrow(0, i, 1)), both.narrow(0, i, 1), 1e-6);
      }
      assertThat(both.maxAbs()).isPositive();
      assertThat(encoder.device()).isEqualTo(Device.CPU);
    }
  }
}
