package dev.vit4j.explain;

import dev.vit4j.image.Image;
import dev.vit4j.input.FitToModel;
import dev.vit4j.model.Classifies;
import dev.vit4j.model.EncodesText;
import dev.vit4j.model.Inside;
import dev.vit4j.model.Model;
import dev.vit4j.nn.Trace;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.weights.ModelSource;
import dev.vit4j.weights.ProblemType;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Explains the prediction of a model for an image, or the similarity of texts with an image, with
 * one forward pass, recorded by a {@link Trace}, and one backward pass from the score of a class or
 * a text. Thread-safe.
 */
public final class Explainer implements AutoCloseable {
  /** Maximum bytes of attention of all layers; with gradients about four times as much is used. */
  private static final long MOST_ATTENTION = 2L << 30;

  private final WeightsFolder.Loaded loaded;
  private final FitToModel fit;
  private final Device device;
  private final List<String> classes;
  private final @Nullable TextScores texts; // null for a classifier

  /**
   * Takes over a model: freezes it, moves it to the device, and closes it with this.
   *
   * @throws IllegalArgumentException if the model is not a classifier, or its attention would need
   *     more than 2 GiB
   */
  public Explainer(WeightsFolder.Loaded loaded, Device device) {
    this(loaded, classifier(loaded), null, device);
  }

  /**
   * Creates an explainer.
   *
   * @param classes names of the classes or texts
   * @param texts null for a classifier
   */
  Explainer(
      WeightsFolder.Loaded loaded,
      List<String> classes,
      @Nullable TextScores texts,
      Device device) {
    this.loaded = loaded;
    this.fit = new FitToModel(loaded.preprocess());
    this.device = device;
    this.texts = texts;
    this.classes = classes;
    loaded.model().to(device);
    loaded.model().train(false);
    loaded.model().freezeAllBut(List.of()); // only gradients of pixels are needed
  }

  /** Checks a classifier and returns the names of its classes. */
  private static List<String> classifier(WeightsFolder.Loaded loaded) {
    if (loaded.model() instanceof EncodesText) {
      throw new IllegalArgumentException(
          "%s has no classes, it compares images with texts: give a text (--text \"a dog\")"
              .formatted(loaded.model().name()));
    }
    loaded.model().as(Classifies.class);
    requireSize(loaded.model());
    return loaded.classNames();
  }

  /**
   * Takes over a model of images and texts, such as CLIP, to explain the similarity of texts with
   * an image: the score is the logit, logit scale times cosine. The texts take the place of class
   * names.
   *
   * @param texts at least one, at most 16, all different
   * @param messages receives a message for each text that is truncated
   * @throws IllegalArgumentException if the model has no text tower, for invalid texts, or if its
   *     attention would need more than 2 GiB
   */
  public static Explainer ofTexts(
      WeightsFolder.Loaded loaded, List<String> texts, Device device, Consumer<String> messages) {
    TextScores scores = TextScores.of(loaded, texts, device, messages);
    requireSize(loaded.model());
    return new Explainer(loaded, List.copyOf(texts), scores, device);
  }

  /**
   * Opens a trained model on the CPU.
   *
   * @param model a run folder, weights folder or weights file
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
          "%s has %d tokens: the attention of %d layers and %d heads needs %.1f GiB, at most %d are supported; use a smaller --img-size"
              .formatted(
                  model.name(), tokens, layers, heads, bytes / (1L << 30), MOST_ATTENTION >> 30));
    }
  }

  /** Returns the model. */
  public Model model() {
    return loaded.model();
  }

  /** Whether it explains texts instead of classes. */
  public boolean isOfTexts() {
    return texts != null;
  }

  /** Returns the meaning of the logits of a classifier. */
  public ProblemType problemType() {
    return loaded.problemType();
  }

  /** Returns the class names, or the texts, by index; empty for a model without a head. */
  public List<String> classes() {
    return classes;
  }

  /**
   * Parses a class.
   *
   * @param word index from 0, or class name; a number up to the number of classes is an index
   * @throws IllegalArgumentException if it is neither, or several classes have this name
   */
  public int classOf(String word) {
    if (classes.isEmpty()) {
      throw new IllegalArgumentException(
          "%s has no classes and computes features only: remove the class"
              .formatted(model().name()));
    }
    if (word.matches("\\d{1,9}") && Integer.parseInt(word) < classes.size()) {
      return Integer.parseInt(word);
    }
    int index = classes.indexOf(word);
    if (index != classes.lastIndexOf(word)) {
      throw new IllegalArgumentException(
          "several classes are called '%s': give the index, %s"
              .formatted(
                  word,
                  IntStream.range(0, classes.size())
                      .filter(i -> classes.get(i).equals(word))
                      .mapToObj(Integer::toString)
                      .collect(Collectors.joining(" or "))));
    }
    if (index >= 0) {
      return index;
    }
    throw new IllegalArgumentException(
        "no class '%s': use a class name (%s%s) or an index, 0 to %d"
            .formatted(
                word,
                String.join(", ", classes.subList(0, Math.min(5, classes.size()))),
                classes.size() > 5 ? ", …" : "",
                classes.size() - 1));
  }

