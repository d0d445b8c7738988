package dev.vit4j.model.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.Fixture;
import dev.vit4j.model.Model;
import dev.vit4j.nn.Init;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Rates and operations follow from the spikes of a small network with known weights. */
class SpikingSummaryTest {
  private static final Map<String, Object> ARGS =
      Map.of("img_size", 16, "embed_dim", 32, "depth", 2, "num_heads", 2, "num_classes", 5);

  private static SpikingSummary measured() {
    Map<String, Tensor> golden =
        Fixture.tensors(Fixture.file("/dev/vit4j/model/spikformer/cifar.safetensors"));
    try (Scope scope = Scope.open();
        Model model = Models.create("spikformer", ARGS, Init.seeded(1))) {
      Map<String, Tensor> weights = new LinkedHashMap<>();
      model.state().keySet().forEach(name -> weights.put(name, golden.get("weights." + name)));
      model.load(weights, true);
      return SpikingSummary.of(model, golden.get("input"));
    }
  }

  private static SpikingSummary.Layer layer(SpikingSummary summary, String path) {
    return summary.layers().stream().filter(l -> l.path().equals(path)).findFirst().orElseThrow();
  }

  @Test
  void countsNeuronsSynapsesAndOperations() {
    SpikingSummary summary = measured();
    assertThat(summary.images()).isEqualTo(3);
    assertThat(summary.timeSteps()).isEqualTo(4);
    assertThat(layer(summary, "patch_embed.proj_lif").size()).isEqualTo(4 * 16 * 16);
    assertThat(layer(summary, "block.1.mlp.fc1_lif").size()).isEqualTo(128 * 16);
    // 3 channels to 4, 3 x 3 pixels, at 16 x 16 places; once, since the pixels do not change
    SpikingSummary.Layer first = layer(summary, "patch_embed.proj_conv");
    assertThat(first.kind()).isEqualTo(SpikingSummary.Kind.MULTIPLIES);
    assertThat(first.operations()).isEqualTo(3 * 4 * 9 * 256);
    assertThat(layer(summary, "head").operations()).isEqualTo(32 * 5);
    SpikingSummary.Layer second = layer(summary, "patch_embed.proj_conv1");
    double rate = layer(summary, "patch_embed.proj_lif").rate();
    assertThat(rate).isBetween(0.05, 0.5);
    assertThat(second.rate()).isEqualTo(rate);
    assertThat(second.operations()).isCloseTo(4 * 8 * 9 * 256 * rate * 4, within(1e-6));
    SpikingSummary.Layer product = layer(summary, "block.0.attn.qk");
    assertThat(product.size()).isEqualTo(16 * 16 * 32);
    assertThat(product.rate()).isEqualTo(layer(summary, "block.0.attn.q_lif").rate());
    assertThat(layer(summary, "block.0.attn.av").rate())
        .isEqualTo(layer(summary, "block.0.attn.v_lif").rate());
  }

  @Test
  void energyIsThePapersEstimate() {
    SpikingSummary summary = measured();
    assertThat(summary.multiplications()).isEqualTo(3 * 4 * 9 * 256 + 32 * 5);
    double expected = 4.6 * summary.multiplications() + 0.9 * summary.synapticOperations();
    assertThat(summary.millijoules()).isCloseTo(expected * 1e-9, within(1e-15));
    assertThat(summary.rate()).isBetween(0.05, 0.4);
  }

  @Test
  void otherModelsHaveNoSpikes() {
    try (Scope scope = Scope.open();
        Model vit = Models.create("vit_mnist_1850", Map.of(), Init.seeded(1))) {
      assertThatThrownBy(() -> SpikingSummary.of(vit, Tensor.full(0, vit.device(), 1, 1, 28, 28)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("vit_mnist_1850 has no spiking neurons: only a spikformer has");
    }
  }
}
