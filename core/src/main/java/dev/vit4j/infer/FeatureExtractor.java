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
 * Computes feature vectors of images, the input of the model's head: timm's {@code
 * forward_head(pre_logits=True)} or models with {@code num_classes=0}. Thread-safe. A call uses
 * memory for a bounded number of images and frees it before it returns. On the CPU the weights are
 * packed, see {@link ReadyModel}.
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
   * Opens a model on the CPU with all cores, in the default precision of model and processor.
   *
   * @param model a run folder, a weights folder or a weights file, with or without a head
   * @throws IOException if the model is missing or broken
   */
  public static FeatureExtractor open(Path model) throws IOException {
    return of(
        ModelSource.open(model), Device.CPU, null, Runtime.getRuntime().availableProcessors());
  }

  /**
   * Creates an extractor that takes over an open model and closes it.
   *
   * @param precision null for {@link ReadyModel#precisionFor}
   * @param threads number of compute threads, at least 1
   * @throws IllegalArgumentException if the model does not compute feature vectors; the model is
   *     closed
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

  /**
   * Creates an extractor on a prepared model, which may be used by others too; closing either
   * closes it.
   *
   * @param ready the model of {@code loaded}
   * @throws IllegalArgumentException if the model does not compute feature vectors
   */
  public static FeatureExtractor of(WeightsFolder.Loaded loaded, ReadyModel ready) {
    loaded.model().as(Encodes.class);
    return new FeatureExtractor(loaded, ready);
  }

  /** Returns the length of a feature vector. */
  public int dim() {
    return dim;
  }

  /** Computes the features of an image of any size, gray or RGB. */
  public float[] features(Image image) {
    return features(List.of(image))[0];
  }

  /**
   * Computes the features of several images, [images][dim]; faster than one at a time.
   *
   * @throws IllegalStateException if they contain NaN or infinity
   */
  public float[][] features(List<Image> images) {
    return features(images, fit::apply);
  }

  /** Like {@link #features} for results of {@link #fit}. */
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

  /** Reads an image and resizes it to the model's size and channels. */
  Image fit(Predictor.Reader picture) throws IOException {
    return picture.read(fit);
  }

  /** Scales a vector to length 1; a zero vector is returned unchanged. */
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

  /** Waits for running calls and frees the model; later calls throw. */
  @Override
  public void close() {
    model.close();
  }
}
