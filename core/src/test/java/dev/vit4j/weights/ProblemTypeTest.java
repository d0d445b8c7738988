package dev.vit4j.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProblemTypeTest {
  /** What transformers does with {@code problem_type}; a single logit is read by sigmoid. */
  @ParameterizedTest
  @CsvSource({
    "single_label_classification, 5, single_label_classification",
    "multi_label_classification, 5, multi_label_classification",
    "regression, 5, regression",
    "'', 5, single_label_classification",
    "'', 1, multi_label_classification",
    "single_label_classification, 1, multi_label_classification",
  })
  void whatTheLogitsMean(String word, int classes, String type) {
    assertThat(ProblemType.of(word, classes)).hasToString(type);
  }

  @Test
  void scoresOfEachMeaning() {
    try (Scope scope = Scope.open()) {
      Tensor logits = Tensor.of(new float[] {0, 2}, 1, 2);
      assertThat(ProblemType.SINGLE_LABEL_CLASSIFICATION.scores(logits).toFloats())
          .containsExactly(new float[] {0.119202f, 0.880797f}, within(1e-6f));
      assertThat(ProblemType.MULTI_LABEL_CLASSIFICATION.scores(logits).toFloats())
          .containsExactly(new float[] {0.5f, 0.880797f}, within(1e-6f));
      assertThat(ProblemType.REGRESSION.scores(logits).toFloats()).containsExactly(0, 2);
    }
    assertThatThrownBy(() -> ProblemType.of("ranking", 2))
        .hasMessageContaining("problem_type must be one of")
        .hasMessageContaining("not 'ranking'");
  }
}
