package dev.vit4j.nn;

import static dev.vit4j.TensorAssert.assertSameBits;
import static dev.vit4j.TensorAssert.moments;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** First values have the distributions that PyTorch and timm give them. */
class InitTest {
  private static void check(Tensor t, double deviation, double bound) {
    double[] m = moments(t);
    double slack = 5 / Math.sqrt((double) t.count()); // five deviations of the mean
    assertThat(m[0]).as("deviation").isCloseTo(deviation, within(slack * deviation));
    assertThat(m[1]).as("mean").isCloseTo(0, within(slack * deviation));
    assertThat(t.maxAbs()).as("bound").isLessThanOrEqualTo(bound);
  }

  @Test
  void distributions() {
    Init init = Init.seeded(5);
    check(init.normal(0.3, 200, 300), 0.3, 0.3 * 6);
    check(init.truncNormal(0.02, 200, 300), 0.02, 0.02 * 6);
    double xavier = Math.sqrt(6.0 / (300 + 200));
    check(init.xavierUniform(200, 300), xavier / Math.sqrt(3), xavier);
    check(init.uniform(0.25, 200, 300), 0.25 / Math.sqrt(3), 0.25);
    double kaiming = Math.sqrt(2.0 / (64 * 9));
    check(init.kaimingNormalFanOut(64, 128, 3, 3), kaiming, kaiming * 6);
    check(new Conv2d(init, 32, 64, 3, 1, 1).parameters().get("weight"), kaiming, 1);
  }

  @Test
  void truncationCutsAtTwo() {
    Tensor wide = Init.seeded(1).truncNormal(3, 10_000);
    assertThat(wide.maxAbs()).isEqualTo(2);
  }

  @Test
  void fans() {
    assertThat(Init.fanIn(64, 128, 3, 3)).isEqualTo(128 * 9);
    assertThat(Init.fanOut(64, 128, 3, 3)).isEqualTo(64 * 9);
    assertThat(Init.fanIn(5, 7)).isEqualTo(7);
    assertThat(Init.fanOut(5, 7)).isEqualTo(5);
  }

  @Test
  void oneSeedOneModel() {
    Tensor first = Init.seeded(1).normal(1, 1000);
    assertSameBits("same seed", Init.seeded(1).normal(1, 1000), first);
    assertThat(Init.seeded(2).normal(1, 1000).sub(first).maxAbs()).isPositive();
    Init init = Init.seeded(1);
    init.normal(1, 1000);
    assertThat(init.normal(1, 1000).sub(first).maxAbs()).as("draws go on").isPositive();
  }

  @Test
  void layersAsTimmGivesThem() {
    Linear linear = new Linear(Init.seeded(1), 200, 300, true);
    check(linear.parameters().get("weight"), 0.02, 0.12);
    assertThat(linear.parameters().get("bias").maxAbs()).isZero();
    PatchEmbed embed = new PatchEmbed(Init.seeded(1), 3, 128, 8, 8, true);
    double bound = 1 / Math.sqrt(3 * 64);
    check(embed.parameters().get("proj.weight"), bound / Math.sqrt(3), bound);
    assertThat(embed.parameters().get("proj.bias").maxAbs()).isBetween(0.8 * bound, bound);
    LayerNorm norm = new LayerNorm(Init.seeded(1), 4, 1e-6);
    assertThat(norm.parameters().get("weight").toFloats()).containsOnly(1);
    assertThat(norm.parameters().get("bias").toFloats()).containsOnly(0);
  }

  @Test
  void shapesOnlyTakesNoMemory() {
    Tensor huge = Init.shapesOnly().truncNormal(0.02, 1_000_000, 1_000_000);
    assertThat(huge.device()).isEqualTo(Device.META);
    assertThat(huge.count()).isEqualTo(1_000_000_000_000L);
  }
}
