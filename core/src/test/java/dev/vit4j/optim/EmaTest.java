package dev.vit4j.optim;

import static dev.vit4j.TensorAssert.assertClose;
import static dev.vit4j.TensorAssert.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.Fixture;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.recipe.OptimizerKeys;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.train.Digits;
import dev.vit4j.train.Normed;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EmaTest {
  static Stream<Arguments> variants() {
    return Stream.of(
        Arguments.of("decay_0_9", new Ema.Decay(0.9, false, 1, 2.0 / 3, 0)),
        Arguments.of("warmup", Ema.Decay.warmedUp(0.9999)),
        Arguments.of("warmup_power", new Ema.Decay(0.99, true, 2, 0.75, 0)),
        Arguments.of("after_5", new Ema.Decay(0.95, false, 1, 2.0 / 3, 5)));
  }

  /** timm's ModelEmaV3 over 15 updates: the decays, and what becomes of weights and buffers. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("variants")
  void everyUpdateEqualsTimms(String name, Ema.Decay decay) {
    Map<String, Tensor> golden = Fixture.tensors("09-optim/ema.safetensors");
    double[] decays = golden.get(name + ".decay").toDoubles();
    try (Model model = new Normed(3, 2);
        Model average = new Normed(3, 2);
        Ema ema = new Ema(model, average, decay::at);
        NoGrad g = NoGrad.on()) {
      Tensor weight = model.parameters().get("fc.weight"); // [2, 3], as in the fixture
      Tensor buffer = model.buffers().get("norm.running_mean").narrow(0, 0, 2);
      model.buffers().get("norm.num_batches_tracked").fill_(7);
      for (int step = 0; step < 15; step++) {
        assertThat(decay.at(step)).as("step " + step).isCloseTo(decays[step], within(1e-12));
        weight.copy_(golden.get(name + ".weight").select(0, step));
        buffer.copy_(golden.get(name + ".buffer").select(0, step));
        ema.update(step);
        assertClose(
            "weight",
            average.parameters().get("fc.weight"),
            golden.get(name + ".ema_weight").select(0, step),
            1e-6);
        assertClose(
            "buffer",
            average.buffers().get("norm.running_mean").narrow(0, 0, 2),
            golden.get(name + ".ema_buffer").select(0, step),
            1e-6);
      }
      assertThat(average.buffers().get("norm.num_batches_tracked").toLongs()).containsOnly(7);
    }
  }

  @Test
  void averagesStatisticsOfBatchNormAndCopiesItsCounters() {
    Map<String, ?> words = Map.of("img_size", 8, "width", 4);
    Model model = Models.create("resnet20_cifar", words, Init.seeded(1));
    try (Ema ema = ema("{ema: 0.75, ema_warmup: false}", model);
        NoGrad g = NoGrad.on()) {
      model.buffers().get("bn1.running_mean").fill_(1);
      model.buffers().get("bn1.num_batches_tracked").fill_(5);
      ema.update(1);
      Map<String, Tensor> average = ema.model().buffers();
      assertThat(average.get("bn1.running_mean").toFloats()).containsOnly(0.25f);
      assertThat(average.get("bn1.num_batches_tracked").toLongs()).containsExactly(5);
    }
  }

  @Test
  void beginsWithTheWeightsAndFollowsThem() {
    Model model = Models.create("vit_mnist_1850", Map.of(), Init.seeded(1));
    try (Ema ema = ema("{ema: 0.75, ema_warmup: false}", model);
        NoGrad g = NoGrad.on()) {
      Tensor head = model.parameters().get("head.bias"); // begins at 0
      Tensor average = ema.model().parameters().get("head.bias");
      head.fill_(1);
      ema.update(1);
      assertThat(average.toFloats()).containsOnly(0.25f);
      ema.update(2);
      assertThat(average.toFloats()).containsOnly(0.4375f);
      assertThat(ema.model().trainableCount()).isZero();
    }
  }

  @Test
  void warmUpForgetsTheFirstWeights() {
    Model model = Models.create("vit_mnist_1850", Map.of(), Init.seeded(1));
    try (Ema ema = ema("{ema: 0.9999}", model);
        NoGrad g = NoGrad.on()) {
      model.parameters().get("head.bias").fill_(1);
      ema.update(1);
      assertThat(ema.model().parameters().get("head.bias").toFloats()).containsOnly(1f);
      for (int step = 2; step < 5; step++) {
        ema.update(step);
      }
      Map<String, Tensor> average = ema.model().state();
      model.state().forEach((name, t) -> assertSameBits(name, average.get(name), t));
    }
  }

  private static Ema ema(String yaml, Model model) {
    try {
      Ema ema = Ema.of(Recipe.parse("x", yaml), model);
      assertThat(ema).isNotNull();
      return ema;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void withoutTheKeyThereIsNone() {
    Model model = Models.create("vit_mnist_1850", Map.of(), Init.seeded(1));
    assertThat(Ema.of(Digits.recipe(), model)).isNull();
    assertThat(List.of(Recipe.named("mnist-1850"), Recipe.named("fashion-mnist")))
        .allMatch(r -> r.find(OptimizerKeys.EMA).isPresent() && !r.get(OptimizerKeys.EMA_WARMUP));
  }
}
