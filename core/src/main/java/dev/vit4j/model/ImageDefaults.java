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
  /** torchvision's for ImageNet: the shorter side is resized to 8/7 of the crop. */
  public static final ImageDefaults IMAGENET =
      new ImageDefaults("bilinear", 0.875, "center", Origin.IMAGENET_MEAN, Origin.IMAGENET_STD);

  /** timm's for most ViTs, with Inception's normalization. */
  public static final ImageDefaults INCEPTION =
      new ImageDefaults("bicubic", 0.9, "center", List.of(0.5, 0.5, 0.5), List.of(0.5, 0.5, 0.5));

  /** Of chenyaofo's models for CIFAR-10. */
  public static final ImageDefaults CIFAR10 =
      new ImageDefaults(
          "bilinear",
          1,
          "squash",
          List.of(0.4914, 0.4822, 0.4465),
          List.of(0.2023, 0.1994, 0.2010));

  /** Of chenyaofo's models for CIFAR-100. */
  public static final ImageDefaults CIFAR100 =
      new ImageDefaults(
          "bilinear",
          1,
          "squash",
          List.of(0.5070, 0.4865, 0.4409),
          List.of(0.2673, 0.2564, 0.2761));

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
