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
 * Evaluation transform: converts an image of any size and type to the channels and size of a model,
 * according to the preprocessing stored with its weights. Deterministic.
 *
 * <p>The steps are those of timm's {@code create_transform} for evaluation, which covers
 * torchvision's presets and CLIP's preprocessing. {@code toString} lists them, including the
 * normalization that {@link Preprocess#normalize} applies later on the model's device.
 */
public final class FitToModel implements Transform {
  private final Preprocess preprocess;
  private final Compose steps;
  private final @Nullable Resizing first; // null if another step precedes the resize
  private final @Nullable CenterCrop crop; // null if another step follows the resize
  private final Transform cut; // the last step

  /**
   * Creates the steps.
   *
   * @param preprocess preprocessing of the model
   * @throws IllegalArgumentException for an unsupported number of channels or interpolation
   */
  public FitToModel(Preprocess preprocess) {
    if (preprocess.channels() != 1 && preprocess.channels() != 3) {
      throw new IllegalArgumentException(
          "the model needs %d channels, but images have 1 or 3".formatted(preprocess.channels()));
    }
    this.preprocess = preprocess;
    List<Transform> list = new ArrayList<>();
    list.add(new ToChannels(preprocess.channels()));
    if (preprocess.framing().equals("digit")) {
      list.add(new Framing(preprocess.height(), preprocess.width(), new DigitFrame()));
    }
    Resizing resize = resize(preprocess);
    Transform cut = cut(preprocess);
    // Gray is expanded to three channels before or after the resize; color is converted to gray
    // before it.
    this.first = preprocess.channels() == 3 && list.size() == 1 ? resize : null;
    if (resize != null) {
      list.add(resize);
    }
    list.add(cut);
    this.steps = new Compose(list);
    this.cut = cut;
    this.crop = cut instanceof CenterCrop center ? center : null;
  }

  /** Returns the transform for a data set; null if its images already fit the model. */
  public static @Nullable FitToModel unlessFitting(Preprocess preprocess, Dataset data) {
    FitToModel fit = new FitToModel(preprocess);
    return fit.keeps(data.shape()) ? null : fit;
  }

  /** Returns the steps without the normalization. */
  public List<Transform> steps() {
    return steps.transforms();
  }

  @Override
  public Image apply(Image image, RandomGenerator random) {
    return apply(image);
  }

  @Override
  public ImageAndMask apply(ImageAndMask pair, RandomGenerator random) {
    return steps.apply(pair, random); // unused
  }

  /** Returns the image as input of the model: [height, width, channels]. */
  public Image apply(Image image) {
    if (first != null && crop != null) {
      return first.apply(image.toRgb(), crop);
    }
    return steps.apply(image, new SplittableRandom(0)); // unused
  }

  /**
   * Like {@link #apply(Image)} for a file; large images are downscaled while decoding.
   *
   * @throws IOException if the file is missing or not an image
   */
  public Image read(Path file) throws IOException {
    return first == null
        ? apply(Image.read(file))
        : afterResize(Image.readResized(file, first, crop));
  }

  /**
   * Like {@link #read(Path)} for an encoded image in memory, such as an upload or an archive entry.
   *
   * @param encoded bytes of a PNG, JPEG, WebP, GIF or BMP file
   * @param source name for error messages
   * @throws IOException if it is not an image
   */
  public Image read(byte[] encoded, String source) throws IOException {
    return read(encoded, source, Image.maxPixels());
  }

  /**
   * As {@link #read(byte[], String)}, with another limit.
   *
   * @param maxPixels maximum of width times height, checked in the image's header
   */
  public Image read(byte[] encoded, String source, long maxPixels) throws IOException {
    return first == null
        ? apply(Image.decode(encoded, source, maxPixels))
        : afterResize(Image.decodeResized(encoded, source, maxPixels, first, crop));
  }

  /**
   * The part of an image that the model sees, in pixels of the image. It is larger than the image
   * where that is padded.
   */
  public record Seen(int x, int y, int width, int height) {}

  /**
   * Returns what the model sees of an image of this size; of framed digits the whole image, since
   * the frame depends on the digit.
   */
  public Seen seen(int imageHeight, int imageWidth) {
    if (preprocess.framing().equals("digit")) {
      return new Seen(0, 0, imageWidth, imageHeight);
    }
    Resizing resizing = resize(preprocess);
    Resize resized =
        resizing == null
            ? new Resize(imageHeight, imageWidth, interpolation(preprocess))
            : resizing.of(imageHeight, imageWidth);
    double rows = (double) imageHeight / resized.height(); // of the image in one of the model
    double columns = (double) imageWidth / resized.width();
    return new Seen(
        (int) Math.round((resized.width() - preprocess.width()) / 2.0 * columns),
        (int) Math.round((resized.height() - preprocess.height()) / 2.0 * rows),
        (int) Math.round(preprocess.width() * columns),
        (int) Math.round(preprocess.height() * rows));
  }

  private Image afterResize(Image resized) {
    Image colour = resized.toRgb();
    return crop == null ? cut.apply(colour, new SplittableRandom(0)) : colour;
  }

  /** Converts an image of any size to a normalized batch of one: [1, C, H, W]. */
  public Tensor tensor(Image image, Device device) {
    return batch(List.of(apply(image)), device);
  }

  /** Converts results of {@link #apply(Image)} to a normalized batch [B, C, H, W]. */
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

  /** Returns whether images of this shape need no transform. */
  boolean keeps(@Nullable Shape shape) {
    Shape wanted = new Shape(preprocess.channels(), preprocess.height(), preprocess.width());
    return wanted.equals(shape)
        && (resize(preprocess) == null
            || (preprocess.resizedHeight() == preprocess.height()
                && preprocess.resizedWidth() == preprocess.width()));
  }

  /** Returns the resize of a crop mode; null if it has none. */
  private static @Nullable Resizing resize(Preprocess p) {
    int height = p.resizedHeight();
    int width = p.resizedWidth();
    Interpolation interpolation = interpolation(p);
    return switch (p.cropMode()) {
      case "crop", "none" -> null;
      case "squash" -> new Resize(height, width, interpolation);
      case "border" -> new ResizeKeepRatio(height, width, interpolation, 1);
      default ->
          height == width
              ? new ResizeShortest(height, interpolation)
              : new ResizeKeepRatio(height, width, interpolation, 0);
    };
  }

  /** Returns the step that follows the resize. */
  private static Transform cut(Preprocess p) {
    return switch (p.cropMode()) {
      case "none" -> new ExactSize(p.height(), p.width());
      case "border" ->
          new CenterCropOrPad(
              p.height(), p.width(), p.mean().stream().map(FitToModel::level).toList());
      default ->
          new CenterCrop(p.height(), p.width(), p.resized() != null || p.cropMode().equals("crop"));
    };
  }

  /** Converts a mean to an 8-bit level, rounded half to even as in Python. */
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

  /** Requires images of the model's size. */
  private record ExactSize(int height, int width) implements Transform {
    @Override
    public Image apply(Image image, RandomGenerator random) {
      if (image.height() != height || image.width() != width) {
        throw new IllegalArgumentException(
            "an image of %d x %d pixels (width x height) cannot be read: the model needs %d x %d and its preprocessing does not resize (do_resize is false)"
                .formatted(image.width(), image.height(), width, height));
      }
      return image;
    }

    @Override
    public String toString() {
      return "ExactSize(size=(" + height + ", " + width + "))";
    }
  }

  /** Frames images of handwritten digits; samples of the data set already have the model's size. */
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
