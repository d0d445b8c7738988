package dev.vit4j.task;

import dev.vit4j.data.Dataset;
import dev.vit4j.recipe.LossKeys;
import dev.vit4j.recipe.Recipe;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads the class weights of a loss from a recipe. */
public final class ClassWeights {
  private ClassWeights() {}

  /**
   * Returns the class weights of a recipe, or null if it has none. As in scikit-learn, balanced
   * weights are total / (classes × count of the class), where samples are counted, or pixels of
   * masks. A class that does not occur has weight 1 and is not counted in {@code classes}.
   *
   * @param train training split; may be null unless the weights are balanced
   * @param classes number of logits, and length of a list of weights
   * @throws IOException if a mask cannot be read
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
