package dev.vit4j.infer;

import dev.vit4j.image.Image;
import dev.vit4j.input.FitToModel;
import dev.vit4j.model.EncodesText;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Precision;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.text.Templates;
import dev.vit4j.weights.ModelSource;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Classifies images by any class names, with a model of images and texts such as CLIP. Thread-safe.
 * On the CPU the weights are packed, see {@link ReadyModel}.
 */
public final class ZeroShotClassifier implements AutoCloseable {
  private final ReadyModel model;
  private final FitToModel fit;
  private final List<String> classes;
  private final Scale scale;
  private final float @Nullable [][] vectors; // of the classes, if the model has no head with them

  /**
   * How the model turns a cosine into a logit: scale * cosine + bias.
   *
   * @param sigmoid whether the probability of a class does not depend on the others (SigLIP)
   */
  private record Scale(double scale, double bias, boolean sigmoid) {
    static Scale of(EncodesText model) {
      Tensor bias = model.logitBias();
      try (Tensor scale = model.logitScale()) {
        return new Scale(scale.item(), bias == null ? 0 : bias.item(), bias != null);
      }
    }
  }

  private ZeroShotClassifier(
      WeightsFolder.Loaded loaded,
      ReadyModel model,
      List<String> classes,
      Scale scale,
      float @Nullable [][] vectors) {
    this.model = model;
    this.fit = new FitToModel(loaded.preprocess());
    this.classes = List.copyOf(classes);
    this.scale = scale;
    this.vectors = vectors;
  }

  /**
   * Opens a model on the CPU with all cores, with the prompt {@code a photo of a LABEL}.
   *
   * @param model a run folder, a weights folder or a weights file
   * @param labels class names, all different
   * @throws IOException if the model is missing or broken
   * @throws IllegalArgumentException if it has no text tower, or for invalid labels
   */
  public static ZeroShotClassifier open(Path model, List<String> labels) throws IOException {
    List<List<String>> prompts = labels.stream().map(Templates.PHOTO::prompts).toList();
    int cores = Runtime.getRuntime().availableProcessors();
    WeightsFolder.Loaded loaded = ModelSource.open(model);
    return of(loaded, labels, prompts, Device.CPU, null, cores, message -> {});
  }

  /**
   * Creates a classifier that takes over an open model and closes it.
   *
   * @param classes class names, all different
   * @param prompts the prompts of each class
   * @param precision of the image tower; null for {@link ReadyModel#precisionFor}
   * @param threads number of compute threads, at least 1
   * @param messages receives a message for each prompt that is truncated
   * @throws IllegalArgumentException if the model has no text tower, or for invalid classes; it is
   *     closed then
   */
  public static ZeroShotClassifier of(
      WeightsFolder.Loaded loaded,
      List<String> classes,
      List<List<String>> prompts,
      Device device,
      @Nullable Precision precision,
      int threads,
      Consumer<String> messages) {
    float[][] vectors;
    try {
      requireDifferent(classes);
      vectors = ZeroShotHead.vectors(loaded, prompts, threads, messages);
    } catch (RuntimeException e) {
      loaded.close();
      throw e;
    }
    return of(loaded, classes, vectors, device, precision, threads);
  }

  /**
   * As {@link #of(WeightsFolder.Loaded, List, List, Device, Precision, int, Consumer)}, with the
   * vectors of the classes.
   *
   * @param vectors [classes][E], normalized, as {@link ClassVectorCache} has them
   */
  public static ZeroShotClassifier of(
      WeightsFolder.Loaded loaded,
      List<String> classes,
      float[][] vectors,
      Device device,
      @Nullable Precision precision,
      int threads) {
    WeightsFolder.Loaded open = loaded;
    try {
      requireDifferent(classes);
      Scale scale = Scale.of(loaded.model().as(EncodesText.class));
      open = ZeroShotHead.classifier(loaded, classes, vectors);
      ReadyModel ready = new ReadyModel(open.model(), device, precision, threads);
      return new ZeroShotClassifier(open, ready, classes, scale, null);
    } catch (RuntimeException e) {
      open.close();
      throw e;
    }
  }

