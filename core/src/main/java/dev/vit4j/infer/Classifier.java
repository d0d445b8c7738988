package dev.vit4j.infer;

import dev.vit4j.image.Image;
import dev.vit4j.input.FitToModel;
import dev.vit4j.model.Model;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Precision;
import dev.vit4j.weights.ModelSource;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Says what is on images. Any number of threads may ask at once; a call holds memory for a bounded
 * number of images, and frees it before it returns. On the CPU the model is packed, see {@link
 * ReadyModel}.
 */
public final class Classifier implements AutoCloseable {
  private final ReadyModel model;
  private final FitToModel fit;
  private final List<String> classes;

  private Classifier(WeightsFolder.Loaded loaded, ReadyModel model) {
    this.model = model;
    this.fit = new FitToModel(loaded.preprocess());
    this.classes = loaded.classNames();
  }

  /**
   * Opens a trained model on the CPU, with all of its cores, in the precision that suits both.
   *
   * @param model a run folder, a weights folder or a {@code .safetensors} file
   * @throws IOException if it is missing, broken or has no classes
   */
  public static Classifier open(Path model) throws IOException {
    return open(model, Device.CPU, null, Runtime.getRuntime().availableProcessors());
  }

  /** As {@link #open(Path)}, on a device and in a precision. */
  public static Classifier open(Path model, Device device, Precision precision) throws IOException {
    return open(model, device, precision, Runtime.getRuntime().availableProcessors());
  }

  /**
   * As {@link #open(Path)}, on a device and in a precision.
   *
   * @param precision null for the one of {@link ReadyModel#precisionFor}
   * @param threads that compute at the same time, at least 1
   */
  public static Classifier open(
      Path model, Device device, @Nullable Precision precision, int threads) throws IOException {
    WeightsFolder.Loaded loaded = ModelSource.open(model);
    if (loaded.model().numClasses() == 0) {
      loaded.close();
      throw new IOException(model + ": the model has no classes, it gives features only");
    }
    return of(loaded, device, precision, threads);
  }

  /** As {@link #of(WeightsFolder.Loaded, Device, Precision, int)}, with all cores. */
  public static Classifier of(WeightsFolder.Loaded loaded, Device device, Precision precision) {
    return of(loaded, device, precision, Runtime.getRuntime().availableProcessors());
  }

  /**
   * Asks a model that is open already, and closes it in the end.
   *
   * @param precision null for the one of {@link ReadyModel#precisionFor}
   * @param threads that compute at the same time, at least 1
   * @throws IllegalArgumentException if it has no classes; it is closed then
   */
  public static Classifier of(
      WeightsFolder.Loaded loaded, Device device, @Nullable Precision precision, int threads) {
    try {
      if (loaded.model().numClasses() == 0) {
        throw new IllegalArgumentException("the model has no classes, it gives features only");
      }
      return new Classifier(loaded, new ReadyModel(loaded.model(), device, precision, threads));
    } catch (RuntimeException e) {
      loaded.close();
      throw e;
    }
  }

  /** Names of the classes in the order of their indices. */
  public List<String> classes() {
    return classes;
  }

  /** The model that answers; on the CPU it is packed. */
  public Model model() {
    return model.model();
  }

  /**
   * The most probable classes of an image, best first.
   *
   * @param image of any size, gray or RGB
   * @param topK how many at most, at least 1
   */
  public List<Prediction> classify(Image image, int topK) {
    return classify(List.of(image), topK).get(0);
  }

  /** The most probable classes of every image; many at once are faster than one by one. */
  public List<List<Prediction>> classify(List<Image> images, int topK) {
    if (topK < 1) {
      throw new IllegalArgumentException("topk must be at least 1, not " + topK);
    }
    List<List<Prediction>> all = new ArrayList<>();
    for (float[] probabilities : probabilities(images)) {
      all.add(top(probabilities, topK));
    }
    return all;
  }

  /** The k most probable classes, the first of equals first. */
  public List<Prediction> top(float[] probabilities, int topK) {
    return Prediction.top(probabilities, classes, topK);
  }

  /**
   * The probability of every class for every image: [images][classes].
   *
   * @throws IllegalStateException if the model's scores are not numbers
   */
  public float[][] probabilities(List<Image> images) {
    return probabilities(images, fit::apply);
  }

  /** As {@link #probabilities}, of images that {@link #fit} has made. */
  float[][] probabilitiesOfFitted(List<Image> images) {
    return probabilities(images, image -> image);
  }

  private float[][] probabilities(List<Image> images, UnaryOperator<Image> toFit) {
    float[][] rows =
        model.apply(
            images.size(),
            (from, to) ->
                fit.batch(images.subList(from, to).stream().map(toFit).toList(), model.device()),
            logits -> logits.softmax(-1));
    for (float[] row : rows) {
      Rows.requireNumbers(row);
    }
    return rows;
  }

  /** An image as the model reads it, in its size and channels. */
  Image fit(Predictor.Reader picture) throws IOException {
    return picture.read(fit);
  }

  /** Frees the model, after the calls that run; later ones are refused. */
  @Override
  public void close() {
    model.close();
  }
}
