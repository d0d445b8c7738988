package dev.vit4j.image.augment;

import dev.vit4j.image.Crop;
import dev.vit4j.image.Image;
import dev.vit4j.image.ImageAndMask;
import dev.vit4j.image.Interpolation;
import dev.vit4j.image.Resize;
import dev.vit4j.image.Transform;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Crops a rectangle of random area and aspect ratio and resizes it (torchvision's {@code
 * RandomResizedCrop}, timm's {@code RandomResizedCropAndInterpolation}).
 *
 * @param height height of the result in pixels
 * @param width width of the result in pixels
 * @param scale area of the rectangle as a fraction of the image
 * @param ratio width over height of the rectangle
 * @param interpolation resampling filter; one of several is drawn for each image (timm's {@code
 *     random})
 */
public record RandomResizedCrop(
    int height, int width, Interval scale, Interval ratio, List<Interpolation> interpolation)
    implements Transform {
  private static final int TRIES = 10;

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if a side is below 1, the area not within 0 to 1, the aspect
   *     ratio not above 0, or there is no filter
   */
  public RandomResizedCrop {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "RandomResizedCrop needs sides of at least 1 pixel, not " + height + " x " + width);
    }
    if (!(scale.min() > 0 && scale.max() <= 1)) {
      throw new IllegalArgumentException(
          "RandomResizedCrop needs a scale above 0, at most 1, not " + scale);
    }
    if (!(ratio.min() > 0)) {
      throw new IllegalArgumentException("RandomResizedCrop needs a ratio above 0, not " + ratio);
    }
    if (interpolation.isEmpty()) {
      throw new IllegalArgumentException("RandomResizedCrop needs an interpolation");
    }
    interpolation = List.copyOf(interpolation);
  }

  @Override
  public Image apply(Image image, RandomGenerator random) {
    Image crop = crop(image, random);
    return resize(random).apply(crop);
  }

  /** Crops the same rectangle from both; the mask is resized with {@link Interpolation#NEAREST}. */
  @Override
  public ImageAndMask apply(ImageAndMask pair, RandomGenerator random) {
    Box box = box(pair.image(), random);
    ImageAndMask crop = Crop.of(pair, box.top(), box.left(), box.height(), box.width());
    return resize(random).apply(crop, random);
  }

  /** Draws the filter. */
  private Resize resize(RandomGenerator random) {
    int filters = interpolation.size();
    Interpolation filter = interpolation.get(filters == 1 ? 0 : random.nextInt(filters));
    return new Resize(height, width, filter);
  }

  /** Crops the rectangle. */
  Image crop(Image image, RandomGenerator random) {
    Box box = box(image, random);
    return Crop.of(image, box.top(), box.left(), box.height(), box.width());
  }

  private record Box(int top, int left, int height, int width) {}

  /**
   * Draws a rectangle until it fits; otherwise the largest centered one with an allowed aspect
   * ratio.
   */
  private Box box(Image image, RandomGenerator random) {
    double area = (double) image.width() * image.height();
    for (int i = 0; i < TRIES; i++) {
      double target = area * scale.draw(random);
      double shape = ratio.drawLog(random);
      int w = (int) Math.rint(Math.sqrt(target * shape));
      int h = (int) Math.rint(Math.sqrt(target / shape));
      if (w > 0 && w <= image.width() && h > 0 && h <= image.height()) {
        int top = random.nextInt(image.height() - h + 1);
        int left = random.nextInt(image.width() - w + 1);
        return new Box(top, left, h, w);
      }
    }
    return middle(image);
  }

  private Box middle(Image image) {
    int w = image.width();
    int h = image.height();
    double shape = (double) w / h;
    if (shape < ratio.min()) {
      h = Math.max(1, (int) Math.rint(w / ratio.min()));
    } else if (shape > ratio.max()) {
      w = Math.max(1, (int) Math.rint(h * ratio.max()));
    }
    return new Box((image.height() - h) / 2, (image.width() - w) / 2, h, w);
  }

  @Override
  public String toString() {
    String filters =
        interpolation.stream().map(Interpolation::toString).collect(Collectors.joining(" "));
    return "RandomResizedCrop(size=(%d, %d), scale=%s, ratio=%s, interpolation=%s, antialias=True)"
        .formatted(height, width, scale, ratio, filters);
  }
}
