package dev.vit4j.weights;

import dev.vit4j.format.AtomicFile;
import dev.vit4j.input.Preprocess;
import dev.vit4j.model.vit.Vit;
import dev.vit4j.model.vit.VitConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code config.json} and {@code preprocessor_config.json} of transformers' ViT and DeiT. */
final class TransformersConfig {
  private TransformersConfig() {}

  /** Why transformers' ViT, and torchvision's, cannot be such a model; null if they can. */
  static @Nullable String whyNot(VitConfig c) {
    if (!c.classToken() || !c.globalPool().equals("token") || c.fcNorm()) {
      return "its ViT reads a class token after a norm over all tokens";
    }
    if (c.regTokens() > 0) {
      return "its ViT has no register tokens";
    }
    if (c.initValues() != null) {
      return "its ViT has no LayerScale";
    }
    if (c.preNorm()) {
      return "its ViT has no norm before the blocks";
    }
    if (c.patchSize()[0] != c.patchSize()[1]) {
      return "its ViT has square patches";
    }
    return c.projBias() ? null : "its ViT has biases in projection and MLP";
  }

  static void write(Path folder, Vit model, Preprocess p, List<String> classes) throws IOException {
    VitConfig c = model.config();
    String kind = c.distilled() ? "DeiT" : "ViT";
    String task =
        c.numClasses() == 0
            ? "Model"
            : c.distilled() ? "ForImageClassificationWithTeacher" : "ForImageClassification";
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("architectures", List.of(kind + task));
    root.put("model_type", c.distilled() ? "deit" : "vit");
    root.put("hidden_size", c.embedDim());
    root.put("num_hidden_layers", c.depth());
    root.put("num_attention_heads", c.numHeads());
    root.put("intermediate_size", c.hiddenDim());
    root.put("hidden_act", c.act().toString());
    root.put("layer_norm_eps", c.normEps());
    root.put("qkv_bias", c.qkvBias());
    root.put("image_size", side(c.imgSize()));
    root.put("patch_size", c.patchSize()[0]);
    root.put("num_channels", c.inChans());
    root.put("hidden_dropout_prob", c.projDropRate());
    root.put("attention_probs_dropout_prob", c.attnDropRate());
    root.put("dtype", "float32");
    Map<String, Object> labels = new LinkedHashMap<>();
    Map<String, Object> ids = new LinkedHashMap<>();
    for (int i = 0; i < c.numClasses(); i++) {
      String label = i < classes.size() ? classes.get(i) : "LABEL_" + i;
      labels.put(Integer.toString(i), label);
      ids.put(label, i);
    }
    root.put("id2label", labels);
    root.put("label2id", ids);
    AtomicFile.writeString(folder.resolve(WeightsFolder.CONFIG), ConfigJson.text(root));
    AtomicFile.writeString(
        folder.resolve("preprocessor_config.json"),
        ConfigJson.text(HuggingFacePreprocess.write(p, kind + "ImageProcessor")));
  }

  private static Object side(int[] size) {
    return size[0] == size[1] ? (Object) size[0] : List.of(size[0], size[1]);
  }
}
