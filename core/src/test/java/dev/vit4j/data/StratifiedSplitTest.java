package dev.vit4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.data.source.Datasets;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StratifiedSplitTest {
  private final List<String> notes = new ArrayList<>();

  private static int count(Dataset data, int label) {
    return (int)
        IntStream.range(0, data.size()).filter(i -> Labels.of(data).label(i) == label).count();
  }

  @Test
  void keepsEveryClassesShareAndEverySample() throws IOException {
    Dataset sample = Datasets.open(Datasets.SAMPLE, null).train();
    Subset[] parts = StratifiedSplit.split(sample, 0.1, 7, "validation", notes::add);
    assertThat(parts[0].size()).isEqualTo(5400);
    assertThat(parts[1].size()).isEqualTo(600);
    for (int c = 0; c < 10; c++) {
      assertThat(count(parts[1], c)).isEqualTo(60);
    }
    int[] all =
        IntStream.concat(Arrays.stream(parts[0].indices()), Arrays.stream(parts[1].indices()))
            .sorted()
            .toArray();
    assertThat(all).isEqualTo(IntStream.range(0, 6000).toArray());
    assertThat(parts[0].indices()).isSorted();
  }

  @Test
  void dependsOnTheSeedAlone() {
    Dataset data = Fakes.set(200, 1, 1, 1, 4);
    int[] once = StratifiedSplit.split(data, 0.25, 1, "validation", notes::add)[1].indices();
    assertThat(StratifiedSplit.split(data, 0.25, 1, "validation", notes::add)[1].indices())
        .isEqualTo(once);
    assertThat(StratifiedSplit.split(data, 0.25, 2, "validation", notes::add)[1].indices())
        .isNotEqualTo(once);
  }

  /** 7 and 3 samples at 0.3: 2.1 and 0.9, together 3, so the larger remainder gets one more. */
  @Test
  void roundsByLargestRemainder() {
    Subset[] parts =
        StratifiedSplit.split(
            Fakes.labelled(0, 0, 0, 0, 0, 0, 0, 1, 1, 1), 0.3, 1, "validation", notes::add);
    assertThat(count(parts[1], 0)).isEqualTo(2);
    assertThat(count(parts[1], 1)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, -0.1, 1.5, Double.NaN})
  void refusesFractionsOutOfRange(double fraction) {
    assertThatThrownBy(
            () ->
                StratifiedSplit.split(Fakes.labelled(0, 1), fraction, 1, "validation", notes::add))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("above 0 and below 1");
  }

  @Test
  void foldsAreAlikeAndTogetherTheWholeSet() throws IOException {
    Dataset sample = Datasets.open(Datasets.SAMPLE, null).train();
    int[] all = new int[0];
    for (int fold = 1; fold <= 7; fold++) {
      Subset[] parts = StratifiedSplit.fold(sample, fold, 7, 3, notes::add);
      assertThat(parts[1].size()).isBetween(6000 / 7, 6000 / 7 + 1);
      assertThat(parts[0].size() + parts[1].size()).isEqualTo(6000);
      for (int c = 0; c < 10; c++) {
        assertThat(count(parts[1], c)).isBetween(600 / 7, 600 / 7 + 1);
      }
      all = IntStream.concat(Arrays.stream(all), Arrays.stream(parts[1].indices())).toArray();
    }
    assertThat(Arrays.stream(all).sorted().toArray()).isEqualTo(IntStream.range(0, 6000).toArray());
  }

  @Test
  void refusesFoldsThatCannotBe() {
    Dataset rare = Fakes.labelled(0, 0, 1, 1);
    assertThatThrownBy(() -> StratifiedSplit.fold(rare, 1, 3, 1, notes::add))
        .hasMessageEndingWith(
            "too few samples for 3 folds, class 'c0' (2 samples); class 'c1' (2 samples): use fewer folds or more data");
    assertThatThrownBy(() -> StratifiedSplit.fold(rare, 3, 2, 1, notes::add))
        .hasMessageContaining("fold 3 of 2");
    assertThatThrownBy(() -> StratifiedSplit.fold(rare, 1, 1, 1, notes::add))
        .hasMessageContaining("fold 1 of 1");
  }

  /** As scikit-learn's StratifiedKFold, which warns. */
  @Test
  void aClassOfFewerSamplesThanFoldsIsInSomeOfThem() {
    Dataset rare = Fakes.labelled(0, 0, 0, 0, 1, 1);
    int held = 0;
    for (int fold = 1; fold <= 3; fold++) {
      held += count(StratifiedSplit.fold(rare, fold, 3, 1, notes::add)[1], 1);
    }
    assertThat(held).isEqualTo(2);
    assertThat(notes).hasSize(3);
    assertThat(notes.get(0)).contains("fewer samples than 3 folds", "class 'c1' (2 samples)");
  }

  @Test
  void aClassOfOneSampleIsTrainedOnAndSaid() {
    Dataset rare = Fakes.labelled(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
    for (double fraction : new double[] {0.1, 0.5, 0.95}) {
      notes.clear();
      Subset[] parts = StratifiedSplit.split(rare, fraction, 1, "test", notes::add);
      assertThat(count(parts[0], 1)).isEqualTo(1);
      assertThat(count(parts[0], 0)).isPositive();
      assertThat(count(parts[1], 0)).isPositive();
      assertThat(notes)
          .singleElement()
          .asString()
          .contains("too few samples for the test split", "class 'c1' (1 sample)");
    }
  }

  @Test
  void aSplitOfNothingIsRefused() {
    assertThatThrownBy(
            () -> StratifiedSplit.split(Fakes.labelled(0, 1), 0.5, 1, "test", notes::add))
        .hasMessageContaining("has none: use a larger share or more data");
  }

  /** Groups need not be classes: here three groups of samples of one class. */
  private record Grouped(int[] groupOf) implements Targets {
    @Override
    public List<String> classes() {
      return List.of("only");
    }

    @Override
    public Targets select(int[] indices) {
      return new Grouped(Arrays.stream(indices).map(i -> groupOf[i]).toArray());
    }

    @Override
    public Map<String, Column> columns(int[] indices) {
      return Map.of();
    }

    @Override
    public long[] counts() {
      return new long[] {groupOf.length};
    }

    @Override
    public int groups() {
      return 3;
    }

    @Override
    public int group(int index) {
      return groupOf[index];
    }
  }

  @Test
  void namesAGroupThatIsNoClass() {
    Dataset images = Fakes.labelled(0, 0, 0, 0, 0);
    Dataset data = Relabelled.of(images, new Grouped(new int[] {0, 0, 0, 0, 2}));
    assertThat(StratifiedSplit.fold(data, 1, 2, 1, notes::add)).hasSize(2);
    assertThat(notes).singleElement().asString().contains("group 2 (1 sample)");
  }
}
