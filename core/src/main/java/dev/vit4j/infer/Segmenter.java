package dev.vit4j.infer;

import dev.vit4j.image.Image;
import dev.vit4j.image.PixelValues;
import dev.vit4j.input.FitToModel;
import dev.vit4j.input.Preprocess;
import dev.vit4j.model.Model;
import dev.vit4j.model.Segments;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.ImageOps;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Precision;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.weights.ModelSource;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Predicts a class for each pixel of an image. Thread-safe; the memory of a call is bounded. On the
 * CPU, weights are packed, see {@link ReadyModel}.
 */
public final class Segmenter implements AutoCloseable {
  /** Maximum number of scores in the size of an image: 256 MiB. */
  private static final long RESIZED_AT_ONCE = 1 << 26;

  private final ReadyModel model;
  private final Preprocess preprocess;
  private final FitToModel fit;
  private final List<String> classes;

  private Segmenter(WeightsFolder.Loaded loaded, ReadyModel model) {
    this.model = model;
    this.preprocess = loaded.preprocess();
    this.fit = new FitToModel(preprocess);
    this.classes = loaded.classNames();
  }

  /**
   * Opens a trained model on all CPU cores.
   *
   * @param model a run folder or a weights folder
   * @throws IOException if the model is missing or damaged
   * @throws IllegalArgumentException if it is not a segmentation model
   */
  public static Segmenter open(Path model) throws IOException {
    int cores = Runtime.getRuntime().availableProcessors();
    return of(ModelSource.open(model), Device.CPU, null, cores);
  }

  /**
   * Takes over an open model.
   *
   * @param precision null for the default, see {@link ReadyModel#precisionFor}
   * @param threads number of compute threads, at least 1
   * @throws IllegalArgumentException if it is not a segmentation model; it is closed then
   */
  public static Segmenter of(
      WeightsFolder.Loaded loaded, Device device, @Nullable Precision precision, int threads) {
    try {
      loaded.model().as(Segments.class);
      requireWholeImages(loaded.preprocess());
      return new Segmenter(loaded, new ReadyModel(loaded.model(), device, precision, threads));
    } catch (RuntimeException e) {
      loaded.close();
      throw e;
    }
  }

  /**
   * Creates a segmenter on a prepared model, which may be used by others too; closing either closes
   * it.
   *
   * @param ready the model of {@code loaded}
   * @throws IllegalArgumentException if it is not a segmentation model
   */
  public static Segmenter of(WeightsFolder.Loaded loaded, ReadyModel ready) {
    loaded.model().as(Segments.class);
    requireWholeImages(loaded.preprocess());
    return new Segmenter(loaded, ready);
  }

  /**
   * Checks that preprocessing does not crop: pixels outside the crop would get no class.
   *
   * @throws IllegalArgumentException if it does
   */
  public static void requireWholeImages(Preprocess preprocess) {
    if (!preprocess.cropMode().equals("squash")
        || preprocess.resizedHeight() != preprocess.height()
        || preprocess.resizedWidth() != preprocess.width()) {
      throw new IllegalArgumentException(
          "segmentation reads whole images: set crop_mode to squash and crop_pct to 1, not %s and %s"
              .formatted(preprocess.cropMode(), preprocess.cropPct()));
    }
  }

  /** Returns the class names by index. */
  public List<String> classes() {
    return classes;
  }

  /** Returns the model; on the CPU, its weights are packed. */
  public Model model() {
    return model.model();
  }

  /** Returns the height of the model's input. */
  public int height() {
    return preprocess.height();
  }

  /** Returns the width of the model's input. */
  public int width() {
    return preprocess.width();
  }

  /**
   * Predicts the class of each pixel.
   *
   * @param image image of any size, gray or RGB
   * @return class indices of the image's size, one channel, or two with more than 255 classes in
   *     the encoding of {@link PixelValues}
   */
  public Image segment(Image image) {
    return mask(scores(List.of(fitted(image))).get(0), image.height(), image.width());
  }

  /** Returns the image in the model's size. */
  Image fitted(Image image) {
    return fit.apply(image);
  }

  Image fit(Predictor.Reader picture) throws IOException {
    return picture.read(fit);
  }

  /** Computes the scores [K, height, width] of images in the model's size. */
  List<float[]> scores(List<Image> fitted) {
    if (fitted.isEmpty()) {
      return List.of();
    }
    float[][] rows =
        model.apply(
            fitted.size(),
            (from, to) -> fit.batch(fitted.subList(from, to), model.device()),
            logits -> logits);
    for (float[] row : rows) {
      Rows.requireNumbers(row);
    }
    return List.of(rows);
  }

  /**
   * Computes the mask of an image from its scores.
   *
   * @param scores [K, height, width] in the model's size, the answer of {@link SegmentAnswering}
   * @return class indices, as of {@link #segment}
   */
  public Image mask(float[] scores, int imageHeight, int imageWidth) {
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      Tensor logits = Tensor.of(scores, 1, classes.size(), height(), width());
      long resized = (long) classes.size() * imageHeight * imageWidth;
      return resized <= RESIZED_AT_ONCE
          ? mask(resize(logits, imageHeight, imageWidth))
          : maskInPieces(logits, imageHeight, imageWidth, RESIZED_AT_ONCE);
    }
  }

  /**
   * Computes the mask with the resized scores of a few classes at a time. The result is the same,
   * except where scores are equal up to rounding: libtorch may round the last bit of a resize
   * differently for another number of channels.
   *
   * @param atOnce maximum number of resized scores in memory, except that it is at least one class
   */
  static Image maskInPieces(Tensor logits, int height, int width, long atOnce) {
    int pixels = Math.multiplyExact(height, width);
    int count = Math.toIntExact(logits.size(1));
    int step = Math.toIntExact(Math.max(1, atOnce / pixels));
    float[] best = new float[pixels];
    int[] labels = new int[pixels];
    for (int from = 0; from < count; from += step) {
      try (Scope scope = Scope.open()) {
        int some = Math.min(step, count - from);
        float[] part = resize(logits.narrow(1, from, some), height, width).toFloats();
        for (int i = 0; i < part.length; i++) {
          int c = from + i / pixels;
          int pixel = i % pixels;
          if (c == 0 || part[i] > best[pixel]) {
            best[pixel] = part[i];
            labels[pixel] = c;
          }
        }
      }
    }
    return PixelValues.ofLabels(labels, width, height, count);
  }

  /**
   * Resizes scores to the size of the image by bilinear interpolation.
   *
   * @param logits [1, K, h, w]
   * @return [1, K, height, width]
   */
  public static Tensor resize(Tensor logits, int height, int width) {
    return logits.size(2) == height && logits.size(3) == width
        ? logits
        : ImageOps.resizeBilinear(logits, height, width);
  }

  /**
   * Returns the class with the highest score of each pixel.
   *
   * @param logits [1, K, H, W]
   * @return class indices, as of {@link #segment}
   */
  public static Image mask(Tensor logits) {
    return PixelValues.ofLabels(
        Arrays.stream(logits.argmax(1).toLongs()).mapToInt(Math::toIntExact).toArray(),
        Math.toIntExact(logits.size(3)),
        Math.toIntExact(logits.size(2)),
        Math.toIntExact(logits.size(1)));
  }

  /** Frees the model after all running calls. */
  @Override
  public void close() {
    model.close();
  }
}
