package dev.vit4j.weights;

import dev.vit4j.format.AtomicFile;
import dev.vit4j.model.Model;
import dev.vit4j.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes open_clip's {@code open_clip_config.json}, and a tokenizer that is not CLIP's. */
final class OpenClipConfig {
  /** The configuration in a folder of open_clip. */
  static final String CONFIG = "open_clip_config.json";

  /** The weights in a folder of open_clip. */
  static final String WEIGHTS = "open_clip_model.safetensors";

  private OpenClipConfig() {}

  static void write(Path folder, WeightsFolder.Loaded loaded) throws IOException {
    Model model = loaded.model();
    Map<String, Object> cfg =
        new LinkedHashMap<>(model.family().interop().openClip(model).orElseThrow());
    Tokenizer tokenizer = loaded.tokenizer();
    if (tokenizer != null && loaded.tokenizerFits() && !tokenizer.isClips()) {
      Map<Object, Object> text = new LinkedHashMap<>((Map<?, ?>) cfg.get("text_cfg"));
      text.put("hf_tokenizer_name", "local"); // open_clip takes the files in the folder
      cfg.put("text_cfg", text);
      tokenizer.save(folder);
    }
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("model_cfg", cfg);
    root.put("preprocess_cfg", OpenClipPreprocess.write(loaded.preprocess()));
    AtomicFile.writeString(folder.resolve(CONFIG), ConfigJson.text(root));
  }
}
