package dev.vit4j.model.clip;

import dev.vit4j.model.Interop;
import dev.vit4j.nn.Activation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Describes CLIP models in the configuration files of open_clip and transformers. */
final class ClipExport {
  private static final int RGB = 3;

  /** What transformers takes as CLIP's: the first of the largest tokens is read. */
  private static final int OLD_EOS = 2;

  private ClipExport() {}

  /** The reason why open_clip cannot represent a model; null if it can. */
  static @Nullable String whyNotOpenClip(ClipConfig c) {
    VisionConfig vision = c.vision();
    int[] size = vision.imgSize();
    if (!vision.model().isEmpty()) {
      return "it builds image models of timm with their own image size and head";
    }
    if (vision.isSiglip() || c.text().projBias()) {
      return "it builds SigLIP from image models of timm";
    }
    if (vision.act() == Activation.GELU_TANH) {
      return "its towers have GELU or quick GELU";
    }
    if (vision.inChans() != RGB) {
      return "its image towers take 3 channels";
    }
    return vision.isResNet() && size[0] != size[1] ? "its ResNet towers take square images" : null;
  }

  /** The reason why transformers cannot represent a model; null if it can. */
  static @Nullable String whyNotTransformers(ClipConfig c) {
    VisionConfig vision = c.vision();
    TextConfig text = c.text();
    if (vision.isResNet() || !vision.model().isEmpty()) {
      return "its image tower is a ViT";
    }
    if (vision.imgSize()[0] != vision.imgSize()[1]) {
      return "its image tower takes square images";
    }
    if (vision.lsInitValue() != null || text.lsInitValue() != null) {
      return "its blocks have no LayerScale";
    }
    return vision.isSiglip() ? whyNotSiglip(c) : whyNotClip(c);
  }

  private static @Nullable String whyNotSiglip(ClipConfig c) {
    TextConfig text = c.text();
    if (text.causal() || !text.poolType().equals("last") || !text.projBias()) {
      return "SigLIP's text tower is not causal, reads the last token and projects it with a bias";
    }
    return c.logitBias() == null ? "SigLIP's logits have a bias" : null;
  }

  private static @Nullable String whyNotClip(ClipConfig c) {
    VisionConfig vision = c.vision();
    TextConfig text = c.text();
    if (!vision.lnPre() || !vision.poolType().equals("tok")) {
      return "its image tower has a norm before the blocks and reads the class token";
    }
    if (!text.causal() || text.poolType().equals("last") || text.projBias()) {
      return "its text tower is causal, reads the end token and projects it without a bias";
    }
    return c.logitBias() != null ? "its logits have no bias" : null;
  }

  /** open_clip's {@code model_cfg}. */
  static Map<String, Object> openClip(ClipConfig c) {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("embed_dim", c.vision().embedDim());
    root.put("quick_gelu", c.vision().act() == Activation.QUICK_GELU);
    root.put("init_logit_scale", c.initLogitScale());
    if (c.logitBias() != null) {
      root.put("init_logit_bias", c.logitBias());
    }
    root.put("vision_cfg", vision(c.vision()));
    root.put("text_cfg", text(c.text()));
    return root;
  }

  private static Map<String, Object> vision(VisionConfig c) {
    Map<String, Object> cfg = new LinkedHashMap<>();
    int[] size = c.imgSize();
    cfg.put("image_size", size[0] == size[1] ? (Object) size[0] : List.of(size[0], size[1]));
    cfg.put("layers", c.isResNet() ? (Object) c.layers() : c.layers().get(0));
    cfg.put("width", c.width());
    cfg.put("head_width", c.headWidth());
    if (c.isResNet()) {
      return cfg;
    }
    cfg.put("patch_size", c.patchSize());
    cfg.put("mlp_ratio", c.mlpRatio());
    put(cfg, c.lsInitValue(), c.normEps());
    cfg.put("no_ln_pre", !c.lnPre());
    cfg.put("pool_type", c.poolType());
    return cfg;
  }

