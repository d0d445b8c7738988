package dev.vit4j.weights;

import dev.vit4j.format.AtomicFile;
import dev.vit4j.model.Interop;
import dev.vit4j.model.Model;
import dev.vit4j.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes transformers' {@code config.json} and {@code preprocessor_config.json}, and the tokenizer
 * of a model that encodes texts.
 */
final class TransformersConfig {
  private TransformersConfig() {}

  static void write(Path folder, WeightsFolder.Loaded loaded) throws IOException {
    Model net = loaded.model();
    Interop.TransformersModel model = net.family().interop().transformers(net).orElseThrow();
    Map<String, Object> root = new LinkedHashMap<>(model.config());
    Map<String, Object> labels = new LinkedHashMap<>();
    Map<String, Object> ids = new LinkedHashMap<>();
    List<String> names = loaded.classes();
    for (int i = 0; i < net.numClasses(); i++) {
      String label = i < names.size() ? names.get(i) : "LABEL_" + i;
      labels.put(Integer.toString(i), label);
      ids.put(label, i);
    }
    if (loaded.problemType() != ProblemType.SINGLE_LABEL_CLASSIFICATION) {
      root.put("problem_type", loaded.problemType().toString());
    }
    root.put("id2label", labels);
    root.put("label2id", ids);
    AtomicFile.writeString(folder.resolve(WeightsFolder.CONFIG), ConfigJson.text(root));
    Map<String, Object> processor = HuggingFacePreprocess.write(loaded.preprocess(), model.kind());
    AtomicFile.writeString(folder.resolve("preprocessor_config.json"), ConfigJson.text(processor));
    Tokenizer tokenizer = loaded.tokenizer();
    if (tokenizer != null && loaded.tokenizerFits()) {
      tokenizer.save(folder);
    }
  }
}
