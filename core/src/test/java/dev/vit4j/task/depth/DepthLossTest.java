package dev.vit4j.task.depth;

import static dev.vit4j.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.Fixture;
import dev.vit4j.infer.DepthEstimator;
import dev.vit4j.metric.DepthResult;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Losses, gradients and metrics equal torch's, see bench/peers/make_depth_fixture.py. */
class DepthLossTest {
  private static final int PIXELS = 20;
  private final Map<String, Tensor> golden = Fixture.tensors("18-depth/golden.safetensors");
  private final float[] meters = golden.get("t").toFloats();

  private DepthLoss.Known known(int from, int count) {
    return DepthLoss.Known.of(meters, from, count, PIXELS, Device.CPU);
  }

  @ParameterizedTest
  @CsvSource({"l1, 35", "silog, 2"})
  void equalsTorch(String name, double weight) {
    DepthLoss loss = DepthLoss.named(name);
    assertThat(loss.weightOf(meters, 0, 3, PIXELS)).isEqualTo(weight);
    Tensor z = golden.get("z").requiresGrad(true);
    Tensor mean = loss.sum(z, known(0, 3)).mul(1 / weight);
    mean.backward();
    assertThat(mean.item()).isCloseTo(golden.get(name).item(), within(1e-6));
    assertClose(name, z.grad(), golden.get(name + ".grad"), 1e-7);
  }

  /** What the workers compute for their shards adds up to the whole batch. */
  @ParameterizedTest
  @CsvSource({"l1", "silog"})
  void sharesAddUp(String name) {
    DepthLoss loss = DepthLoss.named(name);
    double sum = 0;
    double weight = 0;
    for (int i = 0; i < 3; i++) {
      sum += loss.sum(golden.get("z").narrow(0, i, 1), known(i, 1)).item();
      weight += loss.weightOf(meters, i, 1, PIXELS);
    }
    assertThat(sum / weight).isCloseTo(golden.get(name).item(), within(1e-6));
    assertThat(loss.weightOf(meters, 2, 1, PIXELS)).as("no known depth").isZero();
    assertThat(loss.sum(golden.get("z").narrow(0, 2, 1), known(2, 1)).item()).isZero();
  }

  @Test
  void metricsAreOverAllKnownPixels() {
    float[] predicted = DepthEstimator.meters(golden.get("z").toFloats());
    DepthResult all = new DepthResult();
    for (int i = 0; i < 3; i++) {
      DepthResult one = new DepthResult();
      one.add(part(meters, i), part(predicted, i));
      all.add(one);
    }
    assertThat(all.count()).isEqualTo(3);
    assertThat(all.pixels()).isEqualTo(35);
    assertThat(all.rmse()).isCloseTo(golden.get("rmse").item(), within(1e-6));
    assertThat(all.absRel()).isCloseTo(golden.get("abs_rel").item(), within(1e-6));
    for (int k = 1; k <= 3; k++) {
      assertThat(all.delta(k)).isCloseTo(golden.get("delta" + k).item(), within(1e-6));
    }
    assertThat(all.delta(1)).isBetween(0.1, all.delta(2) - 0.05);
    assertThat(new DepthResult().rmse()).isNaN();
    assertThatThrownBy(() -> all.add(new float[2], new float[3]))
        .hasMessage("2 depths but 3 predictions");
  }

  private static float[] part(float[] all, int image) {
    return Arrays.copyOfRange(all, image * PIXELS, (image + 1) * PIXELS);
  }
}
