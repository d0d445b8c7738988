package dev.vit4j.task;

import dev.vit4j.data.Dataset;
import dev.vit4j.recipe.LossKeys;
import dev.vit4j.recipe.Recipe;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The weight of each class in a loss. */
public final class ClassWeights {
  private ClassWeights() {}

  /**
   * The class weights of a recipe; null for none. Balanced ones are, as scikit-learn's, all /
   * (classes × those of the class), counted in samples or, of masks, in pixels; a class that does
   * not occur weighs 1.
   *
   * @param train the samples that are trained on; may be null unless the weights are balanced
   * @param classes number of logits; a list has one number for each
   * @throws IOException if masks are to be counted and one cannot be read
   */
  public static float @Nullable [] of(Recipe recipe, @Nullable Dataset train, int classes)
      throws IOException {
    Object asked = recipe.find(LossKeys.CLASS_WEIGHTS).orElse(null);
    if (asked == null) {
      return null;
    }
    float[] weights = new float[classes];
    if (asked instanceof List<?> list) {
      for (int i = 0; i < classes; i++) {
        weights[i] = ((Number) list.get(i)).floatValue();
      }
      return weights;
    }
    long[] counts = Arrays.copyOf(Objects.requireNonNull(train).targets().counts(), classes);
    long all = Arrays.stream(counts).sum();
    long present = Arrays.stream(counts).filter(c -> c > 0).count();
    for (int i = 0; i < classes; i++) {
      weights[i] = counts[i] == 0 ? 1 : (float) ((double) all / (present * counts[i]));
    }
    return weights;
  }
}
