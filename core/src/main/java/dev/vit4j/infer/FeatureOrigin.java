package dev.vit4j.infer;

import dev.vit4j.format.FormatException;
import dev.vit4j.format.NpzFile;
import dev.vit4j.format.TensorFile;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The metadata of a feature file that says where its vectors come from. A text or list is empty if
 * it is unknown.
 *
 * @param model path or name of the model
 * @param fingerprint {@link ModelFingerprint} of the model
 * @param preprocess the preprocessing, to read
 * @param normalized whether all vectors have length 1
 * @param classes class names by label
 */
public record FeatureOrigin(
    String model, String fingerprint, String preprocess, boolean normalized, List<String> classes) {
  /** Nothing is known. */
  public static final FeatureOrigin UNKNOWN = new FeatureOrigin("", "", "", false, List.of());

  private static final String MODEL = "vit4j.model";
  private static final String FINGERPRINT = "vit4j.fingerprint";
  private static final String PREPROCESS = "vit4j.preprocess";
  private static final String NORMALIZED = "vit4j.normalized";
  private static final String CLASSES = "vit4j.classes";

  /** Copies the list. */
  public FeatureOrigin {
    classes = List.copyOf(classes);
  }

  /**
   * Describes the features of a model whose weights are not packed yet.
   *
   * @param name path or name of the model
   * @param classes class names of the samples by label; empty if they have no labels
   */
  public static FeatureOrigin of(
      String name, WeightsFolder.Loaded model, boolean normalized, List<String> classes) {
    return new FeatureOrigin(
        name, ModelFingerprint.of(model), model.preprocess().toString(), normalized, classes);
  }

  /**
   * Reads the metadata of an open file, or the texts of an .npz.
   *
   * @throws IOException if they are damaged
   */
  public static FeatureOrigin read(Path file, TensorFile tensors) throws IOException {
    Map<String, String> metadata = metadata(tensors);
    try {
      String names = metadata.getOrDefault(CLASSES, "[]");
      return new FeatureOrigin(
          metadata.getOrDefault(MODEL, ""),
          metadata.getOrDefault(FINGERPRINT, ""),
          metadata.getOrDefault(PREPROCESS, ""),
          Boolean.parseBoolean(metadata.get(NORMALIZED)),
          List.of(JsonMapper.shared().readValue(names, String[].class)));
    } catch (JacksonException | NullPointerException e) {
      throw new FormatException(
          file.toString(), -1, "metadata '" + CLASSES + "' is not a JSON array of texts");
    }
  }

  private static Map<String, String> metadata(TensorFile tensors) throws IOException {
    if (!(tensors instanceof NpzFile npz)) {
      return tensors.metadata();
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    for (String name : npz.texts()) {
      List<String> text = name.equals(FeatureFile.SOURCES) ? List.of() : npz.text(name);
      if (text.size() == 1) {
        metadata.put(name, text.get(0));
      }
    }
    return metadata;
  }

  /** Returns the same with class names. */
  public FeatureOrigin withClasses(List<String> names) {
    return new FeatureOrigin(model, fingerprint, preprocess, normalized, names);
  }

  /** Returns the metadata of a file. */
  public Map<String, String> metadata() {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put(MODEL, model);
    metadata.put(FINGERPRINT, fingerprint);
    metadata.put(PREPROCESS, preprocess);
    metadata.put(NORMALIZED, Boolean.toString(normalized));
    if (!classes.isEmpty()) {
      metadata.put(CLASSES, JsonMapper.shared().writeValueAsString(classes));
    }
    return metadata;
  }
}
