package dev.vit4j.weights;

import dev.vit4j.format.AtomicFile;
import dev.vit4j.format.FormatException;
import dev.vit4j.format.Safetensors;
import dev.vit4j.format.TensorInfo;
import dev.vit4j.input.Preprocess;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/**
 * A folder with {@code config.json} and {@code model.safetensors}, as timm's {@code save_for_hf}
 * writes it and {@code timm.create_model("local-dir:…")} opens it.
 */
public final class WeightsFolder {
  /** File with the architecture, its words, the preprocess and the class names. */
  public static final String CONFIG = "config.json";

  /** File with the weights. */
  public static final String WEIGHTS = "model.safetensors";

  private WeightsFolder() {}

  /**
   * A model from disk, ready for evaluation.
   *
   * @param classes names of the classes, in the order of the logits; empty if they have no names
   * @param task what it was trained for; empty if that is not known
   * @param metadata what the file of weights says about itself, such as the run that made it
   */
  public record Loaded(
      Model model,
      Preprocess preprocess,
      List<String> classes,
      String task,
      Map<String, String> metadata)
      implements AutoCloseable {
    /** A model that is in no file yet. */
    public Loaded(Model model, Preprocess preprocess, List<String> classes, String task) {
      this(model, preprocess, classes, task, Map.of());
    }

    /** A model of which nobody says what it was trained for. */
    public Loaded(Model model, Preprocess preprocess, List<String> classes) {
      this(model, preprocess, classes, "");
    }

    /** The same with what its file says. */
    Loaded with(Map<String, String> said) {
      return new Loaded(model, preprocess, classes, task, said);
    }

    /** A name for every class of the model: those given, else its number. */
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

  /** Writes the configuration; needed once, before the first weights. */
  public static void writeConfig(Path folder, Loaded described) throws IOException {
    Files.createDirectories(folder);
    AtomicFile.writeString(folder.resolve(CONFIG), ConfigJson.write(described));
  }

  /** Writes the weights: the previous ones are there until the new ones are complete. */
  public static void writeWeights(Path folder, Model model, Map<String, String> metadata)
      throws IOException {
    Safetensors.write(folder.resolve(WEIGHTS), entries(model.state()), metadata);
  }

  /** Tensors as entries of a safetensors file. */
  public static List<Safetensors.Entry> entries(Map<String, Tensor> tensors) {
    List<Safetensors.Entry> entries = new ArrayList<>();
    tensors.forEach(
        (name, t) -> entries.add(new Safetensors.Entry(name, t.dtype(), t.shape(), t.toBytes())));
    return entries;
  }

  /** All tensors of a safetensors file. */
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
   * Builds the model that a folder describes and loads its weights.
   *
   * @throws IOException if a file is missing or broken, or the weights are another model's
   */
  public static Loaded open(Path folder) throws IOException {
    WeightsPlace place = new WeightsPlace(folder.resolve(WEIGHTS), folder.resolve(CONFIG));
    for (Path file : List.of(place.config(), place.weights())) {
      if (!Files.isRegularFile(file)) {
        throw new FormatException(
            file.toString(),
            -1,
            "no such file: a model is a %s with its %s beside it".formatted(WEIGHTS, CONFIG));
      }
    }
    return open(place, ConfigJson.tree(place.config()));
  }

  /**
   * As {@link #open(Path)}.
   *
   * @param config the JSON of the configuration
   */
  static Loaded open(WeightsPlace place, JsonNode config) throws IOException {
    ConfigJson.Parsed parsed = ConfigJson.read(place.config(), config);
    try (Model shapes = shapes(place.config(), parsed);
        Scope scope = Scope.open()) {
      Model model = build(shapes, read(place.weights()));
      return new Loaded(model, parsed.preprocess(), parsed.classes(), parsed.task())
          .with(metadata(place.weights()));
    } catch (IllegalArgumentException e) {
      throw new FormatException(place.weights().toString(), -1, String.valueOf(e.getMessage()));
    }
  }

  /** The model without memory; apart from the weights, so that a mistake names its own file. */
  private static Model shapes(Path config, ConfigJson.Parsed parsed) throws IOException {
    try {
      return Models.create(parsed.model(), parsed.args(), Init.shapesOnly());
    } catch (IllegalArgumentException e) {
      throw new FormatException(config.toString(), -1, String.valueOf(e.getMessage()));
    }
  }

  /**
   * A model with these weights, ready for evaluation; their memory becomes its own. It is made only
   * once its shapes are known to be those of the weights.
   *
   * @param shapes the same model without memory
   * @throws IllegalArgumentException if the weights do not fit
   */
  static Model build(Model shapes, Map<String, Tensor> state) {
    shapes.requireFit(state, true);
    Model model = Models.create(shapes.name(), shapes.args(), Init.unset());
    model.take(state);
    model.train(false);
    return model;
  }
}
