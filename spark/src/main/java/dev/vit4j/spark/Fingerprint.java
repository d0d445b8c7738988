package dev.vit4j.spark;

import dev.vit4j.infer.Digest;
import dev.vit4j.tensor.Precision;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.weights.WeightsFolder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** SHA-256 digests, 64 hexadecimal digits, of what results depend on besides the image. */
final class Fingerprint {
  private Fingerprint() {}

  /**
   * Returns the fingerprint of a model before its weights are packed: name, arguments,
   * preprocessing, classes and all weights with those of the head.
   */
  static String of(WeightsFolder.Loaded loaded) {
    Digest all = new Digest();
    add(all, loaded.model().name());
    add(all, new TreeMap<>(loaded.model().args()));
    add(all, loaded.preprocess());
    add(all, loaded.classNames());
    add(all, loaded.problemType());
    for (Map.Entry<String, Tensor> e : loaded.model().state().entrySet()) {
      Tensor t = e.getValue();
      add(all, e.getKey() + t.dtype() + Arrays.toString(t.shape()));
      try (Scope scope = Scope.open()) {
        all.add(t.toBytes());
      }
    }
    return all.hex();
  }

  /** Returns the fingerprint of a result: of the model and the options that change it. */
  static String of(String model, Output output, Precision precision, SparkOptions options) {
    Digest all = new Digest();
    add(all, model);
    add(all, output);
    add(all, precision);
    switch (output) {
      case EMBED -> add(all, options.normalize());
      case PREDICT -> add(all, options.topK());
      case SEGMENT -> {}
    }
    return all.hex();
  }

  private static void add(Digest all, Object value) {
    all.add(value.toString().getBytes(StandardCharsets.UTF_8));
  }
}
