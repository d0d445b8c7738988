package dev.vit4j.model.beit;

import dev.vit4j.model.ForeignTensors;
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

/** BEiT in timm, in Microsoft's code, which has the same names, and in transformers. */
final class BeitInterop implements Interop {
  static final BeitInterop BEIT = new BeitInterop();

  private static final double HUGGING_FACE_EPS = 1e-12;

  private static final NameTable TIMM =
      NameTable.of(
          "timm",
          Origin.TIMM,
          "",
          "patch_embed.proj.weight",
          """
          cls_token                                    cls_token
          mask_token                                   -
          pos_embed                                    pos_embed
          patch_embed.proj.*                           patch_embed.proj.*
          rel_pos_bias.relative_position_bias_table    rel_pos_bias.relative_position_bias_table
          rel_pos_bias.relative_position_index         -
          blocks.#.norm1.*                             blocks.#.norm1.*
          blocks.#.attn.q_bias                         blocks.#.attn.q_bias
          blocks.#.attn.k_bias                         -
          blocks.#.attn.v_bias                         blocks.#.attn.v_bias
          blocks.#.attn.qkv.weight                     blocks.#.attn.qkv.weight
          blocks.#.attn.relative_position_bias_table   blocks.#.attn.relative_position_bias_table
          blocks.#.attn.relative_position_index        -
          blocks.#.attn.proj.*                         blocks.#.attn.proj.*
          blocks.#.gamma_1                             blocks.#.gamma_1
          blocks.#.norm2.*                             blocks.#.norm2.*
          blocks.#.mlp.fc1.*                           blocks.#.mlp.fc1.*
          blocks.#.mlp.fc2.*                           blocks.#.mlp.fc2.*
          blocks.#.gamma_2                             blocks.#.gamma_2
          norm.*                                       norm.*
          fc_norm.*                                    fc_norm.*
          head.*                                       head.*
          """);

  /**
   * {@code BeitModel} and {@code BeitForImageClassification}; ~ is empty in the former. Files have
   * the first names, also in version 5, which uses the last ones in memory.
   */
  private static final NameTable HUGGING_FACE =
      NameTable.of(
          "Hugging Face",
          Origin.HUGGING_FACE,
          "beit.|",
          "embeddings.patch_embeddings.projection.weight",
          """
          ~embeddings.cls_token                            cls_token
          ~embeddings.mask_token                           -
          ~embeddings.position_embeddings                  pos_embed
          ~embeddings.patch_embeddings.projection.*        patch_embed.proj.*
          ~encoder.relative_position_bias.relative_position_bias_table rel_pos_bias.relative_position_bias_table
          ~encoder.relative_position_bias.relative_position_index -
          ~encoder.layer.#.layernorm_before.*              blocks.#.norm1.*
          ~encoder.layer.#.attention.attention.query.weight blocks.#.attn.qkv.weight q
          ~encoder.layer.#.attention.attention.key.weight  blocks.#.attn.qkv.weight k
          ~encoder.layer.#.attention.attention.value.weight blocks.#.attn.qkv.weight v
          ~encoder.layer.#.attention.attention.query.bias  blocks.#.attn.q_bias
          ~encoder.layer.#.attention.attention.value.bias  blocks.#.attn.v_bias
          ~encoder.layer.#.attention.attention.relative_position_bias.relative_position_bias_table blocks.#.attn.relative_position_bias_table
          ~encoder.layer.#.attention.attention.relative_position_bias.relative_position_index -
          ~encoder.layer.#.attention.output.dense.*        blocks.#.attn.proj.*
          ~encoder.layer.#.lambda_1                        blocks.#.gamma_1
          ~encoder.layer.#.layernorm_after.*               blocks.#.norm2.*
          ~encoder.layer.#.intermediate.dense.*            blocks.#.mlp.fc1.*
          ~encoder.layer.#.output.dense.*                  blocks.#.mlp.fc2.*
          ~encoder.layer.#.lambda_2                        blocks.#.gamma_2
          ~layernorm.*                                     norm.*
          ~pooler.layernorm.*                              fc_norm.*
          classifier.*                                     head.*
          ~shared_position_bias.relative_position_bias_table rel_pos_bias.relative_position_bias_table
          ~layers.#.layernorm_before.*                     blocks.#.norm1.*
          ~layers.#.attention.q_proj.weight                blocks.#.attn.qkv.weight q
          ~layers.#.attention.k_proj.weight                blocks.#.attn.qkv.weight k
          ~layers.#.attention.v_proj.weight                blocks.#.attn.qkv.weight v
          ~layers.#.attention.q_proj.bias                  blocks.#.attn.q_bias
          ~layers.#.attention.v_proj.bias                  blocks.#.attn.v_bias
          ~layers.#.relative_position_bias.relative_position_bias_table blocks.#.attn.relative_position_bias_table
          ~layers.#.attention.o_proj.*                     blocks.#.attn.proj.*
          ~layers.#.lambda_1                               blocks.#.gamma_1
          ~layers.#.layernorm_after.*                      blocks.#.norm2.*
          ~layers.#.mlp.fc1.*                              blocks.#.mlp.fc1.*
          ~layers.#.mlp.fc2.*                              blocks.#.mlp.fc2.*
          ~layers.#.lambda_2                               blocks.#.gamma_2
          """);

  /** Checks timm's arguments. */
  private static final TimmArguments TIMM_ARGUMENTS =
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

  private BeitInterop() {}

  @Override
  public Map<String, String> timmTags() {
    String twice = "in22k_ft_in22k_in1k";
    return Map.of(
        "beit_base_patch16_224", twice,
        "beit_base_patch16_384", twice,
        "beit_large_patch16_224", twice,
        "beit_large_patch16_384", twice,
        "beit_large_patch16_512", twice,
        "beitv2_base_patch16_224", "in1k_ft_in22k_in1k",
        "beitv2_large_patch16_224", "in1k_ft_in22k_in1k");
  }

  @Override
  public List<NameTable> tables() {
    return List.of(TIMM, HUGGING_FACE);
  }

  @Override
  public Set<String> tellable() {
    return Set.of("img_size", "num_heads", "norm_eps", "global_pool", "act");
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
    Map<String, Object> args =
        new LinkedHashMap<>(BeitFamily.variantOf(String.valueOf(config.get("architecture"))));
    args.keySet().retainAll(Set.of("init_values"));
    args.put("norm_eps", Origin.TIMM.normEps());
    args.put("act", "gelu");
    args.putAll(TIMM_ARGUMENTS.of(TimmArguments.in(config)));
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
        ? HUGGING_FACE.rename(model.state(), model.numClasses() > 0 ? "beit." : "")
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
