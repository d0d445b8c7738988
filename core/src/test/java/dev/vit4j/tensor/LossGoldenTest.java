package dev.vit4j.tensor;

import static dev.vit4j.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.vit4j.Fixture;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    loss.backward();
    assertThat(loss.item()).isCloseTo(golden.get("loss_f64").item(), withinPercentage(1e-3));
    assertClose("gradient", x.grad(), golden.get("grad.x"), 1e-6);
  }
}
