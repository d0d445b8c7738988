package dev.vit4j.infer;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.Shape;
import dev.vit4j.image.DigitFrame;
import dev.vit4j.image.Image;
import dev.vit4j.image.Interpolation;
import dev.vit4j.image.Resize;
import dev.vit4j.image.Transform;
import dev.vit4j.weights.Preprocess;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Brings a picture of any size and kind to the channels and size that a model reads, as the
 * preprocess beside its weights says. No chance is involved.
 *
 * @param preprocess how the model's pictures were made
 */
public record FitToModel(Preprocess preprocess) implements Transform {
  /**
   * Checks that pictures can be brought there.
   *
   * @throws IllegalArgumentException for channels that pictures do not have, or an unknown
   *     interpolation
   */
  public FitToModel {
    if (preprocess.channels() != 1 && preprocess.channels() != 3) {
      throw new IllegalArgumentException(
          "the model takes %d channels, pictures have 1 or 3".formatted(preprocess.channels()));
    }
    interpolation(preprocess);
  }

  /** The transform for a set's pictures; null where they already are as the model reads them. */
  public static @Nullable FitToModel unlessFitting(Preprocess preprocess, Dataset data) {
    Shape wanted = new Shape(preprocess.channels(), preprocess.height(), preprocess.width());
    return wanted.equals(data.shape()) ? null : new FitToModel(preprocess);
  }

  @Override
  public Image apply(Image image, RandomGenerator random) {
    return apply(image);
  }

  /** The picture as the model reads it: [height, width, channels]. */
  public Image apply(Image image) {
    Image coloured = preprocess.channels() == 1 ? image.toGrey() : image.toRgb();
    if (preprocess.framing().equals("digit") && !isFramed(coloured)) {
      coloured = new DigitFrame().apply(coloured);
      coloured = preprocess.channels() == 1 ? coloured : coloured.toRgb();
    }
    return isFitting(coloured)
        ? coloured
        : new Resize(preprocess.height(), preprocess.width(), interpolation(preprocess))
            .apply(coloured);
  }

  /** MNIST's own pictures are light on black; one on paper was drawn by somebody else. */
  private boolean isFramed(Image image) {
    return isFitting(image) && !DigitFrame.isOnPaper(image);
  }

  private boolean isFitting(Image image) {
    return image.height() == preprocess.height() && image.width() == preprocess.width();
  }

  private static Interpolation interpolation(Preprocess preprocess) {
    try {
      return Interpolation.valueOf(preprocess.interpolation().toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "unknown interpolation '%s' in the model's config.json"
              .formatted(preprocess.interpolation()),
          e);
    }
  }
}
