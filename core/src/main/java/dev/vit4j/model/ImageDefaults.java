package dev.vit4j.model;

import java.util.List;

/**
 * How a library prepares images for its pretrained models where no configuration says so.
 *
 * @param interpolation such as {@code bicubic}
 * @param cropPct how much of the resized image the model sees, per side
 * @param cropMode timm's {@code center} or {@code squash}
 * @param mean per channel, on the scale where pixels are from 0 to 1
 * @param std per channel, on the same scale
 */
public record ImageDefaults(
    String interpolation, double cropPct, String cropMode, List<Double> mean, List<Double> std) {
  /** The same with another crop; images that are squashed are seen whole anyway. */
  public ImageDefaults withCrop(double crop) {
    return cropMode.equals("squash")
        ? this
        : new ImageDefaults(interpolation, crop, cropMode, mean, std);
  }

  /** The same with another normalization. */
  public ImageDefaults withNormalization(List<Double> newMean, List<Double> newStd) {
    return new ImageDefaults(interpolation, cropPct, cropMode, newMean, newStd);
  }
}
