package dev.vit4j.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Golden values of scikit-learn 1.9. */
class LogisticRegressionTest {
  private static final Path FOLDER = Path.of("src/test/resources/fixtures/10-losses-metrics");

  private static final Golden GOLDEN = Golden.of("10-losses-metrics/logreg.safetensors");

  private static Features train() throws IOException {
    return Features.of(GOLDEN.rows("train_x"), GOLDEN.labels("train_y"));
  }

  /** The mean log loss is that of the solver newton-cholesky with tol 1e-14. */
  @ParameterizedTest
  @CsvSource({"0.316, C0.316, 0.24278290219021542", "9, C9, 0.019259941412645785"})
  void reachesTheMinimum(double c, String name, double loss) throws IOException {
    JsonNode golden =
        JsonMapper.shared().readTree(Files.readString(FOLDER.resolve("logreg.json"))).get(name);
    double objective = golden.get("objective").asDouble();
    LogisticRegression.Fitted fitted =
        new LogisticRegression(c, 1000, 1e-14).fit(train(), 2, ProbeProgress.NONE);
    assertThat(fitted.converged()).isTrue();
    assertThat(fitted.objective()).isCloseTo(objective, within(1e-9 * objective));

    double[] coef = GOLDEN.doubles(name + ".coef");
    double[] intercept = GOLDEN.doubles(name + ".intercept");
    for (int k = 0; k < 10; k++) {
      for (int d = 0; d < 64; d++) {
        assertThat(fitted.weights()[k][d]).isCloseTo(coef[k * 64 + d], within(1e-5));
      }
      double shift = intercept[0] - fitted.weights()[0][64]; // a common shift changes nothing
      assertThat(fitted.weights()[k][64] + shift).isCloseTo(intercept[k], within(1e-4));
    }
    assertThat(fitted.trainLoss()).isCloseTo(loss, within(1e-6 * loss));
    assertThat(fitted.probe().predict(GOLDEN.rows("test_x")))
        .isEqualTo(GOLDEN.labels(name + ".test_pred"));

    float[][] scores = fitted.probe().scores(GOLDEN.rows("test_x"));
    double[] probabilities = GOLDEN.doubles(name + ".test_proba");
    for (int i = 0; i < scores.length; i++) {
      double sum = 0;
      for (float score : scores[i]) {
        sum += Math.exp(score);
      }
      for (int k = 0; k < 10; k++) {
        assertThat(Math.exp(scores[i][k]) / sum).isCloseTo(probabilities[i * 10 + k], within(1e-5));
      }
    }
  }

  @Test
  void twoClassesHaveOneVector() throws IOException {
    float[][] x = GOLDEN.rows("train_x");
    int[] y = GOLDEN.labels("train_y");
    List<float[]> some = new ArrayList<>();
    List<Integer> of = new ArrayList<>();
    for (int row : GOLDEN.labels("binary.rows")) {
      some.add(x[row]);
      of.add(y[row]);
    }
    Features two =
        Features.of(some.toArray(float[][]::new), of.stream().mapToInt(i -> i).toArray());
    double[] coef = GOLDEN.doubles("binary.coef");
    LogisticRegression.Fitted fitted =
        new LogisticRegression(1, 1000, 1e-14).fit(two, 1, (i, v) -> {});
    assertThat(fitted.weights()).hasDimensions(1, 65);
    for (int d = 0; d < 64; d++) {
      assertThat(fitted.weights()[0][d]).isCloseTo(coef[d], within(1e-5));
    }
    float[][] weight = fitted.probe().linear().orElseThrow().weight();
    assertThat(weight[1][3] - weight[0][3]).isCloseTo((float) coef[3], within(1e-5f));
    assertThat(weight[1][3]).isEqualTo(-weight[0][3]);
  }

  @Test
  void theNumberOfThreadsChangesNoBit() throws IOException {
    double[][] one = new LogisticRegression(9, 1000, 1e-14).fit(train(), 1, (i, v) -> {}).weights();
    double[][] three =
        new LogisticRegression(9, 1000, 1e-14).fit(train(), 3, (i, v) -> {}).weights();
    assertThat(three).isDeepEqualTo(one);
  }

  @Test
  void classesAreThoseThatOccur() throws IOException {
    Features some =
        Features.of(new float[][] {{0, 1}, {1, 0}, {1, 1}, {0, 2}}, new int[] {7, 3, 3, 7});
    Probe probe = new LogisticRegression(1, 100, 1e-14).fit(some, 1, (i, v) -> {}).probe();
    assertThat(probe.about().classes()).containsExactly(3, 7);
    assertThat(probe.predict(new float[][] {{0, 5}, {5, 0}})).containsExactly(7, 3);
  }

  @Test
  void theMaximumOfIterationsIsKept() throws IOException {
    LogisticRegression.Fitted fitted =
        new LogisticRegression(9, 3, 1e-14).fit(train(), 2, (i, v) -> {});
    assertThat(fitted.iterations()).isEqualTo(3);
    assertThat(fitted.converged()).isFalse();
  }

  @Test
  void refusesWhatCannotBeLearned() {
    LogisticRegression regression = new LogisticRegression(1, 10, 1e-14);
    Features one = Features.of(new float[][] {{1}, {2}}, new int[] {4, 4});
    assertThatThrownBy(() -> regression.fit(one, 1, (i, v) -> {}))
        .hasMessage("features has samples of one class only, 4: at least two are needed");
    Features none = Features.of(new float[][] {{1}, {2}}, new int[0]);
    assertThatThrownBy(() -> regression.fit(none, 1, (i, v) -> {}))
        .hasMessageContaining("features has no labels: embed a data set");
    assertThatThrownBy(() -> Features.of(new float[][] {{1}, {Float.NaN}}, new int[] {0, 1}))
        .hasMessage("features: row 1 contains NaN");
    assertThatThrownBy(() -> Features.of(new float[][] {{1}, {2, 3}}, new int[] {0, 1}))
        .hasMessage("features: vectors of 1 and 2 numbers");
    assertThatThrownBy(() -> Features.of(new float[][] {{1}, {2}}, new int[] {0, -1}))
        .hasMessageContaining("row 1 has label -1");
    assertThatThrownBy(() -> new LogisticRegression(0, 10, 1e-14))
        .hasMessageContaining("C must be above 0");
  }
}
