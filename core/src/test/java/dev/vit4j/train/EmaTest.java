package dev.vit4j.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vit4j.Fixture;
import dev.vit4j.model.ImageModel;
import dev.vit4j.model.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.tensor.Foreach;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EmaTest {
  /** timm's ModelEmaV3 with decay 0.9 averages weights and buffers by the same rule. */
  @Test
  void theRuleIsTimms() {
    Map<String, Tensor> golden = Fixture.tensors("09-optim/ema.safetensors");
    for (String kind : List.of("weight", "buffer")) {
      Tensor values = golden.get("decay_0_9." + kind);
      Tensor expected = golden.get("decay_0_9.ema_" + kind);
      // Counting steps, timm copies at the first two; from then on the decay is 0.9.
      Tensor average = expected.select(0, 1).copy();
      for (int i = 2; i < 15; i++) {
        Foreach.lerp(List.of(average), List.of(values.select(0, i).copy()), 1 - 0.9);
        assertThat(average.copy().sub(expected.select(0, i)).maxAbs()).isLessThan(1e-6);
      }
    }
  }

  @Test
  void averagesStatisticsOfBatchNormAndCopiesItsCounters() {
    Map<String, ?> words = Map.of("img_size", 8, "width", 4);
    ImageModel model = Models.create("resnet20_cifar", words, Init.seeded(1));
    try (Ema ema = new Ema(model, 0.75);
        NoGrad g = NoGrad.on()) {
      model.buffers().get("bn1.running_mean").fill_(1);
      model.buffers().get("bn1.num_batches_tracked").fill_(5);
      ema.update();
      Map<String, Tensor> average = ema.model().buffers();
      assertThat(average.get("bn1.running_mean").toFloats()).containsOnly(0.25f);
      assertThat(average.get("bn1.num_batches_tracked").toLongs()).containsExactly(5);
    }
  }

  @Test
  void beginsWithTheWeightsAndFollowsThem() {
    ImageModel model = Models.create("vit_mnist_1850", Map.of(), Init.seeded(1));
    try (Ema ema = new Ema(model, 0.75);
        NoGrad g = NoGrad.on()) {
      Tensor head = model.parameters().get("head.bias"); // begins at 0
      Tensor average = ema.model().parameters().get("head.bias");
      head.fill_(1);
      ema.update();
      assertThat(average.toFloats()).containsOnly(0.25f);
      ema.update();
      assertThat(average.toFloats()).containsOnly(0.4375f);
      assertThat(ema.model().trainableCount()).isZero();
    }
  }
}
