package dev.vit4j.task.segmentation;

import static dev.vit4j.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.Fixture;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values and gradients equal torch's cross-entropy and segmentation_models_pytorch's Dice loss. */
class PixelLossTest {
  /** The fixtures have 255 for ignored pixels, the loss -1. */
  private static Map<String, Tensor> golden(String name) {
    Map<String, Tensor> tensors =
        new HashMap<>(
            Fixture.tensors(Fixture.file("/dev/vit4j/task/segmentation/" + name + ".safetensors")));
    tensors.replaceAll(
        (key, t) -> key.startsWith("labels") ? t.sub(t.eq(255).mul(256)).to(DType.I64) : t);
    return tensors;
  }

  private static double total(PixelLoss loss, Tensor labels) {
    int[] all = Arrays.stream(labels.toLongs()).mapToInt(Math::toIntExact).toArray();
    return loss.weightOf(all, 0, all.length);
  }

  @Test
  void targetsAreTheLabelsOfSomeMasks() {
    int[] labels = {0, 1, 2, 3, 4, 5, 459, 7, -1, 300, 10, 11};
    Tensor y = PixelLoss.targets(labels, 1, 1, 2, 3);
    assertThat(y.shape()).containsExactly(1, 2, 3);
    assertThat(y.toLongs()).containsExactly(459, 7, -1, 300, 10, 11);
  }

  @ParameterizedTest
  @CsvSource({
    "plain, false, 0",
    "weighted, true, 0",
    "smoothed, false, 0.1",
    "weighted_smoothed, true, 0.1"
  })
  void crossEntropyEqualsTorch(String name, boolean weighted, double smoothing) {
    Map<String, Tensor> golden = golden("cross_entropy");
    float[] weights = weighted ? golden.get("weights").toFloats() : null;
    Tensor logits = golden.get("logits").requiresGrad(true);
    Tensor labels = golden.get("labels");
    try (PixelLoss loss = new PixelLoss(4, weights, smoothing, 0, Device.CPU)) {
      assertThat(loss.comparesPixels()).isFalse();
      Tensor mean = loss.of(logits, labels, total(loss, labels));
      mean.backward();
      assertThat(mean.item()).isCloseTo(golden.get(name + ".loss_f64").item(), within(1e-6));
    }
    assertClose(name, logits.grad(), golden.get(name + ".grad"), 1e-7);
  }

  /** Each image by its share of the weighted pixels makes the mean of both. */
  @Test
  void sharesAddUp() {
    Map<String, Tensor> golden = golden("cross_entropy");
    float[] weights = golden.get("weights").toFloats();
    Tensor labels = golden.get("labels");
    try (PixelLoss loss = new PixelLoss(4, weights, 0.1, 0, Device.CPU)) {
      double total = total(loss, labels);
      double sum = 0;
      for (int i = 0; i < 2; i++) {
        Tensor y = labels.narrow(0, i, 1);
        double own = total(loss, y);
        sum += loss.of(golden.get("logits").narrow(0, i, 1), y, own).item() * own / total;
      }
      assertThat(sum).isCloseTo(golden.get("weighted_smoothed.loss").item(), within(1e-6));
    }
  }

  /** torch gives NaN: 0 by 0. A batch without labels must not end a training. */
  @ParameterizedTest
  @CsvSource({"0", "0.7"})
  void nothingButIgnoredPixelsGiveALossOfZero(double dice) {
    Map<String, Tensor> golden = golden("cross_entropy");
    assertThat(golden.get("all_ignored.loss").item()).isNaN();
    Tensor logits = golden.get("logits").requiresGrad(true);
    Tensor labels = golden.get("labels").fill_(-1);
    try (PixelLoss loss = new PixelLoss(4, null, 0.1, dice, Device.CPU)) {
      Tensor mean = loss.of(logits, labels, total(loss, labels));
      mean.backward();
      assertThat(mean.item()).isZero();
    }
    assertClose("gradient", logits.grad(), golden.get("all_ignored.grad"), 0);
  }

  @ParameterizedTest
  @CsvSource({"plain, labels", "ignored, labels_ignored"})
  void diceEqualsSegmentationModelsPytorch(String name, String target) {
    Map<String, Tensor> golden = golden("dice");
    Tensor logits = golden.get("logits").requiresGrad(true);
    try (PixelLoss loss = new PixelLoss(5, null, 0, 1, Device.CPU)) {
      assertThat(loss.comparesPixels()).isTrue();
      Tensor dice = loss.dice(logits, golden.get(target));
      dice.backward();
      assertThat(dice.item()).isCloseTo(golden.get(name + ".loss_f64").item(), within(1e-6));
    }
    assertClose(name, logits.grad(), golden.get(name + ".grad"), 1e-7);
  }

  @Test
  void diceIsAddedWithItsWeight() {
    Map<String, Tensor> golden = golden("dice");
    Tensor logits = golden.get("logits");
    Tensor labels = golden.get("labels_ignored");
    try (PixelLoss plain = new PixelLoss(5, null, 0, 0, Device.CPU);
        PixelLoss both = new PixelLoss(5, null, 0, 0.25, Device.CPU)) {
      double total = total(plain, labels);
      double entropy = plain.of(logits, labels, total).item();
      assertThat(both.of(logits, labels, total).item())
          .isCloseTo(entropy + 0.25 * golden.get("ignored.loss").item(), within(1e-6));
    }
  }
}