  private static Map<String, Object> text(TextConfig c) {
    Map<String, Object> cfg = new LinkedHashMap<>();
    cfg.put("context_length", c.contextLength());
    cfg.put("vocab_size", c.vocabSize());
    cfg.put("width", c.width());
    cfg.put("heads", c.heads());
    cfg.put("layers", c.layers());
    cfg.put("mlp_ratio", c.mlpRatio());
    put(cfg, c.lsInitValue(), c.normEps());
    cfg.put("no_causal_mask", !c.causal());
    cfg.put("pad_id", c.padId());
    cfg.put("pool_type", c.poolType());
    if (c.poolType().equals("eos")) {
      cfg.put("eos_id", c.eosTokenId());
    }
    return cfg;
  }

  private static void put(Map<String, Object> cfg, @Nullable Double lsInitValue, double normEps) {
    if (lsInitValue != null) {
      cfg.put("ls_init_value", lsInitValue);
    }
    if (normEps != ClipConfig.NORM_EPS) {
      cfg.put("norm_kwargs", Map.of("eps", normEps));
    }
  }

  /** transformers' {@code CLIPConfig} or {@code SiglipConfig}. */
  static Interop.TransformersModel transformers(ClipConfig c) {
    String kind = c.vision().isSiglip() ? "Siglip" : "CLIP";
    String type = kind.toLowerCase(Locale.ROOT);
    Map<String, Object> text = transformers(c.text());
    Map<String, Object> vision = transformers(c.vision());
    text.put("model_type", type + "_text_model");
    vision.put("model_type", type + "_vision_model");
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("architectures", List.of(kind + "Model"));
    root.put("model_type", type);
    if (!c.vision().isSiglip()) {
      root.put("projection_dim", c.vision().embedDim());
      root.put("logit_scale_init_value", c.initLogitScale());
    }
    root.put("dtype", "float32");
    root.put("text_config", text);
    root.put("vision_config", vision);
    return new Interop.TransformersModel(kind, root);
  }

  private static Map<String, Object> transformers(TextConfig c) {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("vocab_size", c.vocabSize());
    config.put("max_position_embeddings", c.contextLength());
    sizes(config, c.width(), c.layers(), c.heads(), (int) (c.width() * c.mlpRatio()));
    common(config, c.act(), c.normEps());
    if (c.poolType().equals("last")) {
      config.put("projection_size", c.embedDim());
      config.put("pad_token_id", c.padId());
      return config;
    }
    config.put("projection_dim", c.embedDim());
    boolean old = c.poolType().equals("argmax");
    config.put("bos_token_id", old ? 0 : c.eosTokenId() - 1);
    config.put("pad_token_id", old ? 1 : c.padId());
    config.put("eos_token_id", old ? OLD_EOS : c.eosTokenId());
    return config;
  }

  private static Map<String, Object> transformers(VisionConfig c) {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("image_size", c.imgSize()[0]);
    config.put("patch_size", c.patchSize());
    config.put("num_channels", c.inChans());
    int hidden = (int) (c.width() * c.mlpRatio());
    sizes(config, c.width(), c.layers().get(0), c.heads(), hidden);
    common(config, c.act(), c.normEps());
    if (!c.isSiglip()) {
      config.put("projection_dim", c.embedDim());
    }
    return config;
  }

  private static void sizes(
      Map<String, Object> config, int width, int layers, int heads, int hidden) {
    config.put("hidden_size", width);
    config.put("num_hidden_layers", layers);
    config.put("num_attention_heads", heads);
    config.put("intermediate_size", hidden);
  }

  private static void common(Map<String, Object> config, Activation act, double normEps) {
    config.put("hidden_act", act == Activation.GELU_TANH ? "gelu_pytorch_tanh" : act.toString());
    config.put("layer_norm_eps", normEps);
    config.put("attention_dropout", 0.0);
  }
}
