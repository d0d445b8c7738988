package dev.vit4j.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.input.Preprocess;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InterpolationTest {
  private static final Map<String, Object> SMALL = Map.of("width", 8, "layers", List.of(1, 1));

  private static WeightsFolder.Loaded model(String name, Map<String, Object> args, long seed) {
    Model model = Models.create(name, args, Init.seeded(seed));
    List<Double> half = List.of(0.5, 0.5, 0.5);
    return new WeightsFolder.Loaded(
        model, new Preprocess(3, 32, 32, "bicubic", 1, "squash", half, half, "none"), List.of());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.25, 1})
  void mixesEveryWeight(double alpha) {
    try (WeightsFolder.Loaded a = model("resnet18_cifar", SMALL, 1);
        WeightsFolder.Loaded b = model("resnet18_cifar", SMALL, 2);
        WeightsFolder.Loaded mixed = Interpolation.of(a, b, alpha)) {
      Map<String, Tensor> first = a.model().state();
      Map<String, Tensor> second = b.model().state();
      mixed
          .model()
          .state()
          .forEach(
              (name, t) -> {
                float[] x = first.get(name).toFloats();
                float[] y = second.get(name).toFloats();
                float[] z = t.toFloats();
                for (int i = 0; i < z.length; i += 17) {
                  assertThat((double) z[i])
                      .as(name)
                      .isCloseTo(alpha * x[i] + (1 - alpha) * y[i], within(1e-6));
                }
              });
      assertThat(mixed.metadata()).containsEntry("interpolated", alpha + " with resnet18_cifar");
    }
  }

  @Test
  void refusesOtherWeights() {
    try (WeightsFolder.Loaded a = model("resnet18_cifar", SMALL, 1);
        WeightsFolder.Loaded wide =
            model("resnet18_cifar", Map.of("width", 16, "layers", List.of(1, 1)), 1);
        WeightsFolder.Loaded deep =
            model("resnet18_cifar", Map.of("width", 8, "layers", List.of(1, 2)), 1)) {
      assertThatThrownBy(() -> Interpolation.of(a, wide, 0.5))
          .hasMessage(
              "resnet18_cifar and resnet18_cifar cannot be interpolated: conv1.weight is [8, 3, 3, 3] in one and [16, 3, 3, 3] in the other");
      assertThatThrownBy(() -> Interpolation.of(a, deep, 0.5))
          .hasMessageContaining("only resnet18_cifar has layer2.1.");
      assertThatThrownBy(() -> Interpolation.of(deep, a, 0.5))
          .hasMessageContaining("only resnet18_cifar has layer2.1.");
      assertThatThrownBy(() -> Interpolation.of(a, a, 1.5))
          .hasMessage("alpha must be from 0 to 1, not 1.5");
    }
  }
}
