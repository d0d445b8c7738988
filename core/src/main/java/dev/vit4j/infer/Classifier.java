package dev.vit4j.infer;

import dev.vit4j.image.Image;
import dev.vit4j.model.ImageModel;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Precision;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.weights.ModelSource;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Says what is on pictures. Any number of threads may ask at once; a call holds memory for its own
 * pictures only, and frees it before it returns.
 */
public final class Classifier implements AutoCloseable {
  private final WeightsFolder.Loaded loaded;
  private final FitToModel fit;
  private final Device device;
  private final Precision precision;
  private final List<String> classes;

  private Classifier(WeightsFolder.Loaded loaded, Device device, Precision precision) {
    this.loaded = loaded;
    this.fit = new FitToModel(loaded.preprocess());
    this.device = device;
    this.precision = precision;
    this.classes = names(loaded);
    loaded.model().to(device);
    loaded.model().train(false);
  }

  /**
   * Opens a trained model on the CPU in f32.
   *
   * @param model a run folder, a weights folder or a {@code .safetensors} file
   * @throws IOException if it is missing, broken or has no classes
   */
  public static Classifier open(Path model) throws IOException {
    return open(model, Device.CPU, Precision.F32);
  }

  /** As {@link #open(Path)}, on a device and in a precision. */
  public static Classifier open(Path model, Device device, Precision precision) throws IOException {
    WeightsFolder.Loaded loaded = ModelSource.open(model);
    if (loaded.model().numClasses() == 0) {
      loaded.close();
      throw new IOException(model + ": the model has no classes, it gives features only");
    }
    return of(loaded, device, precision);
  }

  /**
   * Asks a model that is open already, and closes it in the end.
   *
   * @throws IllegalArgumentException if it has no classes; it is closed then
   */
  public static Classifier of(WeightsFolder.Loaded loaded, Device device, Precision precision) {
    try {
      if (loaded.model().numClasses() == 0) {
        throw new IllegalArgumentException("the model has no classes, it gives features only");
      }
      return new Classifier(loaded, device, precision);
    } catch (RuntimeException e) {
      loaded.close();
      throw e;
    }
  }

  /** Class names, numbers where the weights came without (all) names. */
  static List<String> names(WeightsFolder.Loaded loaded) {
    List<String> given = loaded.classes();
    return IntStream.range(0, loaded.model().numClasses())
        .mapToObj(i -> i < given.size() ? given.get(i) : Integer.toString(i))
        .toList();
  }

  /** Names of the classes in the order of their indices. */
  public List<String> classes() {
    return classes;
  }

  /** The model that answers. */
  public ImageModel model() {
    return loaded.model();
  }

  /**
   * The most probable classes of a picture, best first.
   *
   * @param image of any size, grey or RGB
   * @param topK how many at most, at least 1
   */
  public List<Prediction> classify(Image image, int topK) {
    return classify(List.of(image), topK).get(0);
  }

  /** The most probable classes of every picture, which go through the model at once. */
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
   * The probability of every class for every picture: [pictures][classes].
   *
   * @throws IllegalStateException if the model's scores are not numbers
   */
  public float[][] probabilities(List<Image> images) {
    return probabilitiesOfFitted(images.stream().map(fit::apply).toList());
  }

  /** As {@link #probabilities}, of pictures that {@link #fit} has made. */
  float[][] probabilitiesOfFitted(List<Image> images) {
    if (images.isEmpty()) {
      return new float[0][];
    }
    byte[] pixels = pixels(images);
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      ImageModel model = loaded.model();
      Tensor u8 =
          Tensor.of(pixels, 0, images.size(), model.channels(), model.height(), model.width());
      Tensor x = loaded.preprocess().normalize(u8, device); // [B, C, H, W]
      return rows(logits(x).to(DType.F32).softmax(-1).toFloats(), images.size());
    }
  }

  private Tensor logits(Tensor x) {
    try (Precision.Region region = precision.on(device)) {
      return loaded.model().apply(x); // [B, K]
    }
  }

  /** A picture as the model reads it, in its size and channels. */
  Image fit(Image image) {
    return fit.apply(image);
  }

  /** All fitted pictures as [B, C, H, W]. */
  private byte[] pixels(List<Image> images) {
    ImageModel model = loaded.model();
    int sample = model.channels() * model.height() * model.width();
    byte[] pixels = new byte[Math.multiplyExact(images.size(), sample)];
    for (int i = 0; i < images.size(); i++) {
      images.get(i).writePlanes(pixels, i * sample);
    }
    return pixels;
  }

  private float[][] rows(float[] flat, int count) {
    int k = classes.size();
    float[][] rows = new float[count][k];
    for (int i = 0; i < flat.length; i++) {
      if (Float.isNaN(flat[i])) {
        throw new IllegalStateException(
            "the model gives scores that are no numbers: its weights hold NaN or infinite values");
      }
      rows[i / k][i % k] = flat[i];
    }
    return rows;
  }

  /** Frees the model. */
  @Override
  public void close() {
    loaded.close();
  }
}
