package dev.vit4j.input;

import dev.vit4j.image.Image;
import dev.vit4j.model.ImageDefaults;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
 *     sides, {@code border} the longest side and pads with the mean. {@code crop} and {@code none},
 *     which timm does not have, are transformers' {@code do_resize=false}: {@code crop} only crops
 *     the center or pads with black, {@code none} requires images of the model's size
 * @param mean mean per channel, for pixels from 0 to 1
 * @param std standard deviation per channel, on the same scale, positive
 * @param framing {@code none}, or {@code digit}: images of a single digit are framed as in MNIST
 * @param resized exact size before the crop, as in transformers, which rounds odd margins of the
 *     crop down; null for timm, whose size follows from {@code cropPct}
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
    String framing,
    @Nullable Resized resized) {

  /** Crop modes of timm, and those of transformers without a resize. */
  public static final List<String> CROP_MODES =
      List.of("center", "squash", "border", "crop", "none");

  /** Names of {@link #named}. */
  public static final List<String> NAMES =
      List.of("imagenet", "voc", "inception", "cifar10", "cifar100");

  /**
   * Size of an image after the resize and before the crop.
   *
   * @param height pixel rows, at least 1
   * @param width pixel columns, at least 1
   */
  public record Resized(int height, int width) {
    /**
     * Checks the sides.
     *
     * @throws IllegalArgumentException if one is below 1
     */
    public Resized {
      if (height < 1 || width < 1) {
        throw new IllegalArgumentException(
            "images cannot be resized to %d x %d pixels".formatted(height, width));
      }
    }
  }

  private static final int RGB = 3;
  private static final int IMAGENET_SIZE = 224;
  private static final int CIFAR_SIZE = 32;
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
      throw new IllegalArgumentException(
          "std must be positive, not %s: correct it in the model's configuration".formatted(std));
    }
    mean = List.copyOf(mean);
    std = List.copyOf(std);
  }

  /** Creates a preprocessing of timm, whose size before the crop follows from {@code cropPct}. */
  public Preprocess(
      int channels,
      int height,
      int width,
      String interpolation,
      double cropPct,
      String cropMode,
      List<Double> mean,
      List<Double> std,
      String framing) {
    this(channels, height, width, interpolation, cropPct, cropMode, mean, std, framing, null);
  }

  /** Returns the height to which images are resized before the crop. */
  public int resizedHeight() {
    return resized == null ? (int) Math.floor(height / cropPct) : resized.height;
  }

  /** Returns the width to which images are resized before the crop. */
  public int resizedWidth() {
    return resized == null ? (int) Math.floor(width / cropPct) : resized.width;
  }

  /** Returns a library's preprocessing for images of this size. */
  public static Preprocess of(ImageDefaults defaults, int channels, int height, int width) {
    return new Preprocess(
        channels,
        height,
        width,
        defaults.interpolation(),
        defaults.cropPct(),
        defaults.cropMode(),
        defaults.mean(),
        defaults.std(),
        "none");
  }

  /**
   * Returns a well-known preprocessing of color images. {@code imagenet} and {@code voc} are
   * torchvision's: the shorter side is resized to 256 pixels, the center is cropped to 224 x 224,
   * and the pixels are normalized with ImageNet's mean and standard deviation. {@code inception} is
   * timm's for most ViTs: to 248 pixels, cropped to 224 x 224, with mean and standard deviation
   * 0.5. {@code cifar10} and {@code cifar100} are those of chenyaofo's models: both sides are
   * resized to 32 pixels, with the mean and standard deviation of the data set.
   *
   * @param name one of {@link #NAMES}
   * @throws IllegalArgumentException if the name is unknown
   */
  public static Preprocess named(String name) {
    return switch (name) {
      case "imagenet", "voc" -> of(ImageDefaults.IMAGENET, RGB, IMAGENET_SIZE, IMAGENET_SIZE);
      case "inception" -> of(ImageDefaults.INCEPTION, RGB, IMAGENET_SIZE, IMAGENET_SIZE);
      case "cifar10" -> of(ImageDefaults.CIFAR10, RGB, CIFAR_SIZE, CIFAR_SIZE);
      case "cifar100" -> of(ImageDefaults.CIFAR100, RGB, CIFAR_SIZE, CIFAR_SIZE);
      default ->
          throw new IllegalArgumentException(
              "unknown preprocessing '%s': use one of %s"
                  .formatted(name, String.join(", ", NAMES)));
    };
  }

  /** Returns this preprocessing for another input size, with the same fraction of the crop. */
  public Preprocess withSize(int newHeight, int newWidth) {
    Resized scaled =
        resized == null
            ? null
            : new Resized(
                scaled(resized.height, height, newHeight), scaled(resized.width, width, newWidth));
    return new Preprocess(
        channels,
        newHeight,
        newWidth,
        interpolation,
        cropPct,
        cropMode,
        mean,
        std,
        framing,
        scaled);
  }

  private static int scaled(int resized, int from, int to) {
    return Math.toIntExact(Math.max(1, Math.round((double) resized * to / from)));
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

  /**
   * Undoes {@link #normalize}, to draw what a model reads: x std + mean, from 0 to 1, as pixels.
   * Values beyond are clamped. The images may be parts of what the model reads, such as patches.
   *
   * @param normalized [B, C, h, w], finite
   * @throws IllegalArgumentException if these are not images with the channels of the model
   */
  public List<Image> images(Tensor normalized) {
    if (normalized.dim() != 4 || normalized.size(1) != channels) {
      throw new IllegalArgumentException(
          "%s are not images [B, %d, h, w]".formatted(normalized, channels));
    }
    int h = (int) normalized.size(2);
    int w = (int) normalized.size(3);
    float[] values = normalized.toFloats();
    List<Image> images = new ArrayList<>();
    for (int at = 0; at < values.length; at += channels * h * w) {
      byte[] pixels = new byte[channels * h * w]; // channels last
      for (int c = 0; c < channels; c++) {
        for (int i = 0; i < h * w; i++) {
          double level = 255 * (values[at + c * h * w + i] * std.get(c) + mean.get(c));
          pixels[i * channels + c] = (byte) Math.round(Math.max(0, Math.min(255, level)));
        }
      }
      images.add(new Image(w, h, channels, pixels));
    }
    return images;
  }
}
