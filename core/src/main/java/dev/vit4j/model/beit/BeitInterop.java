package dev.vit4j.model.beit;

import dev.vit4j.model.ForeignTensors;
import dev.vit4j.model.ImageDefaults;
import dev.vit4j.model.Interop;
import dev.vit4j.model.Model;
import dev.vit4j.model.NameTable;
import dev.vit4j.model.Origin;
import dev.vit4j.model.TimmArguments;
import dev.vit4j.nn.Activation;
import dev.vit4j.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * BEiT in timm, in Microsoft's code, which has the same names, and in transformers; EVA and EVA-02
 * in timm and in the authors' code.
 */
final class BeitInterop implements Interop {
  static final BeitInterop BEIT = new BeitInterop();

  private static final double HUGGING_FACE_EPS = 1e-12;

  private static final int LARGE = 336; // pixels
  private static final int RGB = 3;

  /** Checks timm's arguments. */
  private static final TimmArguments BEIT_ARGUMENTS =
      new TimmArguments(
          List.of("img_size", "num_heads", "global_pool", "init_values"),
          Set.of(
              "patch_size",
              "in_chans",
              "num_classes",
              "embed_dim",
              "depth",
              "qkv_bias",
              "mlp_ratio",
              "use_abs_pos_emb",
              "use_rel_pos_bias",
              "use_shared_rel_pos_bias",
              "use_fc_norm",
              "head_init_scale",
              "pos_drop_rate",
              "proj_drop_rate",
              "attn_drop_rate"),
          Map.of());

  /** Checks the arguments of timm's {@code Eva}. */
  private static final TimmArguments EVA_ARGUMENTS =
      new TimmArguments(
          List.of(
              "img_size",
              "num_heads",
              "global_pool",
              "init_values",
              "use_rot_pos_emb",
              "ref_feat_shape"),
          Set.of(
              "patch_size",
              "in_chans",
              "num_classes",
              "embed_dim",
              "depth",
              "qkv_bias",
              "qkv_fused",
              "mlp_ratio",
              "swiglu_mlp",
              "scale_mlp",
              "scale_attn_inner",
              "use_abs_pos_emb",
              "use_fc_norm",
              "use_post_transformer_norm",
              "class_token",
              "head_init_scale",
              "dynamic_img_size",
              "pos_drop_rate",
              "patch_drop_rate",
              "proj_drop_rate",
              "attn_drop_rate"),
          Map.of(
              "rope_type", "cat",
              "attn_type", "eva",
              "rope_grid_indexing", "ij",
              "rope_grid_offset", "0.0",
              "rope_temperature", "10000.0"));

  private BeitInterop() {}

  @Override
  public Map<String, String> timmTags() {
    String twice = "in22k_ft_in22k_in1k";
    String once = "mim_in22k_ft_in1k";
    return Map.ofEntries(
        Map.entry("beit_base_patch16_224", twice),
        Map.entry("beit_base_patch16_384", twice),
        Map.entry("beit_large_patch16_224", twice),
        Map.entry("beit_large_patch16_384", twice),
        Map.entry("beit_large_patch16_512", twice),
        Map.entry("beitv2_base_patch16_224", "in1k_ft_in22k_in1k"),
        Map.entry("beitv2_large_patch16_224", "in1k_ft_in22k_in1k"),
        Map.entry("eva02_tiny_patch14_224", "mim_in22k"),
        Map.entry("eva02_small_patch14_224", "mim_in22k"),
        Map.entry("eva02_base_patch14_224", "mim_in22k"),
        Map.entry("eva02_large_patch14_224", "mim_in22k"),
        Map.entry("eva02_tiny_patch14_336", once),
        Map.entry("eva02_small_patch14_336", once),
        Map.entry("eva02_base_patch14_448", "mim_in22k_ft_in22k_in1k"),
        Map.entry("eva02_large_patch14_448", "mim_in22k_ft_in22k_in1k"));
  }

  @Override
  public List<NameTable> tables() {
    return List.of(BeitTables.TIMM, BeitTables.HUGGING_FACE);
  }

  @Override
  public Set<String> tellable() {
    return Set.of(
        "img_size",
        "num_heads",
        "norm_eps",
        "global_pool",
        "act",
        "use_rot_pos_emb",
        "ref_feat_shape");
  }

  @Override
  public Map<String, Object> configured(Origin library, Map<String, Object> config) {
    return switch (library) {
      case TIMM -> byTimm(config);
      case HUGGING_FACE -> byHuggingFace(config);
      default -> Map.of();
    };
  }

  private static Map<String, Object> byTimm(Map<String, Object> config) {
    String name = String.valueOf(config.get("architecture"));
    if (name.startsWith("vit_") || name.startsWith("eva02_enormous")) { // with the same tensors
      throw new IllegalArgumentException(
          "%s is not supported: it has the tensors of an EVA, but other positions or norms"
              .formatted(name));
    }
    Map<String, Object> args = new LinkedHashMap<>(BeitFamily.variantOf(name));
    args.keySet().retainAll(Set.of("init_values", "ref_feat_shape"));
    boolean eva = name.startsWith("eva");
    args.put("use_rot_pos_emb", name.startsWith("eva02"));
    if (name.startsWith("eva02")) {
      args.putIfAbsent("ref_feat_shape", BeitFamily.PRETRAINED_GRID); // also of its image towers
    }
    args.put("norm_eps", Origin.TIMM.normEps());
    args.put("act", "gelu");
    Map<String, Object> told = TimmArguments.in(config);
    args.putAll((eva ? EVA_ARGUMENTS : BEIT_ARGUMENTS).of(told));
    if (told.containsKey("ref_feat_shape") && told.get("ref_feat_shape") == null) {
      args.remove("ref_feat_shape"); // positions are not scaled
    }
    if (config.get("global_pool") instanceof String pool && !pool.isEmpty()) {
      args.putIfAbsent("global_pool", pool);
    }
    return args;
  }

