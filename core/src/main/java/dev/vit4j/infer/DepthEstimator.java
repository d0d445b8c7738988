package dev.vit4j.infer;

import dev.vit4j.image.Image;
import dev.vit4j.model.Model;
import dev.vit4j.tensor.Device;
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
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Predicts the depth of each pixel of an image. The model has one output per pixel, the logarithm
 * of the depth in meters. Thread-safe; the memory of a call is bounded.
 */
public final class DepthEstimator implements AutoCloseable {
  private final Segmenter segmenter;

  private DepthEstimator(Segmenter segmenter) {
    this.segmenter = segmenter;
  }

  /**
   * Opens a trained model on all CPU cores.
   *
   * @param model a run folder or a weights folder
   * @throws IOException if the model is missing or damaged
   * @throws IllegalArgumentException if it does not have one output per pixel
   */
  public static DepthEstimator open(Path model) throws IOException {
    int cores = Runtime.getRuntime().availableProcessors();
    return of(ModelSource.open(model), Device.CPU, null, cores);
  }

  /**
   * Takes over an open model.
   *
   * @param precision null for the default, see {@link ReadyModel#precisionFor}
   * @param threads number of compute threads, at least 1
   * @throws IllegalArgumentException if it does not have one output per pixel; it is closed then
   */
  public static DepthEstimator of(
      WeightsFolder.Loaded loaded, Device device, @Nullable Precision precision, int threads) {
    try {
      requireOneOutput(loaded.model());
    } catch (IllegalArgumentException e) {
      loaded.close();
      throw e;
    }
    return new DepthEstimator(Segmenter.of(loaded, device, precision, threads));
  }

  /**
   * Creates an estimator on a prepared model, which may be used by others too; closing either
   * closes it.
   *
   * @param ready the model of {@code loaded}
   * @throws IllegalArgumentException if it does not have one output per pixel
   */
  public static DepthEstimator of(WeightsFolder.Loaded loaded, ReadyModel ready) {
    requireOneOutput(loaded.model());
    return new DepthEstimator(Segmenter.of(loaded, ready));
  }

  /**
   * Checks the number of outputs per pixel.
   *
   * @throws IllegalArgumentException if it is not 1
   */
  public static void requireOneOutput(Model model) {
    if (model.numClasses() != 1) {
      throw new IllegalArgumentException(
          "%s has %d outputs per pixel, depth needs one: set num_classes to 1"
              .formatted(model.name(), model.numClasses()));
    }
  }

  /**
   * Minimum, median and maximum of depths in meters.
   *
   * @param median the lower one of two
   */
  public record Range(float min, float median, float max) {
    /**
     * Returns the range of some depths.
     *
     * @param meters at least one
     */
    public static Range of(float[] meters) {
      float[] sorted = meters.clone();
      Arrays.sort(sorted);
      return new Range(sorted[0], sorted[(sorted.length - 1) / 2], sorted[sorted.length - 1]);
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%.2f to %.2f m, median %.2f m", min, max, median);
    }
  }

  /** Converts log depths to meters. */
  public static float[] meters(float[] logs) {
    float[] meters = new float[logs.length];
    for (int i = 0; i < meters.length; i++) {
      meters[i] = (float) Math.exp(logs[i]);
    }
    return meters;
  }

  /**
   * Predicts the depth of each pixel.
   *
   * @param image image of any size, gray or RGB
   * @return meters, row by row, in the size of the image
   */
  public float[] depths(Image image) {
    Image fitted = segmenter.fitted(image);
    return depths(logs(List.of(fitted)).get(0), image.height(), image.width());
  }

  Image fit(Predictor.Reader picture) throws IOException {
    return segmenter.fit(picture);
  }

  /** Computes the log depths [height, width] of images in the model's size. */
  List<float[]> logs(List<Image> fitted) {
    return segmenter.scores(fitted);
  }

  /** Computes the depths in the size of the image from log depths in the model's size. */
  float[] depths(float[] logs, int imageHeight, int imageWidth) {
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      Tensor z = Tensor.of(logs, 1, 1, segmenter.height(), segmenter.width());
      return meters(Segmenter.resize(z, imageHeight, imageWidth).toFloats());
    }
  }

  /** Frees the model after all running calls. */
  @Override
  public void close() {
    segmenter.close();
  }
}
