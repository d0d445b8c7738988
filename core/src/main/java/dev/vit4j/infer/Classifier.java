package dev.vit4j.infer;

import dev.vit4j.image.Image;
import dev.vit4j.input.FitToModel;
import dev.vit4j.model.Model;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Precision;
import dev.vit4j.weights.ModelSource;
import dev.vit4j.weights.ProblemType;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Classifies images. Thread-safe. A call uses memory for a bounded number of images and frees it
 * before it returns. On the CPU the weights are packed, see {@link ReadyModel}.
 */
public final class Classifier implements AutoCloseable {
  private final ReadyModel model;
  private final FitToModel fit;
  private final List<String> classes;
  private final ProblemType problemType;

  private Classifier(WeightsFolder.Loaded loaded, ReadyModel model) {
    this.model = model;
    this.fit = new FitToModel(loaded.preprocess());
    this.classes = loaded.classNames();
    this.problemType = loaded.problemType();
  }

  /**
   * Opens a trained model on the CPU with all cores, in the default precision of model and
   * processor.
   *
   * @param model a run folder, a weights folder or a {@code .safetensors} file
   * @throws IOException if the model is missing, broken or has no classes
   */
  public static Classifier open(Path model) throws IOException {
    return open(model, Device.CPU, null, Runtime.getRuntime().availableProcessors());
  }

  /** Like {@link #open(Path)}, on a device and in a precision. */
  public static Classifier open(Path model, Device device, Precision precision) throws IOException {
    return open(model, device, precision, Runtime.getRuntime().availableProcessors());
  }

  /**
   * Like {@link #open(Path)}, on a device and in a precision.
   *
   * @param precision null for {@link ReadyModel#precisionFor}
   * @param threads number of compute threads, at least 1
   */
  public static Classifier open(
      Path model, Device device, @Nullable Precision precision, int threads) throws IOException {
    WeightsFolder.Loaded loaded = ModelSource.open(model);
    if (loaded.model().numClasses() == 0) {
      loaded.close();
      throw new IOException(model + ": the model has no classes and computes features only");
    }
    return of(loaded, device, precision, threads);
  }

  /** Like {@link #of(WeightsFolder.Loaded, Device, Precision, int)}, with all cores. */
  public static Classifier of(WeightsFolder.Loaded loaded, Device device, Precision precision) {
    return of(loaded, device, precision, Runtime.getRuntime().availableProcessors());
  }

  /**
   * Creates a classifier that takes over an open model and closes it.
   *
   * @param precision null for {@link ReadyModel#precisionFor}
   * @param threads number of compute threads, at least 1
   * @throws IllegalArgumentException if the model has no classes; the model is closed
   */
  public static Classifier of(
      WeightsFolder.Loaded loaded, Device device, @Nullable Precision precision, int threads) {
    try {
      requireClasses(loaded);
      return new Classifier(loaded, new ReadyModel(loaded.model(), device, precision, threads));
    } catch (RuntimeException e) {
      loaded.close();
      throw e;
    }
  }

  /**
   * Creates a classifier on a prepared model, which may be used by others too; closing either
   * closes it.
   *
   * @param ready the model of {@code loaded}
   * @throws IllegalArgumentException if the model has no classes
   */
  public static Classifier of(WeightsFolder.Loaded loaded, ReadyModel ready) {
    requireClasses(loaded);
    return new Classifier(loaded, ready);
  }

  private static void requireClasses(WeightsFolder.Loaded loaded) {
    if (loaded.model().numClasses() == 0) {
      throw new IllegalArgumentException("the model has no classes and computes features only");
    }
  }

  /** Returns the class names by index. */
  public List<String> classes() {
    return classes;
  }

  /** Returns the meaning of the model's logits, which decides what its probabilities are. */
  public ProblemType problemType() {
    return problemType;
  }

  /** Returns the model, whose weights are packed on the CPU. */
  public Model model() {
    return model.model();
  }

  /**
   * Returns the most probable classes of an image, best first.
   *
   * @param image image of any size, gray or RGB
   * @param topK maximum number of classes, at least 1
   */
  public List<Prediction> classify(Image image, int topK) {
    return classify(List.of(image), topK).get(0);
  }

  /** Returns the most probable classes of several images; faster than one at a time. */
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

  /** Returns the k most probable classes, best first; ties by class index. */
  public List<Prediction> top(float[] probabilities, int topK) {
    return Prediction.top(probabilities, classes, topK);
  }

  /**
   * Returns the probability of every class for every image: [images][classes]. They sum to 1 for
   * each image, except that each is from 0 to 1 by itself for {@link
   * ProblemType#MULTI_LABEL_CLASSIFICATION}, and any number for {@link ProblemType#REGRESSION}.
   *
   * @throws IllegalStateException if the model's output is NaN or infinite
   */
  public float[][] probabilities(List<Image> images) {
    return probabilities(images, fit::apply);
  }

  /** Like {@link #probabilities} for results of {@link #fit}. */
  float[][] probabilitiesOfFitted(List<Image> images) {
    return probabilities(images, image -> image);
  }

  private float[][] probabilities(List<Image> images, UnaryOperator<Image> toFit) {
    float[][] rows =
        model.apply(
            images.size(),
            (from, to) ->
                fit.batch(images.subList(from, to).stream().map(toFit).toList(), model.device()),
            problemType::scores);
    for (float[] row : rows) {
      Rows.requireNumbers(row);
    }
    return rows;
  }

  /** Reads an image and resizes it to the model's size and channels. */
  Image fit(Predictor.Reader picture) throws IOException {
    return picture.read(fit);
  }

  /** Waits for running calls and frees the model; later calls throw. */
  @Override
  public void close() {
    model.close();
  }
}
