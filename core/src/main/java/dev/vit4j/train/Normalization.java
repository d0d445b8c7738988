package dev.vit4j.train;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.Moments;
import dev.vit4j.input.Preprocess;
import dev.vit4j.recipe.DataKeys;
import dev.vit4j.recipe.Recipe;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Mean and standard deviation of pixels, chosen as in timm's {@code train.py}: from the recipe,
 * else from the initial weights, else measured on the data set.
 *
 * @param mean mean per channel, for pixels from 0 to 1
 * @param std standard deviation per channel, on the same scale
 */
record Normalization(List<Double> mean, List<Double> std) {
  /**
   * Returns the normalization of a training.
   *
   * @param weights preprocessing of the initial weights; null for random weights
   * @param data data set to measure if there is no other source
   * @param channels number of input channels of the model
   * @param report receives notes about the choice
   */
  static Normalization of(
      Recipe recipe,
      @Nullable Preprocess weights,
      Dataset data,
      int channels,
      Consumer<String> report)
      throws IOException {
    Normalization theirs =
        weights == null ? null : new Normalization(weights.mean(), weights.std());
    if (recipe.find(DataKeys.MEAN).isPresent() && recipe.find(DataKeys.STD).isPresent()) {
      Normalization said =
          new Normalization(recipe.find(DataKeys.MEAN).get(), recipe.find(DataKeys.STD).get());
      if (theirs != null && !said.equals(theirs)) {
        report.accept(
            "Normalization from the recipe, %s; the initial weights use %s"
                .formatted(said, theirs));
      }
      return said;
    }
    if (theirs != null && theirs.mean.size() == channels) {
      report.accept("Normalization from the initial weights: " + theirs);
      return theirs;
    }
    Moments moments = Moments.of(data, channels);
    Normalization own = new Normalization(moments.mean(), moments.std());
    int constant = own.std.indexOf(0.0);
    if (constant >= 0) {
      throw new IllegalArgumentException(
          "channel %d of the training images has one value, so its standard deviation is 0: set them, as in --set mean=%s std=%s"
              .formatted(constant, halves(channels), halves(channels)));
    }
    if (theirs != null) {
      report.accept(
          "Normalization from the data set, %s: the initial weights have %d channels, not %d"
              .formatted(own, theirs.mean.size(), channels));
    }
    return own;
  }

  private static String halves(int channels) {
    return String.join(",", Collections.nCopies(channels, "0.5"));
  }

  @Override
  public String toString() {
    return "mean %s, std %s".formatted(mean, std);
  }
}
