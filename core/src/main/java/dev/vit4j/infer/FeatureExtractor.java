package dev.vit4j.infer;

import dev.vit4j.image.Image;
import dev.vit4j.input.FitToModel;
import dev.vit4j.model.Encodes;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Precision;
import dev.vit4j.weights.ModelSource;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Images to vectors: what a model's head reads, timm's {@code forward_head(pre_logits=True)} and
 * its models with {@code num_classes=0}. Any number of threads may ask at once; a call holds memory
 * for a bounded number of images, and frees it before it returns. On the CPU the model is packed,
 * see {@link ReadyModel}.
 */
public final class FeatureExtractor implements AutoCloseable {
  private final ReadyModel model;
  private final FitToModel fit;
  private final int dim;

  private FeatureExtractor(WeightsFolder.Loaded loaded, ReadyModel model) {
    this.model = model;
    this.fit = new FitToModel(loaded.preprocess());
    this.dim = loaded.model().timmConfig().numFeatures();
  }

  /**
   * Opens a model on the CPU, with all of its cores, in the precision that suits both.
   *
   * @param model a run folder, a weights folder or a weights file, with or without a head
   * @throws IOException if it is missing or broken
   */
  public static FeatureExtractor open(Path model) throws IOException {
    return of(
        ModelSource.open(model), Device.CPU, null, Runtime.getRuntime().availableProcessors());
  }

  /**
   * Asks a model that is open already, and closes it in the end.
   *
   * @param precision null for the one of {@link ReadyModel#precisionFor}
   * @param threads that compute at the same time, at least 1
   * @throws IllegalArgumentException if it does not turn images into vectors; it is closed then
   */
  public static FeatureExtractor of(
      WeightsFolder.Loaded loaded, Device device, @Nullable Precision precision, int threads) {
    try {
      loaded.model().as(Encodes.class);
      return new FeatureExtractor(
          loaded, new ReadyModel(loaded.model(), device, precision, threads));
    } catch (RuntimeException e) {
      loaded.close();
      throw e;
    }
  }

  /** Numbers in a vector. */
  public int dim() {
    return dim;
  }

  /** The features of an image of any size, gray or RGB. */
  public float[] features(Image image) {
    return features(List.of(image))[0];
  }

  /**
   * The features of every image, [images][dim]; many at once are faster than one by one.
   *
   * @throws IllegalStateException if they are not numbers
   */
  public float[][] features(List<Image> images) {
    return features(images, fit::apply);
  }

  /** As {@link #features}, of images that {@link #fit} has made. */
  float[][] featuresOfFitted(List<Image> images) {
    return features(images, image -> image);
  }

  private float[][] features(List<Image> images, UnaryOperator<Image> toFit) {
    float[][] rows =
        model.features(
            images.size(),
            (from, to) ->
                fit.batch(images.subList(from, to).stream().map(toFit).toList(), model.device()));
    for (float[] row : rows) {
      Rows.requireNumbers(row);
    }
    return rows;
  }

  /** An image as the model reads it, in its size and channels. */
  Image fit(Predictor.Reader picture) throws IOException {
    return picture.read(fit);
  }

  /** The vector in the same direction with length 1; a vector of zeros stays as it is. */
  public static float[] normalized(float[] features) {
    double squares = 0;
    for (float x : features) {
      squares += (double) x * x;
    }
    double scale = squares == 0 ? 1 : 1 / Math.sqrt(squares);
    float[] unit = new float[features.length];
    for (int i = 0; i < unit.length; i++) {
      unit[i] = (float) (features[i] * scale);
    }
    return unit;
  }

  /** Frees the model, after the calls that run; later ones are refused. */
  @Override
  public void close() {
    model.close();
  }
}
