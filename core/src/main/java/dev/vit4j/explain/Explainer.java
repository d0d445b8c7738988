package dev.vit4j.explain;

import dev.vit4j.image.Image;
import dev.vit4j.input.FitToModel;
import dev.vit4j.model.Classifies;
import dev.vit4j.model.Inside;
import dev.vit4j.model.Model;
import dev.vit4j.nn.Trace;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.weights.ModelSource;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Looks inside a model while it reads an image: one forward pass, the one that trains and predicts,
 * watched by a {@link Trace}, and one backward pass from the score of a class. Any number of
 * threads may ask at once.
 */
public final class Explainer implements AutoCloseable {
  /** Attention of all layers that is kept at once, with its gradients about four times as much. */
  private static final long MOST_ATTENTION = 2L << 30;

  private final WeightsFolder.Loaded loaded;
  private final FitToModel fit;
  private final Device device;
  private final List<String> classes;

  /**
   * Takes a model over: it is frozen, moved to the device, and closed with this.
   *
   * @throws IllegalArgumentException if it does not classify images, or all its attention would
   *     need more than 2 GiB
   */
  public Explainer(WeightsFolder.Loaded loaded, Device device) {
    loaded.model().as(Classifies.class);
    requireSize(loaded.model());
    this.loaded = loaded;
    this.fit = new FitToModel(loaded.preprocess());
    this.device = device;
    this.classes = loaded.classNames();
    loaded.model().to(device);
    loaded.model().train(false);
    loaded.model().freezeAllBut(List.of()); // gradients reach the pixels, never the weights
  }

  /**
   * Opens a trained model on the CPU.
   *
   * @param model a run folder, a weights folder or a weights file
   */
  public static Explainer open(Path model) throws IOException {
    return new Explainer(ModelSource.open(model), Device.CPU);
  }

  private static void requireSize(Model model) {
    Inside.Attention attention = model.family().inside(model).attention();
    if (attention == null) {
      return;
    }
    long layers = attention.layers();
    long heads = attention.heads();
    long tokens = attention.tokens();
    double bytes = (double) layers * heads * tokens * tokens * Float.BYTES;
    if (bytes > MOST_ATTENTION) {
      throw new IllegalArgumentException(
          "%s has %d tokens: the attention of %d layers and %d heads takes %.1f GiB, at most %d can be kept; use a smaller --img-size"
              .formatted(
                  model.name(), tokens, layers, heads, bytes / (1L << 30), MOST_ATTENTION >> 30));
    }
  }

  /** The model that is looked into. */
  public Model model() {
    return loaded.model();
  }

  /** Names of the classes in the order of their indices; none for a model without a head. */
  public List<String> classes() {
    return classes;
  }

  /**
   * The class that a word means.
   *
   * @param word a class's name, or its index from 0
   * @throws IllegalArgumentException if it is neither
   */
  public int classOf(String word) {
    int index = classes.indexOf(word);
    if (index >= 0) {
      return index;
    }
    if (classes.isEmpty()) {
      throw new IllegalArgumentException(
          "%s has no classes, it gives features only: leave the class out"
              .formatted(model().name()));
    }
    if (word.matches("\\d{1,9}") && Integer.parseInt(word) < classes.size()) {
      return Integer.parseInt(word);
    }
    throw new IllegalArgumentException(
        "no class '%s': give a class's name (%s%s) or its index, 0 to %d"
            .formatted(
                word,
                String.join(", ", classes.subList(0, Math.min(5, classes.size()))),
                classes.size() > 5 ? ", …" : "",
                classes.size() - 1));
  }

  /**
   * Looks at an image.
   *
   * @param image of any size, gray or RGB
   * @param target the class to explain, or -1 for the most probable one
   * @throws IllegalArgumentException if there is no such class
   * @throws IllegalStateException if the model's scores are not numbers
   */
  public Explanation explain(Image image, int target) {
    if (target < -1 || target >= Math.max(1, classes.size())) {
      throw new IllegalArgumentException(
          "no class %d: the model has %d".formatted(target, classes.size()));
    }
    Image fitted = fit.apply(image);
    try (Scope scope = Scope.open()) {
      return look(fitted, fit.batch(List.of(fitted), device), target);
    }
  }

  /** As {@link #explain}, of normalized pixels [1, C, H, W]. */
  Explanation look(Image picture, Tensor pixels, int target) {
    try (Scope scope = Scope.open();
        Trace trace = Trace.startWithGradients()) {
      Tensor logits = loaded.model().apply(pixels.requiresGrad(true)); // [1, K]
      Map<String, Tensor> seen = trace.tensors();
      float[] probabilities = new float[0];
      int chosen = -1;
      if (!classes.isEmpty()) {
        probabilities = logits.detach().softmax(-1).toFloats();
        requireNumbers(probabilities);
        chosen = target >= 0 ? target : best(probabilities);
        logits.select(1, chosen).sum().backward();
      }
      Inside inside = loaded.model().family().inside(loaded.model());
      TokenGrid grid = TokenGrid.of(inside, seen);
      return new Explanation(
          picture,
          probabilities,
          chosen,
          maps(seen.get(inside.firstMaps())),
          grid == null ? null : AttentionMaps.of(seen, grid, chosen >= 0),
          chosen >= 0 ? gradCam(seen.get(inside.lastMaps())) : null);
    }
  }

  private static void requireNumbers(float[] probabilities) {
    for (float p : probabilities) {
      if (Float.isNaN(p)) {
        throw new IllegalStateException(
            "the model gives scores that are no numbers: its weights hold NaN or infinite values");
      }
    }
  }

  private static int best(float[] probabilities) {
    return IntStream.range(0, probabilities.length)
        .reduce(0, (a, b) -> probabilities[b] > probabilities[a] ? b : a);
  }

  /** [1, C, h, w] as arrays; none of no tensor. */
  private static float[][][] maps(@Nullable Tensor maps) {
    if (maps == null) {
      return new float[0][][];
    }
    float[] values = maps.toFloats();
    int rows = (int) maps.size(2);
    int columns = (int) maps.size(3);
    float[][][] cut = new float[(int) maps.size(1)][rows][];
    for (int i = 0; i < cut.length * rows; i++) {
      cut[i / rows][i % rows] = Arrays.copyOfRange(values, i * columns, (i + 1) * columns);
    }
    return cut;
  }

  /** The last stage's channels [1, C, h, w], weighted with the mean of their gradients. */
  private static float @Nullable [][] gradCam(@Nullable Tensor last) {
    if (last == null) {
      return null;
    }
    Tensor weights = last.grad().flatten(2, 3).mean(2); // [1, C]
    Tensor sum = weights.matmul(last.detach().select(0, 0).flatten(1, 2)); // [1, h w]
    return maps(Ops.relu(sum).reshape(1, 1, last.size(2), last.size(3)))[0];
  }

  /** Frees the model. */
  @Override
  public void close() {
    loaded.close();
  }
}
