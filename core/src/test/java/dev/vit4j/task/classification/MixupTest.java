package dev.vit4j.task.classification;

import static dev.vit4j.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.Fixture;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.train.Digits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MixupTest {
  private final Map<String, Tensor> golden = Fixture.tensors("10-losses-metrics/mixup.safetensors");

  private static long[] reversed(long[] labels) {
    long[] reversed = new long[labels.length];
    for (int i = 0; i < labels.length; i++) {
      reversed[i] = labels[labels.length - 1 - i];
    }
    return reversed;
  }

  private void assertTargets(String name, double lam) {
    long[] y = golden.get("y").toLongs();
    float[] targets = Mixup.targets(y, reversed(y), lam, 10, 0.1);
    assertClose(name, Tensor.of(targets, 6, 10), golden.get(name), 1e-6);
  }

  @Test
  void mixupEqualsTimm() {
    Tensor x = golden.get("x");
    double lam = golden.get("lam").item();
    Tensor mixed = new Mixup.Mix(lam, null).pictures(x.copy(), x.flip(0));
    assertClose("mixed", mixed, golden.get("mixed"), 1e-6);
    assertTargets("target", lam);
  }

  @Test
  void cutmixEqualsTimm() {
    Tensor x = golden.get("x");
    long[] b = golden.get("cutmix_box").toLongs(); // yl, yh, xl, xh
    Mixup.Box box = new Mixup.Box((int) b[0], (int) b[1], (int) b[2], (int) b[3]);
    double lam = golden.get("cutmix_lam").item();
    Tensor mixed = new Mixup.Mix(lam, box).pictures(x.copy(), x.flip(0));
    assertClose("mixed", mixed, golden.get("cutmix"), 0);
    assertTargets("cutmix_target", lam);
  }

  /** Numbers of timm's rand_bbox and of its correction of lam, for the same lam and centre. */
  @ParameterizedTest
  @CsvSource({
    "0.5, 16, 16, 32, 32, 5, 27, 5, 27, 0.52734375",
    "0.5, 0, 31, 32, 32, 0, 11, 20, 32, 0.87109375",
    "0.1, 3, 5, 9, 13, 0, 7, 0, 11, 0.341880341880",
    "0.999, 2, 2, 8, 8, 2, 2, 2, 2, 1"
  })
  void boxesAreTimms(
      double lam, int y, int x, int h, int w, int yl, int yh, int xl, int xh, double corrected) {
    Mixup.Mix mix = Mixup.cut(lam, y, x, h, w);
    assertThat(mix.box()).isEqualTo(new Mixup.Box(yl, yh, xl, xh));
    assertThat(mix.lam()).isCloseTo(corrected, within(1e-12));
  }

  private static List<Mixup.Mix> draws(Mixup mixup, int count) {
    SplittableRandom random = new SplittableRandom(5);
    List<Mixup.Mix> draws = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      draws.add(mixup.draw(random, 32, 32));
    }
    return draws;
  }

  /** Beta(a, a) has the mean 1/2 and the variance 1 / (4 (2 a + 1)). */
  @ParameterizedTest
  @CsvSource({"0.001", "0.2", "0.8", "1", "3.5", "100"})
  void theShareIsBetaDistributed(double alpha) {
    double[] lam =
        draws(new Mixup(alpha, 0, 1, 0.5), 20_000).stream().mapToDouble(Mixup.Mix::lam).toArray();
    double sum = 0;
    double squares = 0;
    for (double l : lam) {
      assertThat(l).isBetween(0.0, 1.0);
      sum += l - 0.5;
      squares += (l - 0.5) * (l - 0.5);
    }
    double variance = 1 / (4 * (2 * alpha + 1));
    assertThat(sum / lam.length).isCloseTo(0, within(4 * Math.sqrt(variance / lam.length)));
    assertThat(squares / lam.length).isCloseTo(variance, within(0.05 * variance));
  }

  @Test
  void probabilitiesHold() {
    List<Mixup.Mix> mixes = draws(new Mixup(1, 1, 0.75, 0.25), 20_000);
    double mixed = mixes.stream().filter(Mixup.Mix::isOn).count() / 20_000.0;
    double cut = mixes.stream().filter(m -> m.box() != null).count() / 20_000.0;
    assertThat(mixed).isCloseTo(0.75, within(0.02)); // an empty box mixes nothing
    assertThat(cut).isCloseTo(0.75 * 0.25, within(0.02));
    assertThat(draws(new Mixup(1, 0, 1, 1), 100)).allMatch(m -> m.box() == null);
    assertThat(draws(new Mixup(0, 1, 1, 0), 100)).allMatch(m -> m.box() != null);
    assertThat(draws(new Mixup(1, 1, 0, 0.5), 100)).noneMatch(Mixup.Mix::isOn);
    assertThat(Mixup.of(Digits.recipe())).isNull();
    assertThat(Mixup.of(Digits.recipe().with("cutmix", 1))).isEqualTo(new Mixup(0, 1, 1, 0.5));
  }
}