  /**
   * Creates a classifier on a prepared model of images and texts, which may be used by others too,
   * such as classifiers of other classes; closing either closes it.
   *
   * @param ready the model of {@code loaded}
   * @param vectors [classes][E], normalized, see {@link TextEncoder#classVectors}
   * @throws IllegalArgumentException if the model has no text tower, or for invalid classes
   */
  public static ZeroShotClassifier of(
      WeightsFolder.Loaded loaded, ReadyModel ready, List<String> classes, float[][] vectors) {
    requireDifferent(classes);
    Scale scale = Scale.of(loaded.model().as(EncodesText.class));
    return new ZeroShotClassifier(loaded, ready, classes, scale, vectors);
  }

  private static void requireDifferent(List<String> classes) {
    if (classes.isEmpty()) {
      throw new IllegalArgumentException("there are no labels: give at least one");
    }
    Set<String> seen = new HashSet<>();
    for (String name : classes) {
      if (!seen.add(name)) {
        throw new IllegalArgumentException("label '%s' is given twice".formatted(name));
      }
    }
  }

  /** Returns the class names by index. */
  public List<String> classes() {
    return classes;
  }

  /**
   * Returns the most probable classes of an image, best first.
   *
   * @param image image of any size, gray or RGB
   * @param topK maximum number of classes, at least 1
   */
  public List<Prediction> classify(Image image, int topK) {
    if (topK < 1) {
      throw new IllegalArgumentException("topk must be at least 1, not " + topK);
    }
    return Prediction.top(probabilities(similarities(List.of(image))[0]), classes, topK);
  }

  /**
   * Returns the cosine of every image with every class: [images][classes].
   *
   * @throws IllegalStateException if the model's output is NaN or infinite
   */
  public float[][] similarities(List<Image> images) {
    return similarities(images, fit::apply);
  }

  /** Like {@link #similarities} for results of {@link #fit}. */
  float[][] similaritiesOfFitted(List<Image> images) {
    return similarities(images, image -> image);
  }

  private float[][] similarities(List<Image> images, UnaryOperator<Image> toFit) {
    ReadyModel.Input input =
        (from, to) ->
            fit.batch(images.subList(from, to).stream().map(toFit).toList(), model.device());
    float[][] rows;
    if (vectors == null) {
      rows =
          model.apply(
              images.size(), input, logits -> logits.add(-scale.bias()).mul(1 / scale.scale()));
    } else {
      rows = model.features(images.size(), input);
      Arrays.setAll(rows, i -> similarities(rows[i]));
    }
    for (float[] row : rows) {
      Rows.requireNumbers(row);
    }
    return rows;
  }

  /**
   * Returns the cosine of an image with every class.
   *
   * @param features of the image, [E], as {@link FeatureExtractor} computes them
   * @throws IllegalStateException if this was not created with the vectors of the classes
   */
  public float[] similarities(float[] features) {
    if (vectors == null) {
      throw new IllegalStateException("the vectors of the classes are part of the model");
    }
    float[] unit = FeatureExtractor.normalized(features);
    float[] cosines = new float[vectors.length];
    for (int c = 0; c < cosines.length; c++) {
      double sum = 0;
      for (int d = 0; d < unit.length; d++) {
        sum += (double) unit[d] * vectors[c][d];
      }
      cosines[c] = (float) sum;
    }
    return cosines;
  }

  /**
   * Returns the probability of every class, with the model's own logit scale.
   *
   * @param similarities cosines of an image
   */
  public float[] probabilities(float[] similarities) {
    float[] probabilities = new float[similarities.length];
    double largest = 0;
    for (float cosine : similarities) {
      largest = Math.max(largest, scale.scale() * cosine);
    }
    double sum = 0;
    for (int c = 0; c < probabilities.length; c++) {
      double logit = scale.scale() * similarities[c] + scale.bias();
      double value =
          scale.sigmoid()
              ? 1 / (1 + Math.exp(-logit))
              : Math.exp(scale.scale() * similarities[c] - largest);
      probabilities[c] = (float) value;
      sum += value;
    }
    for (int c = 0; c < probabilities.length && !scale.sigmoid(); c++) {
      probabilities[c] = (float) (probabilities[c] / sum);
    }
    return probabilities;
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
