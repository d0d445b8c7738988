package dev.vit4j.weights;

import dev.vit4j.format.AtomicFile;
import dev.vit4j.input.Preprocess;
import dev.vit4j.model.Interop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes transformers' {@code config.json} and {@code preprocessor_config.json}. */
final class TransformersConfig {
  private TransformersConfig() {}

  static void write(
      Path folder,
      Interop.TransformersModel model,
      int numClasses,
      Preprocess p,
      List<String> names)
      throws IOException {
    Map<String, Object> root = new LinkedHashMap<>(model.config());
    Map<String, Object> labels = new LinkedHashMap<>();
    Map<String, Object> ids = new LinkedHashMap<>();
    for (int i = 0; i < numClasses; i++) {
      String label = i < names.size() ? names.get(i) : "LABEL_" + i;
      labels.put(Integer.toString(i), label);
      ids.put(label, i);
    }
    root.put("id2label", labels);
    root.put("label2id", ids);
    AtomicFile.writeString(folder.resolve(WeightsFolder.CONFIG), ConfigJson.text(root));
    AtomicFile.writeString(
        folder.resolve("preprocessor_config.json"),
        ConfigJson.text(HuggingFacePreprocess.write(p, model.kind() + "ImageProcessor")));
  }
}
