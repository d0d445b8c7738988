package dev.vit4j.weights;

import dev.vit4j.format.FormatException;
import dev.vit4j.input.Preprocess;
import dev.vit4j.model.Model;
import dev.vit4j.model.TimmConfig;
import dev.vit4j.model.catalog.Models;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/**
 * Reads and writes timm's {@code config.json}: {@code architecture}, {@code num_classes}, {@code
 * num_features}, {@code global_pool}, {@code model_args}, {@code label_names} and {@code
 * pretrained_cfg} with the preprocessing; values specific to vit4j are under the key {@code vit4j}.
 */
final class ConfigJson {
  private static final long MAX_BYTES = 16 << 20;
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private ConfigJson() {}

  record Parsed(
      String model,
      Map<String, Object> args,
      Preprocess preprocess,
      List<String> classes,
      String task,
      String problemType) {}

  static String write(WeightsFolder.Loaded described) {
    Model model = described.model();
    Preprocess p = described.preprocess();
    TimmConfig timm = model.timmConfig();
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("architecture", timm.architecture());
    root.put("num_classes", model.numClasses());
    root.put("num_features", timm.numFeatures());
    root.put("global_pool", timm.globalPool());
    root.put("model_args", timm.modelArgs());
    root.put("label_names", described.classes());
    root.put("pretrained_cfg", TimmPreprocess.write(model, p));
    Map<String, Object> ours =
        new LinkedHashMap<>(); // fixed order, so that the file is reproducible
    ours.put("model", model.name());
    ours.put("args", model.args());
    ours.put("framing", p.framing());
    ours.put("task", described.task());
    if (described.problemType() != ProblemType.SINGLE_LABEL_CLASSIFICATION) {
      ours.put("problem_type", described.problemType().toString());
    }
    ours.putAll(TimmPreprocess.beyondTimm(p));
    root.put("vit4j", ours);
    return text(root);
  }

  /** Returns the preprocessing as JSON with timm's keys. */
  static String preprocess(Model model, Preprocess p) {
    Map<String, Object> cfg = TimmPreprocess.write(model, p);
    cfg.put("framing", p.framing());
    cfg.putAll(TimmPreprocess.beyondTimm(p));
    return JSON.writeValueAsString(cfg);
  }

  /**
   * Parses a configuration of vit4j.
   *
   * @param root parsed JSON of the file
   */
  static Parsed read(Path file, JsonNode root) throws IOException {
    try {
      return parse(root);
    } catch (IllegalArgumentException e) {
      throw new FormatException(file.toString(), -1, String.valueOf(e.getMessage()));
    }
  }

  /** Parses a small JSON file. */
  static JsonNode tree(Path file) throws IOException {
    if (Files.size(file) > MAX_BYTES) {
      throw new FormatException(file.toString(), -1, "larger than 16 MiB, not a configuration");
    }
    try {
      return JSON.readTree(Files.readAllBytes(file));
    } catch (JacksonException e) {
      throw new FormatException(
          file.toString(),
          e.getLocation() == null ? -1 : e.getLocation().getByteOffset(),
          "not valid JSON: " + FormatException.words(e));
    }
  }

  /** Parses a configuration; returns a missing node if the file does not exist. */
  static JsonNode treeOrMissing(Path file) throws IOException {
    return Files.isRegularFile(file) ? tree(file) : MissingNode.getInstance();
  }

  /** Returns whether a configuration was written by vit4j. */
  static boolean isOurs(JsonNode root) {
    return root.has("vit4j");
  }

  /** Formats a map as indented JSON. */
  static String text(Map<String, ?> words) {
    return JSON.writeValueAsString(words) + "\n";
  }

  private static Parsed parse(JsonNode root) {
    JsonNode own = root.path("vit4j");
    String name = text(own.has("model") ? own.get("model") : root.path("architecture"));
    Map<String, Object> args =
        own.has("args") ? words(own.get("args")) : fromTimm(root.path("model_args"));
    if (!own.has("args") && root.has("num_classes")) {
      args.putIfAbsent("num_classes", root.get("num_classes").asInt());
    }
    if (!Models.names().contains(name)) {
      throw new IllegalArgumentException(
          "architecture '" + name + "' is not a known model: see vit models");
    }
    List<String> classes = new ArrayList<>();
    root.path("label_names").forEach(n -> classes.add(text(n)));
    String task = own.has("task") ? text(own.get("task")) : "";
    Preprocess preprocess = TimmPreprocess.read(root.path("pretrained_cfg"), own);
    String problemType = own.has("problem_type") ? text(own.get("problem_type")) : "";
    return new Parsed(name, args, preprocess, classes, task, problemType);
  }

  private static Map<String, Object> fromTimm(JsonNode modelArgs) {
    Map<String, Object> args = new LinkedHashMap<>();
    words(modelArgs)
        .forEach(
            (word, value) -> {
              if (value != null) {
                args.put(word.equals("act_layer") ? "act" : word, value);
              }
            });
    return args;
  }

  /** Converts a JSON object to a map; returns an empty map for anything else. */
  static Map<String, Object> words(JsonNode node) {
    Map<String, Object> words = new LinkedHashMap<>();
    if (node.isObject()) {
      ((Map<?, ?>) JSON.convertValue(node, Map.class)).forEach((k, v) -> words.put((String) k, v));
    }
    return words;
  }

  static String text(JsonNode node) {
    if (!node.isString()) {
      throw new IllegalArgumentException("expected a string, found " + node);
    }
    return node.asString();
  }
}
