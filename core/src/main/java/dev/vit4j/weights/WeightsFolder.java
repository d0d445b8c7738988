package dev.vit4j.weights;

import dev.vit4j.format.AtomicFile;
import dev.vit4j.format.Count;
import dev.vit4j.format.FormatException;
import dev.vit4j.format.Safetensors;
import dev.vit4j.format.TensorInfo;
import dev.vit4j.input.Preprocess;
import dev.vit4j.model.EncodesText;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads and writes folders with {@code config.json} and {@code model.safetensors}, the format of
 * timm's {@code save_for_hf} and {@code timm.create_model("local-dir:…")}.
 */
public final class WeightsFolder {
  /** File with the architecture, its arguments, the preprocessing and the class names. */
  public static final String CONFIG = "config.json";

  /** File with the weights. */
  public static final String WEIGHTS = "model.safetensors";

  private WeightsFolder() {}

  /**
   * A loaded model, ready for evaluation.
   *
   * @param classes class names in the order of the logits; empty if there are none
   * @param task task of the model; empty if unknown
   * @param problemType meaning of the logits of a classifier
   * @param metadata metadata of the weights file, such as its provenance
   * @param tokenizer of a model that encodes texts; null for other models
   */
  public record Loaded(
      Model model,
      Preprocess preprocess,
      List<String> classes,
      String task,
      ProblemType problemType,
      Map<String, String> metadata,
      @Nullable Tokenizer tokenizer)
      implements AutoCloseable {
    /** Creates a model that is not stored in a file; its texts are CLIP's tokens. */
    public Loaded(Model model, Preprocess preprocess, List<String> classes, String task) {
      this(
          model,
          preprocess,
          classes,
          task,
          ProblemType.of("", model.numClasses()),
          Map.of(),
          model instanceof EncodesText ? Tokenizer.clip() : null);
    }

    /** Creates a model with an unknown task. */
    public Loaded(Model model, Preprocess preprocess, List<String> classes) {
      this(model, preprocess, classes, "");
    }

    /**
     * Returns this model with another meaning of its logits.
     *
     * @param word {@code problem_type} of its configuration; may be empty
     * @throws IllegalArgumentException if the word is unknown
     */
    Loaded withProblemType(String word) {
      ProblemType type = ProblemType.of(word, model.numClasses());
      return new Loaded(model, preprocess, classes, task, type, metadata, tokenizer);
    }

    /**
     * Returns this model with the metadata of its file and the tokenizer of its folder.
     *
     * @throws IOException if the tokenizer's files are damaged
     */
    Loaded with(Map<String, String> said, Path weights) throws IOException {
      Path folder = Objects.requireNonNull(weights.toAbsolutePath().getParent());
      return new Loaded(
          model,
          preprocess,
          classes,
          task,
          problemType,
          said,
          model instanceof EncodesText ? Tokenizer.orRefusing(folder) : null);
    }

    /**
     * Returns tokens of texts for {@link EncodesText#textFeatures}.
     *
     * @param messages receives a message for each text that is truncated
     * @return [T, L], i64
     * @throws IllegalArgumentException if the model has no text tower, or if its tokenizer is not
     *     known
     */
    public Tensor tokens(List<String> texts, Consumer<String> messages) {
      EncodesText encoder = model.as(EncodesText.class);
      Tokenizer own = Objects.requireNonNull(tokenizer);
      if (own.vocabularySize() > 0 && !tokenizerFits()) {
        throw new IllegalArgumentException(
            "%s knows %,d tokens, but its tokenizer has %,d: put the model's tokenizer.json next to its weights"
                .formatted(model.name(), encoder.vocabSize(), own.vocabularySize()));
      }
      int length = encoder.contextLength();
      int[][] rows = own.tokens(texts, length, messages);
      long[] flat = Arrays.stream(rows).flatMapToInt(Arrays::stream).asLongStream().toArray();
      return Tensor.of(flat, rows.length, length);
    }

    /**
     * Whether the tokenizer is known and its tokens are in the model's vocabulary. CLIP's
     * tokenizer, which is assumed if a model comes without one, must have exactly that vocabulary.
     */
    boolean tokenizerFits() {
      int size = tokenizer == null ? 0 : tokenizer.vocabularySize();
      int known = model.as(EncodesText.class).vocabSize();
      boolean assumed = tokenizer != null && tokenizer.isAssumed();
      return size > 0 && (assumed ? size == known : size <= known);
    }

    /**
     * Returns this model with other class names; it must be closed only once.
     *
     * @throws IllegalArgumentException if their number is not that of the model's classes
     */
    public Loaded withClasses(List<String> names) {
      if (names.size() != model.numClasses()) {
        throw new IllegalArgumentException(
            "%s given, but %s has %s: give one for each class"
                .formatted(
                    Count.of(names.size(), "class name"),
                    model.name(),
                    Count.of(model.numClasses(), "class")));
      }
      return new Loaded(model, preprocess, names, task, problemType, metadata, tokenizer);
    }

    /** Returns a name for every class: the given names, or else the class indices. */
    public List<String> classNames() {
      return IntStream.range(0, model.numClasses())
          .mapToObj(i -> i < classes.size() ? classes.get(i) : Integer.toString(i))
          .toList();
    }

    @Override
    public void close() {
      model.close();
    }
  }

