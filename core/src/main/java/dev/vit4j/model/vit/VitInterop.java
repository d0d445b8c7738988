package dev.vit4j.model.vit;

import dev.vit4j.model.ForeignTensors;
import dev.vit4j.model.ImageDefaults;
import dev.vit4j.model.Interop;
import dev.vit4j.model.Model;
import dev.vit4j.model.NameTable;
import dev.vit4j.model.Origin;
import dev.vit4j.nn.Activation;
import dev.vit4j.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** ViT and DeiT in timm, torchvision, Hugging Face's transformers and Google's code. */
final class VitInterop implements Interop {
  static final VitInterop VIT = new VitInterop();

  private static final int RGB = 3;

  private static final String AUGREG = "augreg_in21k_ft_in1k";
  private static final String AUGREG2 = "augreg2_in21k_ft_in1k";
  private static final String DEIT = "fb_in1k";

  private static final Map<String, String> TIMM_TAGS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("vit_tiny_patch16_224", AUGREG),
              Map.entry("vit_tiny_patch16_384", AUGREG),
              Map.entry("vit_small_patch32_224", AUGREG),
              Map.entry("vit_small_patch16_224", AUGREG),
              Map.entry("vit_small_patch16_384", AUGREG),
              Map.entry("vit_base_patch32_224", AUGREG),
              Map.entry("vit_base_patch16_224", AUGREG2),
              Map.entry("vit_base_patch16_384", AUGREG),
              Map.entry("vit_base_patch8_224", AUGREG2),
              Map.entry("vit_large_patch32_384", "orig_in21k_ft_in1k"),
              Map.entry("vit_large_patch16_224", AUGREG),
              Map.entry("vit_large_patch16_384", AUGREG),
              Map.entry("vit_huge_patch14_224", "orig_in21k"),
              Map.entry("deit_tiny_patch16_224", DEIT),
              Map.entry("deit_tiny_distilled_patch16_224", DEIT),
              Map.entry("deit_small_patch16_224", DEIT),
              Map.entry("deit_small_distilled_patch16_224", DEIT),
              Map.entry("deit_base_patch16_224", DEIT),
              Map.entry("deit_base_distilled_patch16_224", DEIT)));

  private static final String V1 = "IMAGENET1K_V1";
  private static final String SWAG = "IMAGENET1K_SWAG_E2E_V1";
  private static final String SWAG_LINEAR = "IMAGENET1K_SWAG_LINEAR_V1";

  private static final List<TorchvisionFile> TORCHVISION_FILES =
      List.of(
          new TorchvisionFile("vit_b_16", V1, "vit_b_16-c867db91.pth"),
          new TorchvisionFile("vit_b_16", SWAG, "vit_b_16_swag-9ac1b537.pth"),
          new TorchvisionFile("vit_b_16", SWAG_LINEAR, "vit_b_16_lc_swag-4e70ced5.pth"),
          new TorchvisionFile("vit_b_32", V1, "vit_b_32-d86f8d99.pth"),
          new TorchvisionFile("vit_l_16", V1, "vit_l_16-852ce7e3.pth"),
          new TorchvisionFile("vit_l_16", SWAG, "vit_l_16_swag-4f3808c9.pth"),
          new TorchvisionFile("vit_l_16", SWAG_LINEAR, "vit_l_16_lc_swag-4d563306.pth"),
          new TorchvisionFile("vit_l_32", V1, "vit_l_32-c7638314.pth"),
          new TorchvisionFile("vit_h_14", SWAG, "vit_h_14_swag-80465313.pth"),
          new TorchvisionFile("vit_h_14", SWAG_LINEAR, "vit_h_14_lc_swag-c1eb923e.pth"));

  private VitInterop() {}

  @Override
  public Map<String, String> timmTags() {
    return TIMM_TAGS;
  }

  @Override
  public List<TorchvisionFile> torchvisionFiles() {
    return TORCHVISION_FILES;
  }

  @Override
  public List<NameTable> tables() {
    return VitTables.ALL;
  }

  @Override
  public Set<String> tellable() {
    return Set.of("num_heads", "img_size", "norm_eps", "act", "global_pool");
  }

  @Override
  public Map<String, Object> configured(Origin library, Map<String, Object> config) {
    return switch (library) {
      case TIMM -> VitConfigured.byTimm(config);
      case HUGGING_FACE -> VitConfigured.byHuggingFace(config);
      case TORCHVISION -> VitConfigured.byTorchvision(config);
      case JAX, OPEN_CLIP -> Map.of();
    };
  }

  @Override
  public Map<String, Object> argsOf(ForeignTensors weights) {
    return VitArguments.of(weights);
  }

  /** DeiT's images are normalized with ImageNet's mean and standard deviation. */
  @Override
  public ImageDefaults images(NameTable table, Model model) {
    ImageDefaults usual = table.origin().images(model);
    return model.channels() == RGB && ((Vit) model).config().distilled()
        ? usual.withNormalization(Origin.IMAGENET_MEAN, Origin.IMAGENET_STD)
        : usual;
  }

  @Override
  public Optional<String> whyNot(Origin library, Model model) {
    VitConfig c = ((Vit) model).config();
    return Optional.ofNullable(
        switch (library) {
          case TORCHVISION -> whyNotTorchvision(c);
          case HUGGING_FACE -> whyNotTransformers(c);
          case OPEN_CLIP -> "it has models of images and texts only";
          case TIMM, JAX -> null;
        });
  }

  private static @Nullable String whyNotTorchvision(VitConfig c) {
    if (c.imgSize()[0] != c.imgSize()[1]) {
      return "its ViT takes square images only";
    }
    if (c.inChans() != RGB || c.numClasses() == 0 || c.act() != Activation.GELU) {
      return "its ViT takes images of 3 channels and has GELU and a head";
    }
    return c.distilled() || !c.qkvBias()
        ? "its ViT has one head and biases of q, k and v"
        : whyNotTransformers(c);
  }

  /**
   * The reason why transformers' and torchvision's ViT cannot represent a model; null if they can.
   */
  private static @Nullable String whyNotTransformers(VitConfig c) {
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

  @Override
  public Map<String, Tensor> exported(Origin library, Model model) {
    Map<String, Tensor> ours = model.state();
    if (library == Origin.TORCHVISION) {
      return VitTables.TORCHVISION.rename(ours, "");
    }
    if (library != Origin.HUGGING_FACE) {
      return ours;
    }
    boolean deit = ((Vit) model).config().distilled();
    Map<String, Tensor> theirs = new LinkedHashMap<>();
    VitTables.HUGGING_FACE
        .rename(ours, deit ? "deit." : "vit.")
        .forEach(
            (name, t) ->
                theirs.put(deit && name.startsWith("classifier.") ? "cls_" + name : name, t));
    return theirs;
  }

  @Override
  public Optional<TransformersModel> transformers(Model model) {
    VitConfig c = ((Vit) model).config();
    String kind = c.distilled() ? "DeiT" : "ViT";
    String task =
        c.numClasses() == 0
            ? "Model"
            : c.distilled() ? "ForImageClassificationWithTeacher" : "ForImageClassification";
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("architectures", List.of(kind + task));
    config.put("model_type", c.distilled() ? "deit" : "vit");
    config.put("hidden_size", c.embedDim());
    config.put("num_hidden_layers", c.depth());
    config.put("num_attention_heads", c.numHeads());
    config.put("intermediate_size", c.hiddenDim());
    config.put("hidden_act", c.act().toString());
    config.put("layer_norm_eps", c.normEps());
    config.put("qkv_bias", c.qkvBias());
    int[] size = c.imgSize();
    config.put("image_size", size[0] == size[1] ? (Object) size[0] : List.of(size[0], size[1]));
    config.put("patch_size", c.patchSize()[0]);
    config.put("num_channels", c.inChans());
    config.put("hidden_dropout_prob", c.projDropRate());
    config.put("attention_probs_dropout_prob", c.attnDropRate());
    config.put("dtype", "float32");
    return Optional.of(new TransformersModel(kind, config));
  }

  @Override
  public List<String> remarks(Origin library, Model model) {
    Vit vit = (Vit) model;
    return library == Origin.HUGGING_FACE || vit.hasTimmsEps()
        ? List.of()
        : List.of(
            String.format(
                Locale.ROOT,
                "The model's norms have eps %.0e, those of %s 1e-06: logits differ by about as much",
                vit.config().normEps(),
                library.toString().toLowerCase(Locale.ROOT)));
  }
}
