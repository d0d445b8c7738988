package dev.vit4j.infer;

import dev.vit4j.weights.WeightsFolder;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The metadata of a feature file that says where its vectors come from. A text is empty if it is
 * unknown.
 *
 * @param model path or name of the model
 * @param fingerprint {@link ModelFingerprint} of the model
 * @param preprocess the preprocessing, to read
 * @param normalized whether all vectors have length 1
 */
public record FeatureOrigin(
    String model, String fingerprint, String preprocess, boolean normalized) {
  private static final String MODEL = "vit4j.model";
  private static final String FINGERPRINT = "vit4j.fingerprint";
  private static final String PREPROCESS = "vit4j.preprocess";
  private static final String NORMALIZED = "vit4j.normalized";

  /**
   * Describes the features of a model whose weights are not packed yet.
   *
   * @param name path or name of the model
   */
  public static FeatureOrigin of(String name, WeightsFolder.Loaded model, boolean normalized) {
    return new FeatureOrigin(
        name, ModelFingerprint.of(model), model.preprocess().toString(), normalized);
  }

  /** Reads the metadata of a file. */
  public static FeatureOrigin of(Map<String, String> metadata) {
    return new FeatureOrigin(
        metadata.getOrDefault(MODEL, ""),
        metadata.getOrDefault(FINGERPRINT, ""),
        metadata.getOrDefault(PREPROCESS, ""),
        Boolean.parseBoolean(metadata.get(NORMALIZED)));
  }

  /** Returns the metadata of a file. */
  public Map<String, String> metadata() {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put(MODEL, model);
    metadata.put(FINGERPRINT, fingerprint);
    metadata.put(PREPROCESS, preprocess);
    metadata.put(NORMALIZED, Boolean.toString(normalized));
    return metadata;
  }
}
