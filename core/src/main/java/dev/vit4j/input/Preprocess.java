package dev.vit4j.input;

import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Tensor;
import java.util.List;

/**
 * Preprocessing of images, stored with the weights, so that training, evaluation and prediction are
 * consistent.
 *
 * @param channels 1 or 3
 * @param height pixel rows
 * @param width pixel columns
 * @param interpolation resizing filter, such as {@code bicubic}
 * @param cropPct fraction of the resized side that the center crop keeps: images are resized to
 *     {@code size / cropPct}; 0.1 to 2
 * @param cropMode timm's crop mode: {@code center} resizes the shortest side, {@code squash} both
 *     sides, {@code border} the longest side and pads with the mean. {@code center_floor}, an
 *     addition of vit4j, is transformers' {@code center}, which rounds odd margins down (timm
 *     treats unknown modes as {@code center})
 * @param mean mean per channel, for pixels from 0 to 1
 * @param std standard deviation per channel, on the same scale, positive
 * @param framing {@code none}, or {@code digit}: images of a single digit are framed as in MNIST
 */
public record Preprocess(
    int channels,
    int height,
    int width,
    String interpolation,
    double cropPct,
    String cropMode,
    List<Double> mean,
    List<Double> std,
    String framing) {

  /** Crop modes of timm, and that of transformers. */
  public static final List<String> CROP_MODES =
      List.of("center", "squash", "border", "center_floor");

  private static final double LEAST_CROP = 0.1;
  private static final double MOST_CROP = 2;

  /**
   * Checks mean, standard deviation and crop.
   *
   * @throws IllegalArgumentException if a value is out of range, or not one per channel
   */
  public Preprocess {
    if (!(cropPct >= LEAST_CROP && cropPct <= MOST_CROP)) {
      throw new IllegalArgumentException(
          "crop_pct must be from %s to %s, not %s".formatted(LEAST_CROP, MOST_CROP, cropPct));
    }
    if (!CROP_MODES.contains(cropMode)) {
      throw new IllegalArgumentException(
          "crop_mode must be one of %s, not '%s'"
              .formatted(String.join(", ", CROP_MODES), cropMode));
    }
    if (mean.size() != channels || std.size() != channels) {
      throw new IllegalArgumentException(
          "mean and std need %d values each, one per channel, not %d and %d"
              .formatted(channels, mean.size(), std.size()));
    }
    if (std.stream().anyMatch(s -> !(s > 0))) {
      throw new IllegalArgumentException("std must be positive, not " + std);
    }
    mean = List.copyOf(mean);
    std = List.copyOf(std);
  }

  /** Returns this preprocessing for another input size. */
  public Preprocess withSize(int height, int width) {
    return new Preprocess(
        channels, height, width, interpolation, cropPct, cropMode, mean, std, framing);
  }

  /**
   * Normalizes pixels: (x / 255 - mean) / std.
   *
   * @param pixels u8 [B, C, H, W]
   * @return f32 [B, C, H, W] on the device
   */
  public Tensor normalize(Tensor pixels, Device device) {
    Tensor x = pixels.to(device).to(DType.F32);
    if (channels == 1) {
      return x.mul_(1 / (255 * std.get(0))).add_(-mean.get(0) / std.get(0));
    }
    float[] scale = new float[channels];
    float[] shift = new float[channels];
    for (int c = 0; c < channels; c++) {
      scale[c] = (float) (1 / (255 * std.get(c)));
      shift[c] = (float) (-mean.get(c) / std.get(c));
    }
    return x.mul_(Tensor.of(scale, 1, channels, 1, 1).to(device))
        .add_(Tensor.of(shift, 1, channels, 1, 1).to(device));
  }
}
