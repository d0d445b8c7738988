package dev.vit4j.weights;

import dev.vit4j.tensor.Tensor;
import java.util.Locale;

/** What the logits of a classifier mean, as transformers' {@code problem_type}. */
public enum ProblemType {
  /** One class per image: softmax, the probabilities of all classes sum to 1. */
  SINGLE_LABEL_CLASSIFICATION,
  /** Any number of classes per image, or a single logit: sigmoid, each from 0 to 1. */
  MULTI_LABEL_CLASSIFICATION,
  /** Any numbers: the logits themselves. */
  REGRESSION;

  /**
   * Returns the type of a model.
   *
   * @param word value of {@code problem_type} in its configuration; empty if there is none
   * @param classes number of its logits; a single one is read by sigmoid, as in transformers
   * @throws IllegalArgumentException if the word is unknown
   */
  static ProblemType of(String word, int classes) {
    for (ProblemType type : values()) {
      if (type.toString().equals(word)) {
        return type == SINGLE_LABEL_CLASSIFICATION ? of("", classes) : type;
      }
    }
    if (!word.isEmpty()) {
      throw new IllegalArgumentException(
          "problem_type must be one of %s, %s, %s, not '%s'"
              .formatted(
                  SINGLE_LABEL_CLASSIFICATION, MULTI_LABEL_CLASSIFICATION, REGRESSION, word));
    }
    return classes == 1 ? MULTI_LABEL_CLASSIFICATION : SINGLE_LABEL_CLASSIFICATION;
  }

  /** Converts logits [B, K] to the scores that are shown. */
  public Tensor scores(Tensor logits) {
    return switch (this) {
      case SINGLE_LABEL_CLASSIFICATION -> logits.softmax(-1);
      case MULTI_LABEL_CLASSIFICATION -> logits.sigmoid();
      case REGRESSION -> logits;
    };
  }

  /** Returns what a score is called in CSV and JSON: {@code probability}, or {@code score}. */
  public String scoreName() {
    return this == REGRESSION ? "score" : "probability";
  }

  /** Formats a score for people: in percent, or the number itself. */
  public String format(float score) {
    return this == REGRESSION
        ? String.format(Locale.ROOT, "%.5g", score)
        : String.format(Locale.ROOT, "%.2f%%", 100 * score);
  }

  /** Returns transformers' word. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
