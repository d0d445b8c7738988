package dev.vit4j.infer;

import dev.vit4j.model.Model;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.weights.WeightsFolder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * A SHA-256 of everything of a model that its features depend on: name, arguments, preprocessing
 * and the weights without those of the head. Unlike the key of {@link FeatureCache} it is the same
 * on every machine.
 */
public final class ModelFingerprint {
  private static final String CLASSES = "num_classes";

  private ModelFingerprint() {}

  /** Returns the fingerprint of a model, 64 hexadecimal digits, before its weights are packed. */
  public static String of(WeightsFolder.Loaded loaded) {
    Model model = loaded.model();
    Map<String, Object> args = new TreeMap<>(model.args());
    args.remove(CLASSES);
    Digest all = new Digest();
    for (Object value : new Object[] {model.name(), args, loaded.preprocess()}) {
      all.add(value.toString().getBytes(StandardCharsets.UTF_8));
    }
    addWeights(all, model);
    return all.hex();
  }

  /** Adds the weights without those of the head. */
  static void addWeights(Digest all, Model model) {
    Predicate<String> isOfHead = model.isOfHead();
    for (Map.Entry<String, Tensor> e : model.state().entrySet()) {
      if (!isOfHead.test(e.getKey())) {
        Tensor t = e.getValue();
        String what = e.getKey() + t.dtype() + Arrays.toString(t.shape());
        all.add(what.getBytes(StandardCharsets.UTF_8));
        try (Scope scope = Scope.open()) {
          all.add(t.toBytes());
        }
      }
    }
  }
}
