package dev.vit4j.model;

import java.util.List;

/**
 * A library's default preprocessing for its pretrained models.
 *
 * @param interpolation such as {@code bicubic}
 * @param cropPct fraction of the resized image's side that is cropped
 * @param cropMode timm's {@code center} or {@code squash}
 * @param mean per channel, for pixels from 0 to 1
 * @param std per channel, for pixels from 0 to 1
 */
public record ImageDefaults(
    String interpolation, double cropPct, String cropMode, List<Double> mean, List<Double> std) {
  /** Returns a copy with another crop; not applied if images are squashed, which does not crop. */
  public ImageDefaults withCrop(double crop) {
    return cropMode.equals("squash")
        ? this
        : new ImageDefaults(interpolation, crop, cropMode, mean, std);
  }

  /** Returns a copy with another normalization. */
  public ImageDefaults withNormalization(List<Double> newMean, List<Double> newStd) {
    return new ImageDefaults(interpolation, cropPct, cropMode, newMean, newStd);
  }
}
