package dev.vit4j.input;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.Shape;
import dev.vit4j.image.CenterCrop;
import dev.vit4j.image.CenterCropOrPad;
import dev.vit4j.image.Compose;
import dev.vit4j.image.DigitFrame;
import dev.vit4j.image.Image;
import dev.vit4j.image.ImageAndMask;
import dev.vit4j.image.Interpolation;
import dev.vit4j.image.Resize;
import dev.vit4j.image.ResizeKeepRatio;
import dev.vit4j.image.ResizeShortest;
import dev.vit4j.image.Resizing;
import dev.vit4j.image.ToChannels;
import dev.vit4j.image.Transform;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The evaluation transform: brings an image of any size and kind to the channels and size that a
 * model reads, as the preprocess beside its weights says. No chance is involved.
 *
 * <p>The steps are those of timm's {@code create_transform} for evaluation; torchvision's presets
 * and CLIP's preprocess are the same with other numbers. {@code toString} lists them, with the
 * normalization that {@link Preprocess#normalize} does later, on the model's device.
 */
public final class FitToModel implements Transform {
  private final Preprocess preprocess;
  private final Compose steps;
  private final @Nullable Resizing first; // null if something else must come before the resize
  private final Compose rest; // what follows the resize

  /**
   * Builds the steps.
   *
   * @param preprocess how the model's images were made
   * @throws IllegalArgumentException for channels that images do not have, or an unknown
   *     interpolation
   */
  public FitToModel(Preprocess preprocess) {
    if (preprocess.channels() != 1 && preprocess.channels() != 3) {
      throw new IllegalArgumentException(
          "the model takes %d channels, pictures have 1 or 3".formatted(preprocess.channels()));
    }
    this.preprocess = preprocess;
    List<Transform> list = new ArrayList<>();
    list.add(new ToChannels(preprocess.channels()));
    if (preprocess.framing().equals("digit")) {
      list.add(new Framing(preprocess.height(), preprocess.width(), new DigitFrame()));
    }
    Crop crop = crop(preprocess);
    // Gray is repeated into three channels before a resize or after it; colors become gray before.
    this.first = preprocess.channels() == 3 && list.size() == 1 ? crop.resize() : null;
    list.add(crop.resize());
    list.add(crop.cut());
    this.steps = new Compose(list);
    this.rest = new Compose(List.of(crop.cut()));
  }

  /** The transform for a set's images; null where they already are as the model reads them. */
  public static @Nullable FitToModel unlessFitting(Preprocess preprocess, Dataset data) {
    FitToModel fit = new FitToModel(preprocess);
    return fit.keeps(data.shape()) ? null : fit;
  }

  /** The steps on pixels; the normalization is none of them. */
  public List<Transform> steps() {
    return steps.transforms();
  }

  @Override
  public Image apply(Image image, RandomGenerator random) {
    return apply(image);
  }

  @Override
  public ImageAndMask apply(ImageAndMask pair, RandomGenerator random) {
    return steps.apply(pair, random); // no step draws from it
  }

  /** The image as the model reads it: [height, width, channels]. */
  public Image apply(Image image) {
    return steps.apply(image, new SplittableRandom(0)); // no step draws from it
  }

  /**
   * As {@link #apply(Image)} of the image in a file; a large photo never is in memory as a whole.
   *
   * @throws IOException if the file is missing or no image
   */
  public Image read(Path file) throws IOException {
    return first == null ? apply(Image.read(file)) : afterResize(Image.readResized(file, first));
  }

  /**
   * As {@link #read(Path)}, of an encoded image held in memory, such as an upload or a member of an
   * archive.
   *
   * @param encoded the bytes of a PNG, JPEG, WebP, GIF or BMP file
   * @param source what error messages call it
   * @throws IOException if it is no image
   */
  public Image read(byte[] encoded, String source) throws IOException {
    return first == null
        ? apply(Image.decode(encoded, source, Image.maxPixels()))
        : afterResize(Image.decodeResized(encoded, source, first));
  }

  private Image afterResize(Image resized) {
    return rest.apply(resized.toRgb(), new SplittableRandom(0));
  }

  /**
   * Images that {@link #apply(Image)} has made, as the model reads them: normalized, [B, C, H, W].
   */
  public Tensor batch(List<Image> fitted, Device device) {
    int sample = preprocess.channels() * preprocess.height() * preprocess.width();
    byte[] pixels = new byte[Math.multiplyExact(fitted.size(), sample)];
    for (int i = 0; i < fitted.size(); i++) {
      fitted.get(i).writePlanes(pixels, i * sample);
    }
    Tensor u8 =
        Tensor.of(
            pixels,
            0,
            fitted.size(),
            preprocess.channels(),
            preprocess.height(),
            preprocess.width());
    return preprocess.normalize(u8, device);
  }

  /** Whether images of this shape, framed already, are what the model reads. */
  boolean keeps(@Nullable Shape shape) {
    Shape wanted = new Shape(preprocess.channels(), preprocess.height(), preprocess.width());
    return wanted.equals(shape)
        && scaled(preprocess.height(), preprocess) == preprocess.height()
        && scaled(preprocess.width(), preprocess) == preprocess.width();
  }

  private static int scaled(int side, Preprocess p) {
    return (int) Math.floor(side / p.cropPct());
  }

  /** A resize, and what cuts the model's size out of its result. */
  private record Crop(Resizing resize, Transform cut) {}

  /** Resize and crop in timm's three ways. */
  private static Crop crop(Preprocess p) {
    int height = scaled(p.height(), p);
    int width = scaled(p.width(), p);
    Interpolation interpolation = interpolation(p);
    return switch (p.cropMode()) {
      case "squash" ->
          new Crop(new Resize(height, width, interpolation), new CenterCrop(p.height(), p.width()));
      case "border" ->
          new Crop(
              new ResizeKeepRatio(height, width, interpolation, 1),
              new CenterCropOrPad(
                  p.height(), p.width(), p.mean().stream().map(FitToModel::level).toList()));
      default ->
          new Crop(
              height == width
                  ? new ResizeShortest(height, interpolation)
                  : new ResizeKeepRatio(height, width, interpolation, 0),
              new CenterCrop(p.height(), p.width(), p.cropMode().equals("center_floor")));
    };
  }

  /** A mean as a level of 8 bits, rounded half to even as Python does. */
  private static int level(double mean) {
    return (int) Math.max(0, Math.min(255, Math.rint(255 * mean)));
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

  @Override
  public String toString() {
    StringBuilder out = new StringBuilder("Compose(\n");
    steps.transforms().forEach(step -> out.append(step.toString().indent(4)));
    out.append("ToTensor()".indent(4));
    out.append(
        "Normalize(mean=%s, std=%s)".formatted(preprocess.mean(), preprocess.std()).indent(4));
    return out.append(')').toString();
  }

  /** Frames a user's digit; a data set's own are in the model's size, light on black. */
  private record Framing(int height, int width, DigitFrame frame) implements Transform {
    @Override
    public Image apply(Image image, RandomGenerator random) {
      if (image.height() == height && image.width() == width && !DigitFrame.isOnPaper(image)) {
        return image;
      }
      Image framed = frame.apply(image);
      return image.channels() == 1 ? framed : framed.toRgb();
    }

    @Override
    public String toString() {
      return frame.toString();
    }
  }
}