  /** Writes the configuration; call once before writing weights. */
  public static void writeConfig(Path folder, Loaded described) throws IOException {
    Files.createDirectories(folder);
    AtomicFile.writeString(folder.resolve(CONFIG), ConfigJson.write(described));
  }

  /** Writes the weights, atomically replacing previous ones. */
  public static void writeWeights(Path folder, Model model, Map<String, String> metadata)
      throws IOException {
    Safetensors.write(folder.resolve(WEIGHTS), entries(model.state()), metadata);
  }

  /** Converts tensors to entries of a safetensors file. */
  public static List<Safetensors.Entry> entries(Map<String, Tensor> tensors) {
    List<Safetensors.Entry> entries = new ArrayList<>();
    tensors.forEach(
        (name, t) -> entries.add(new Safetensors.Entry(name, t.dtype(), t.shape(), t.toBytes())));
    return entries;
  }

  /** Reads all tensors of a safetensors file. */
  public static Map<String, Tensor> read(Path file) throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try (Safetensors source = Safetensors.open(file)) {
      for (TensorInfo t : source.tensors().values()) {
        tensors.put(t.name(), Tensor.of(source.data(t.name()), t.dtype(), t.shape()));
      }
    }
    return tensors;
  }

  private static Map<String, String> metadata(Path file) throws IOException {
    try (Safetensors source = Safetensors.open(file)) {
      return source.metadata();
    }
  }

  /**
   * Creates the model of a folder and loads its weights.
   *
   * @throws IOException if a file is missing or broken, or the weights do not match the model
   */
  public static Loaded open(Path folder) throws IOException {
    WeightsPlace place = new WeightsPlace(folder.resolve(WEIGHTS), folder.resolve(CONFIG));
    for (Path file : List.of(place.config(), place.weights())) {
      if (!Files.isRegularFile(file)) {
        throw new FormatException(
            file.toString(),
            -1,
            "no such file: a weights folder contains %s and %s".formatted(WEIGHTS, CONFIG));
      }
    }
    return open(place, ConfigJson.tree(place.config()));
  }

  /**
   * Like {@link #open(Path)}.
   *
   * @param config parsed configuration
   */
  static Loaded open(WeightsPlace place, JsonNode config) throws IOException {
    ConfigJson.Parsed parsed = ConfigJson.read(place.config(), config);
    try (Model shapes = shapes(place.config(), parsed);
        Scope scope = Scope.open()) {
      Model model = build(shapes, read(place.weights()));
      return new Loaded(model, parsed.preprocess(), parsed.classes(), parsed.task())
          .withProblemType(parsed.problemType())
          .with(metadata(place.weights()), place.weights());
    } catch (IllegalArgumentException e) {
      throw new FormatException(place.weights().toString(), -1, String.valueOf(e.getMessage()));
    }
  }

  /**
   * Creates the model without memory; separate from the weights, so that errors name the config
   * file.
   */
  private static Model shapes(Path config, ConfigJson.Parsed parsed) throws IOException {
    try {
      return Models.create(parsed.model(), parsed.args(), Init.shapesOnly());
    } catch (IllegalArgumentException e) {
      throw new FormatException(config.toString(), -1, String.valueOf(e.getMessage()));
    }
  }

  /**
   * Creates a model that takes over the memory of these weights, ready for evaluation, after
   * checking their shapes.
   *
   * @param shapes the model without memory
   * @throws IllegalArgumentException if the weights do not match the model
   */
  static Model build(Model shapes, Map<String, Tensor> state) {
    shapes.requireFit(state, true);
    Model model = Models.create(shapes.name(), shapes.args(), Init.unset());
    model.take(state);
    model.train(false);
    return model;
  }
}
