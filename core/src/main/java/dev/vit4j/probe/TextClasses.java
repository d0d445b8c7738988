package dev.vit4j.probe;

import dev.vit4j.head.Unit;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Text features of classes, from the text tower of the model that computed the image features.
 *
 * @param features one vector for each class; row i is of the label i
 * @param logitScale factor of the cosines, above 0; 100 in trained CLIP models
 */
public record TextClasses(Features features, double logitScale) {
  /** Logit scale of OpenAI's models. */
  public static final double LOGIT_SCALE = 100;

  /** Checks the range. */
  public TextClasses {
    if (!(logitScale > 0) || Double.isInfinite(logitScale)) {
      throw new IllegalArgumentException("the logit scale must be above 0, not " + logitScale);
    }
  }

  /**
   * Reads a file with the tensor {@code text_features} or {@code features}, f32 [K, D].
   *
   * @throws IOException as {@link Features#read}
   */
  public static TextClasses read(Path file, double logitScale) throws IOException {
    return new TextClasses(Features.read(file, "text_features"), logitScale);
  }

  /**
   * Checks that these classes fit image features.
   *
   * @throws IllegalArgumentException if lengths or models differ, or a label has no text
   */
  void requireFit(Features train) {
    features.requireSameModel(train);
    int[] labels = train.classes();
    if (labels[labels.length - 1] >= features.size()) {
      throw new IllegalArgumentException(
          "%s has texts of %d classes, but %s has label %d"
              .formatted(
                  features.origin().source(),
                  features.size(),
                  train.origin().source(),
                  labels[labels.length - 1]));
    }
  }

  /** Returns the vectors scaled to length 1, [K, D], which the caller closes. */
  Tensor unit() {
    try (Scope scope = Scope.open()) {
      return Scope.own(Unit.rows(features.tensor()));
    }
  }
}
