package dev.vit4j.train;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.Moments;
import dev.vit4j.input.Preprocess;
import dev.vit4j.recipe.DataKeys;
import dev.vit4j.recipe.Recipe;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What pixels are normalized by, as timm's {@code train.py} chooses it: by what the recipe says,
 * else as for the weights that the training begins with, else by the data set's own moments.
 *
 * @param mean per channel, on the scale where pixels are from 0 to 1
 * @param std per channel, on the same scale
 */
record Normalization(List<Double> mean, List<Double> std) {
  /**
   * Chooses.
   *
   * @param weights how images are prepared for the weights to begin with; null for fresh ones
   * @param data whose moments are measured if nobody says
   * @param channels of the model
   * @param report hears what the weights decided, or could not
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
            "Normalised by the recipe's %s, though the weights' are %s".formatted(said, theirs));
      }
      return said;
    }
    if (theirs != null && theirs.mean.size() == channels) {
      report.accept("Normalised as for the weights: " + theirs);
      return theirs;
    }
    Moments moments = Moments.of(data, channels);
    Normalization own = new Normalization(moments.mean(), moments.std());
    if (theirs != null) {
      report.accept(
          "Normalised by the data set's %s: the weights' are of %d channels, not %d"
              .formatted(own, theirs.mean.size(), channels));
    }
    return own;
  }

  @Override
  public String toString() {
    return "mean %s, std %s".formatted(mean, std);
  }
}
