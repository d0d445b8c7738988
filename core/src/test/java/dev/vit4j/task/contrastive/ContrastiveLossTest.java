package dev.vit4j.task.contrastive;

import static dev.vit4j.TensorAssert.normal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.Fixture;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ContrastiveLossTest {
  private static final int[] ALONE = {0, 1, 2, 3, 4, 5};

  /** open_clip's losses, with gradients through the normalization and exp(logit_scale). */
  @ParameterizedTest
  @EnumSource
  void equalsOpenClips(ContrastiveLoss loss) {
    String name = "loss_" + loss.name().toLowerCase(Locale.ROOT);
    Map<String, Tensor> golden = Fixture.tensors("10-losses-metrics/" + name + ".safetensors");
    Tensor a = leaf(golden, "a");
    Tensor b = leaf(golden, "b");
    Tensor scale = leaf(golden, "logit_scale");
    Tensor bias = golden.containsKey("logit_bias") ? leaf(golden, "logit_bias") : null;
    Tensor value = loss.of(Ops.normalize(a), Ops.normalize(b), scale.exp(), bias, ALONE);
    value.backward();
    double expected = golden.get("loss_f64").item();
    assertThat(value.item()).isCloseTo(expected, within(1e-5 * expected));
    assertGradient(a, golden, "a");
    assertGradient(b, golden, "b");
    assertGradient(scale, golden, "logit_scale");
    if (bias != null) {
      assertGradient(bias, golden, "logit_bias");
    }
  }

  private static Tensor leaf(Map<String, Tensor> golden, String name) {
    return golden.get(name).copy().requiresGrad(true);
  }

  private static void assertGradient(Tensor leaf, Map<String, Tensor> golden, String name) {
    Tensor expected = golden.get("grad." + name);
    assertThat(leaf.grad().sub(expected).maxAbs()).as(name).isLessThanOrEqualTo(1e-6);
  }

  private static double clip(Tensor logits, int... groups) {
    return ContrastiveLoss.CLIP.of(logits, groups).item();
  }

  /** With a caption of its own for every image, the loss is exactly the cross-entropy of pairs. */
  @Test
  void captionsThatAllDifferGiveClipsLossExactly() {
    Tensor logits = normal(3, 6, 6).mul(5);
    Tensor own = Tensor.of(new long[] {0, 1, 2, 3, 4, 5}, 6);
    Tensor plain =
        Ops.crossEntropy(logits, own, 0).add(Ops.crossEntropy(logits.transpose(0, 1), own, 0));
    assertThat(clip(logits, 5, 3, 1, 0, 2, 4)).isEqualTo(plain.mul(0.5).item());
  }

  /** Worked out by hand: targets of 1/2 for two samples of one class, 1 for the third. */
  @Test
  void samplesOfAClassArePositivesOfEachOther() {
    float[][] rows = {{2, 1, 0}, {0, 3, 1}, {1, 0, 2}};
    double loss = 0;
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        double target = i == 2 || j == 2 ? (i == j ? 1 : 0) : 0.5;
        loss -= target * (logSoftmax(rows, i, j, false) + logSoftmax(rows, i, j, true)) / 6;
      }
    }
    Tensor logits = Tensor.of(new float[] {2, 1, 0, 0, 3, 1, 1, 0, 2}, 3, 3);
    assertThat(clip(logits, 7, 7, 4)).isCloseTo(loss, within(1e-6));
    assertThat(clip(logits, 0, 1, 2)).isNotCloseTo(loss, within(0.01));
  }

  private static double logSoftmax(float[][] rows, int i, int j, boolean ofColumn) {
    double sum = 0;
    for (int k = 0; k < rows.length; k++) {
      sum += Math.exp(ofColumn ? rows[k][j] : rows[i][k]);
    }
    return rows[i][j] - Math.log(sum);
  }

  /** SigLIP: every pair on its own. */
  @Test
  void pairsOfAClassArePositiveForTheSigmoidLossToo() {
    Tensor logits = Tensor.of(new float[] {2, -1, 0.5f, 3}, 2, 2);
    double same = 0;
    double different = 0;
    float[] all = logits.toFloats();
    for (int i = 0; i < 4; i++) {
      same += Math.log1p(Math.exp(-all[i])) / 2;
      different += Math.log1p(Math.exp((i == 0 || i == 3 ? -1 : 1) * all[i])) / 2;
    }
    assertThat(sigmoid(logits, 1, 1)).isCloseTo(same, within(1e-6));
    assertThat(sigmoid(logits, 1, 2)).isCloseTo(different, within(1e-6));
  }

  private static double sigmoid(Tensor logits, int... groups) {
    return ContrastiveLoss.SIGLIP.of(logits, groups).item();
  }

  @Test
  void equalObjectsAreOneGroup() {
    List<String> captions = List.of("a dog", "a cat", "a dog", "two dogs");
    assertThat(ContrastiveLoss.groups(captions)).containsExactly(0, 1, 0, 2);
  }
}