  private static Map<String, Object> byHuggingFace(Map<String, Object> config) {
    Map<String, Object> args = new LinkedHashMap<>();
    args.put("act", activation(config.getOrDefault("hidden_act", "gelu")));
    args.put("norm_eps", config.getOrDefault("layer_norm_eps", HUGGING_FACE_EPS));
    args.put("num_heads", config.getOrDefault("num_attention_heads", 12));
    args.put("img_size", config.getOrDefault("image_size", 224));
    args.put("global_pool", Boolean.FALSE.equals(config.get("use_mean_pooling")) ? "token" : "avg");
    return args;
  }

  private static String activation(Object name) {
    String act =
        switch (String.valueOf(name)) {
          case "gelu_new", "gelu_pytorch_tanh", "gelu_fast" -> "gelu_tanh";
          default -> String.valueOf(name);
        };
    return Activation.named(act).toString();
  }

  @Override
  public Map<String, Object> argsOf(ForeignTensors weights) {
    return BeitArguments.of(weights);
  }

  /** timm's: EVA-02 has CLIP's normalization, and large images are not cropped. */
  @Override
  public ImageDefaults images(NameTable table, Model model) {
    ImageDefaults usual = table.origin().images(model);
    BeitConfig c = ((Beit) model).config();
    if (table.origin() != Origin.TIMM || model.channels() != RGB) {
      return usual;
    }
    ImageDefaults normalized =
        c.eva().useRotPosEmb() ? usual.withNormalization(Origin.CLIP_MEAN, Origin.CLIP_STD) : usual;
    return model.height() >= LARGE ? normalized.withCrop(1) : normalized;
  }

  @Override
  public Optional<String> whyNot(Origin library, Model model) {
    BeitConfig c = ((Beit) model).config();
    return switch (library) {
      case TIMM -> c.act() == Activation.GELU ? Optional.empty() : Optional.of("its BEiT has GELU");
      case HUGGING_FACE -> whyNotTransformers(c);
      default -> Optional.of("it has no BEiT");
    };
  }

  private static Optional<String> whyNotTransformers(BeitConfig c) {
    if (!c.eva().isNone()) {
      return Optional.of("it has no EVA-02");
    }
    if (c.readsMean() != c.useFcNorm() || !c.qkvBias()) {
      return Optional.of(
          "its BEiT has biases, and a norm after the mean or before the class token");
    }
    return c.patchSize()[0] != c.patchSize()[1] || c.imgSize()[0] != c.imgSize()[1]
        ? Optional.of("its BEiT has square patches and images")
        : Optional.empty();
  }

  @Override
  public Map<String, Tensor> exported(Origin library, Model model) {
    return library == Origin.HUGGING_FACE
        ? BeitTables.HUGGING_FACE.rename(model.state(), model.numClasses() > 0 ? "beit." : "")
        : model.state();
  }

  @Override
  public Optional<TransformersModel> transformers(Model model) {
    BeitConfig c = ((Beit) model).config();
    Map<String, Object> config = new LinkedHashMap<>();
    config.put(
        "architectures", List.of(c.numClasses() > 0 ? "BeitForImageClassification" : "BeitModel"));
    config.put("model_type", "beit");
    config.put("hidden_size", c.embedDim());
    config.put("num_hidden_layers", c.depth());
    config.put("num_attention_heads", c.numHeads());
    config.put("intermediate_size", c.hiddenDim());
    config.put("hidden_act", c.act().toString());
    config.put("layer_norm_eps", c.normEps());
    config.put("image_size", c.imgSize()[0]);
    config.put("patch_size", c.patchSize()[0]);
    config.put("num_channels", c.inChans());
    config.put("use_mask_token", false);
    config.put("use_absolute_position_embeddings", c.useAbsPosEmb());
    config.put("use_relative_position_bias", c.useRelPosBias());
    config.put("use_shared_relative_position_bias", c.useSharedRelPosBias());
    config.put("use_mean_pooling", c.readsMean());
    Double scale = c.initValues();
    config.put("layer_scale_init_value", scale == null ? 0.0 : scale);
    config.put("drop_path_rate", c.dropPathRate());
    config.put("hidden_dropout_prob", c.projDropRate());
    config.put("attention_probs_dropout_prob", c.attnDropRate());
    config.put("dtype", "float32");
    return Optional.of(new TransformersModel("Beit", config));
  }

  @Override
  public List<String> remarks(Origin library, Model model) {
    double eps = ((Beit) model).config().normEps();
    return library != Origin.TIMM || eps == Origin.TIMM.normEps()
        ? List.of()
        : List.of(
            "The model's norms have eps %s, those of timm 1e-06: logits differ by about as much"
                .formatted(eps));
  }
}
