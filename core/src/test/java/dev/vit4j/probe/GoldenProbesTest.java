package dev.vit4j.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.head.AdapterConfig;
import dev.vit4j.head.AdapterHead;
import dev.vit4j.head.AdapterHeadConfig;
import dev.vit4j.metric.ClassificationResult;
import dev.vit4j.nn.Activation;
import dev.vit4j.nn.Init;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Golden values of scikit-learn and of the authors' formulas, bench/peers/make_probe_fixture.py.
 */
class GoldenProbesTest {
  private static final Golden GOLDEN = Golden.of("16-probe/probe.safetensors");

  static final AdapterTraining.Progress QUIET =
      new AdapterTraining.Progress() {
        @Override
        public void step(int step, double value) {}

        @Override
        public void evaluated(
            int epoch, @Nullable ClassificationResult val, @Nullable ClassificationResult test) {}
      };

  static Features train() throws IOException {
    return Features.of(GOLDEN.rows("x"), GOLDEN.labels("y"));
  }

  static TextClasses texts() throws IOException {
    return new TextClasses(Features.of(GOLDEN.rows("text"), new int[0]), 100);
  }

  private static void assertScores(Probe probe, String name, double tolerance) throws IOException {
    double[] golden = GOLDEN.doubles(name);
    int k = probe.about().classes().size();
    float[][] scores = probe.scores(GOLDEN.rows("test_x"));
    assertThat(golden).hasSize(scores.length * k);
    for (int i = 0; i < golden.length; i++) {
      assertThat(scores[i / k][i % k])
          .as("%s, row %d, class %d", name, i / k, i % k)
          .isCloseTo((float) golden[i], offset((float) tolerance));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10})
  void ridgeIsScikitLearns(int alpha) throws IOException {
    assertScores(new Ridge(alpha).fit(train(), 2), "ridge" + alpha, 1e-5);
  }

  @Test
  void ridgeOfTwoClassesIsScikitLearns() throws IOException {
    int[] labels = GOLDEN.labels("y");
    Features all = train();
    int[] rows = IntStream.range(0, all.size()).filter(i -> labels[i] < 2).toArray();
    float[][] scores = new Ridge(1).fit(all.select(rows), 2).scores(GOLDEN.rows("test_x"));
    double[] golden = GOLDEN.doubles("ridge_binary");
    for (int i = 0; i < golden.length; i++) {
      assertThat(scores[i][1] - scores[i][0]).isCloseTo((float) golden[i], offset(1e-5f));
    }
  }

  @ParameterizedTest
  @CsvSource({"euclidean, uniform", "euclidean, distance", "cosine, uniform", "cosine, distance"})
  void neighborsAreScikitLearns(String metric, String weights) throws IOException {
    KNearest settings =
        new KNearest(
            5,
            KNearest.Metric.valueOf(metric.toUpperCase(Locale.ROOT)),
            KNearest.Weights.valueOf(weights.toUpperCase(Locale.ROOT)),
            0.07);
    assertScores(settings.fit(train()), "knn_" + metric + "_" + weights, 1e-4);
  }

  @Test
  void softmaxVotesAreDinos() throws IOException {
    assertScores(KNearest.dino(5).fit(train()), "knn_softmax", 1e-5);
  }

  @Test
  void tipAdapterIsItsAuthors() throws IOException {
    assertScores(new TipAdapter(1.2, 5.5, texts()).fit(train()), "tip", 1e-4);
  }

  @Test
  void clipAdapterIsItsAuthors() throws IOException {
    AdapterConfig config = new AdapterConfig(List.of(3), Activation.RELU, false, true, 0.2);
    try (Scope scope = Scope.open();
        AdapterHead head =
            new AdapterHead(new AdapterHeadConfig(config, 100), Init.unset(), texts().unit())) {
      head.load(
          Map.of(
              "0.weight", GOLDEN.tensor("clip_adapter.0"),
              "1.weight", GOLDEN.tensor("clip_adapter.1")),
          false);
      Probe probe =
          new Probe(Probe.About.of(Adapter.KIND, train(), new int[] {0, 1, 2, 3}, Map.of()), head);
      assertScores(probe, "clip_adapter", 1e-4);

      double[] losses = new double[2];
      AdapterTraining training =
          new AdapterTraining(AdapterTraining.Algorithm.SGD, 1e-3, false, 0, 2, 8, 2, 0, 0);
      Features eight = train().select(new int[] {0, 1, 2, 3, 4, 5, 6, 7});
      training.fit(
          probe,
          head,
          eight,
          null,
          null,
          new AdapterTraining.Progress() {
            @Override
            public void step(int epoch, double loss) {
              losses[epoch - 1] = loss;
            }

            @Override
            public void evaluated(
                int epoch, @Nullable ClassificationResult v, @Nullable ClassificationResult t) {}
          });
      assertThat(losses[1])
          .isCloseTo(GOLDEN.doubles("clip_adapter.loss")[0], within(1e-5 * losses[1]));
      Tensor trained = head.parameters().get("0.weight");
      float[] golden = GOLDEN.tensor("clip_adapter.trained.0").toFloats();
      assertThat(trained.toFloats()).containsExactly(golden, offset(1e-5f));
      assertThat(Arrays.equals(golden, GOLDEN.tensor("clip_adapter.0").toFloats())).isFalse();
    }
  }
}
