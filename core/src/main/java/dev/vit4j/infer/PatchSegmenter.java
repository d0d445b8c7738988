package dev.vit4j.infer;

import dev.vit4j.image.Image;
import dev.vit4j.image.PixelValues;
import dev.vit4j.input.FitToModel;
import dev.vit4j.input.Preprocess;
import dev.vit4j.model.ClassifiesPatches;
import dev.vit4j.model.PatchOutputs;
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
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Predicts the classes of the patches of an image and a class for each pixel. Thread-safe; the
 * memory of a call is bounded and does not grow with the number of classes.
 */
public final class PatchSegmenter implements AutoCloseable {
  private final ReadyModel model;
  private final FitToModel fit;
  private final Preprocess preprocess;
  private final List<String> classes;
  private final int patchSize;

  private PatchSegmenter(WeightsFolder.Loaded loaded, ReadyModel model) {
    this.model = model;
    this.preprocess = loaded.preprocess();
    this.fit = new FitToModel(preprocess);
    this.classes = loaded.classNames();
    this.patchSize = loaded.model().as(ClassifiesPatches.class).patchSize();
  }

  /**
   * Opens a trained model on all CPU cores.
   *
   * @param model a run folder or a weights folder
   * @throws IOException if the model is missing or damaged
   * @throws IllegalArgumentException if it does not classify patches
   */
  public static PatchSegmenter open(Path model) throws IOException {
    int cores = Runtime.getRuntime().availableProcessors();
    return of(ModelSource.open(model), Device.CPU, null, cores);
  }

  /**
   * Takes over an open model.
   *
   * @param precision null for the default, see {@link ReadyModel#precisionFor}
   * @param threads number of compute threads, at least 1
   * @throws IllegalArgumentException if it does not classify patches; it is closed then
   */
  public static PatchSegmenter of(
      WeightsFolder.Loaded loaded, Device device, @Nullable Precision precision, int threads) {
    try {
      loaded.model().as(ClassifiesPatches.class);
      Segmenter.requireWholeImages(loaded.preprocess());
      return new PatchSegmenter(loaded, new ReadyModel(loaded.model(), device, precision, threads));
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
   * @throws IllegalArgumentException if it does not classify patches
   */
  public static PatchSegmenter of(WeightsFolder.Loaded loaded, ReadyModel ready) {
    loaded.model().as(ClassifiesPatches.class);
    Segmenter.requireWholeImages(loaded.preprocess());
    return new PatchSegmenter(loaded, ready);
  }

  /** Returns the class names by index. */
  public List<String> classes() {
    return classes;
  }

  /**
   * Predicts one image.
   *
   * @param image image of any size, gray or RGB
   */
  public PatchAnswer predict(Image image) {
    return answers(List.of(fit.apply(image))).get(0);
  }

  Image fit(Predictor.Reader picture) throws IOException {
    return picture.read(fit);
  }

  /** Computes the outputs of images in the model's size. */
  List<PatchAnswer> answers(List<Image> fitted) {
    if (fitted.isEmpty()) {
      return List.of();
    }
    float[][] rows =
        model.patches(
            fitted.size(), (from, to) -> fit.batch(fitted.subList(from, to), model.device()));
    int across = preprocess.width() / patchSize;
    int down = preprocess.height() / patchSize;
    int scores = across * down * classes.size();
    List<PatchAnswer> answers = new ArrayList<>();
    for (float[] row : rows) {
      Rows.requireNumbers(row);
      answers.add(
          new PatchAnswer(
              Arrays.copyOf(row, scores),
              Arrays.copyOfRange(row, scores, row.length),
              down,
              across,
              patchSize));
    }
    return answers;
  }

  /** Returns the class of each pixel at the model's input size, row by row. */
  public int[] labels(PatchAnswer answer) {
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      return answer.outputs().labelMap();
    }
  }

  /**
   * Returns the class of each pixel at any size. The soft masks of the classes in {@link #labels}
   * are resized bilinearly; the memory is that of these classes.
   *
   * @return a mask
   */
  public Image mask(PatchAnswer answer, int height, int width) {
    long[] found = Arrays.stream(labels(answer)).distinct().sorted().asLongStream().toArray();
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      PatchOutputs outputs = answer.outputs();
      Tensor scores = outputs.image(Tensor.of(found, found.length)); // [1, found, h, w]
      long[] best = Segmenter.resize(scores, height, width).argmax(1).toLongs();
      int[] labels = Arrays.stream(best).mapToInt(i -> (int) found[(int) i]).toArray();
      return PixelValues.ofLabels(labels, width, height, classes.size());
    }
  }

  /** Frees the model after all running calls. */
  @Override
  public void close() {
    model.close();
  }
}
