package dev.vit4j.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SplitsTest {
  /** Row i holds i; three classes with 10, 20 and 3 samples. */
  private static Features numbered() {
    float[][] rows = new float[33][1];
    int[] labels = new int[33];
    for (int i = 0; i < 33; i++) {
      rows[i][0] = i;
      labels[i] = i < 10 ? 0 : i < 30 ? 5 : 9;
    }
    return Features.of(rows, labels);
  }

  private static long count(Features features, int label) {
    return Arrays.stream(features.labels()).filter(l -> l == label).count();
  }

  @Test
  void everyClassGivesAsMany() {
    Features some = Splits.fewShot(numbered(), 3, 4);
    assertThat(some.labels()).containsExactly(0, 0, 0, 5, 5, 5, 9, 9, 9);
    assertThat(some.tensor().toFloats()).doesNotHaveDuplicates();
    assertThat(Splits.fewShot(numbered(), 3, 4).tensor().toFloats())
        .isEqualTo(some.tensor().toFloats());
    assertThat(Splits.fewShot(numbered(), 3, 5).tensor().toFloats())
        .isNotEqualTo(some.tensor().toFloats());
    assertThatThrownBy(() -> Splits.fewShot(numbered(), 4, 0))
        .hasMessage("features has a class with only 3 samples: use at most 3 shots");
    assertThatThrownBy(() -> Splits.fewShot(numbered(), 0, 0)).hasMessageContaining("at least 1");
  }

  @Test
  void holdsOutAFractionOfEachClass() {
    Splits.Parts parts = Splits.holdOut(numbered(), 0.2, 0);
    assertThat(parts.train().size() + parts.held().size()).isEqualTo(33);
    assertThat(count(parts.held(), 0)).isEqualTo(2);
    assertThat(count(parts.held(), 5)).isEqualTo(4);
    assertThat(count(parts.held(), 9)).isEqualTo(1);
    List<Float> all = new ArrayList<>();
    for (Features part : List.of(parts.train(), parts.held())) {
      for (float x : part.tensor().toFloats()) {
        all.add(x);
      }
    }
    assertThat(all).doesNotHaveDuplicates();
    Features single = Features.of(new float[][] {{1}, {2}, {3}}, new int[] {0, 0, 1});
    assertThatThrownBy(() -> Splits.holdOut(single, 0.2, 0))
        .hasMessageContaining("a class with one sample only");
  }

  @Test
  void fewShotHasMeanAndDeviation() throws IOException {
    List<Long> seeds = new ArrayList<>();
    List<FewShot.Result> results =
        FewShot.run(
            numbered(),
            List.of(1, 2),
            3,
            7,
            (some, seed) -> {
              seeds.add(seed);
              return some.size() / 10.0 + seed / 100.0;
            });
    assertThat(seeds).containsExactly(7L, 8L, 9L, 7L, 8L, 9L);
    assertThat(results.get(1).shots()).isEqualTo(2);
    assertThat(results.get(1).mean()).isCloseTo(0.68, within(1e-12));
    assertThat(results.get(1).std()).isCloseTo(0.01, within(1e-12));
  }

  @Test
  void theSweepIsClips() throws IOException {
    Golden golden = Golden.of("10-losses-metrics/logreg.safetensors");
    Features train = Features.of(golden.rows("train_x"), golden.labels("train_y"));
    Features val = Features.of(golden.rows("test_x"), golden.labels("test_y"));
    List<Double> order = new ArrayList<>();
    StrengthSweep.Found found =
        new StrengthSweep(200, 2).run(train, val, tried -> order.add(Math.log10(tried.c())));
    assertThat(order.subList(0, 7)).containsExactly(-6.0, -4.0, -2.0, 0.0, 2.0, 4.0, 6.0);
    assertThat(order).hasSizeBetween(14, 15).doesNotHaveDuplicates();
    double best = found.tried().stream().mapToDouble(StrengthSweep.Tried::top1).max().orElseThrow();
    assertThat(found.tried())
        .filteredOn(tried -> tried.top1() == best)
        .first()
        .extracting(StrengthSweep.Tried::c)
        .isEqualTo(found.c());
    assertThat(8 * Math.log10(found.c()))
        .isCloseTo(Math.rint(8 * Math.log10(found.c())), within(1e-9));
  }

  @Test
  void classesThatWereNotTrainedCountAsWrong() throws IOException {
    Features train = Features.of(new float[][] {{-1}, {1}}, new int[] {1, 4});
    Probe probe = new Ridge(1).fit(train, 1);
    Features test = Features.of(new float[][] {{-2}, {3}, {3}, {3}}, new int[] {1, 4, 0, 6});
    ProbeEvaluation evaluation = ProbeEvaluation.of(probe, test, 2);
    assertThat(evaluation.classes()).containsExactly(0, 1, 4, 6);
    assertThat(evaluation.result().top1()).isEqualTo(0.5);
    assertThat(evaluation.unknown()).isEqualTo(2);
    assertThat(evaluation.perClass(probe.about()).get(1))
        .containsEntry("class", 1)
        .containsEntry("label", "1")
        .containsEntry("accuracy", 100.0)
        .containsEntry("support", 1L);
  }
}