  /**
   * Explains the score of a class or a text for an image.
   *
   * @param image image of any size, gray or RGB
   * @param target index of the class or text to explain, or -1 for the most probable one
   * @throws IllegalArgumentException if there is none with this index
   * @throws IllegalStateException if the model's output is NaN or infinite
   */
  public Explanation explain(Image image, int target) {
    return explain(image, target, -1);
  }

  /**
   * As {@link #explain(Image, int)}, but with the attention maps of a patch: to which others it
   * attends, instead of what the head reads.
   *
   * @param patch index of the patch, row by row; -1 for what the head reads
   * @throws IllegalArgumentException also if there is no such patch
   */
  public Explanation explain(Image image, int target, int patch) {
    requirePatch(patch);
    if (target < -1 || target >= Math.max(1, classes.size())) {
      throw new IllegalArgumentException(
          "no class %d: the model has %d".formatted(target, classes.size()));
    }
    Image fitted = fit.apply(image);
    try (Scope scope = Scope.open()) {
      return look(fitted, fit.batch(List.of(fitted), device), target, patch);
    }
  }

  private void requirePatch(int patch) {
    Inside.Attention attention = model().family().inside(model()).attention();
    int patches = attention == null ? 0 : attention.rows() * attention.columns();
    if (patch < -1 || (patch >= patches && patch != -1)) {
      throw new IllegalArgumentException(
          "no patch %d: %s has %d with attention".formatted(patch, model().name(), patches));
    }
  }

  /** Like {@link #explain} for normalized pixels [1, C, H, W]. */
  Explanation look(Image picture, Tensor pixels, int target) {
    return look(picture, pixels, target, -1);
  }

  private Explanation look(Image picture, Tensor pixels, int target, int patch) {
    try (Scope scope = Scope.open();
        Trace trace = Trace.startWithGradients()) {
      SpikeMaps spikes = new SpikeMaps(loaded.model());
      trace.watch(spikes);
      Tensor output = loaded.model().apply(pixels.requiresGrad(true)); // [1, K], of CLIP [1, E]
      Tensor logits = texts == null ? output : texts.logits(output); // [1, K]
      Map<String, Tensor> seen = trace.tensors();
      float[] probabilities = new float[0];
      int chosen = -1;
      if (!classes.isEmpty()) {
        Tensor scores = logits.detach();
        probabilities =
            (texts == null ? loaded.problemType().scores(scores) : texts.probabilities(scores))
                .toFloats();
        requireNumbers(probabilities);
        chosen = target >= 0 ? target : best(probabilities);
        logits.select(1, chosen).sum().backward();
      }
      Inside inside = loaded.model().family().inside(loaded.model());
      TokenGrid whole = TokenGrid.of(inside, seen);
      TokenGrid grid = whole == null || patch < 0 ? whole : whole.from(patch);
      return new Explanation(
          picture,
          probabilities,
          chosen,
          maps(seen.get(inside.firstMaps())),
          grid == null ? null : AttentionMaps.of(seen, grid, chosen >= 0),
          chosen >= 0 ? gradCam(seen.get(inside.lastMaps())) : null,
          spikes.layers(),
          texts == null
              ? null
              : new Explanation.OfTexts(texts.similarities(output), texts.words(chosen, output)));
    }
  }

  private static void requireNumbers(float[] probabilities) {
    for (float p : probabilities) {
      if (Float.isNaN(p)) {
        throw new IllegalStateException(
            "the model's output is not finite: its weights contain NaN or infinite values");
      }
    }
  }

  private static int best(float[] probabilities) {
    return IntStream.range(0, probabilities.length)
        .reduce(0, (a, b) -> probabilities[b] > probabilities[a] ? b : a);
  }

  /** Converts [1, C, h, w] to arrays; null to an empty array. */
  static float[][][] maps(@Nullable Tensor maps) {
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

  /** Sums the channels of the last stage [1, C, h, w], weighted by the mean of their gradients. */
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
