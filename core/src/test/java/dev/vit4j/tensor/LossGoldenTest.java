package dev.vit4j.tensor;

import static dev.vit4j.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.vit4j.Fixture;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Losses and their gradients equal PyTorch's and timm's. */
class LossGoldenTest {
  @ParameterizedTest
  @CsvSource({
    "cross_entropy_ls0.0, 0",
    "cross_entropy_ls0.1, 0.1",
    "extreme, 0",
    "label_smoothing_timm, 0.1"
  })
  void crossEntropy(String name, double smoothing) {
    Map<String, Tensor> golden = Fixture.tensors("10-losses-metrics/loss_" + name + ".safetensors");
    Tensor x = golden.get("x").requiresGrad(true);
    Tensor loss = Ops.crossEntropy(x, golden.get("y"), smoothing);
    assertGolden(loss, x, golden);
  }

  private interface Loss {
    Tensor of(Tensor x, Map<String, Tensor> golden);
  }

  static Stream<Arguments> others() {
    return Stream.of(
        of(
            "cross_entropy_weighted_ignore",
            (x, g) -> Ops.crossEntropy(x, g.get("y"), g.get("w"), 0.05)),
        of("cross_entropy_sum", (x, g) -> Ops.crossEntropy(x, g.get("y"), 0).mul(6)),
        of("soft_target", (x, g) -> Ops.crossEntropy(x, g.get("target"), null, 0)),
        of("mixup_soft_target", (x, g) -> Ops.crossEntropy(x, g.get("target"), null, 0)),
        of(
            "bce_logits",
            (x, g) -> Ops.binaryCrossEntropyWithLogits(x, g.get("target"), null, null)),
        of(
            "bce_posweight",
            (x, g) -> Ops.binaryCrossEntropyWithLogits(x, g.get("target"), null, g.get("w"))));
  }

  private static Arguments of(String name, Loss loss) {
    return Arguments.of(name, loss);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("others")
  void others(String name, Loss loss) {
    Map<String, Tensor> golden = Fixture.tensors("10-losses-metrics/loss_" + name + ".safetensors");
    Tensor x = golden.get("x").requiresGrad(true);
    assertGolden(loss.of(x, golden), x, golden);
  }

  private static void assertGolden(Tensor loss, Tensor x, Map<String, Tensor> golden) {
    loss.backward();
    assertThat(loss.item()).isCloseTo(golden.get("loss_f64").item(), withinPercentage(1e-3));
    assertClose("gradient", x.grad(), golden.get("grad.x"), 1e-6);
  }
}
