package dev.vit4j.model.vit;

import static java.util.Collections.nCopies;

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
import org.jspecify.annotations.Nullable;

/** ViT and DeiT in timm, torchvision, Hugging Face's transformers and Google's code. */
final class VitInterop implements Interop {
  static final VitInterop VIT = new VitInterop();

  private static final int RGB = 3;
  private static final int DINOV2_PATCH = 14; // pixels
  private static final int LARGE = 384; // pixels; timm's models of this size do not crop
  private static final Set<Integer> IJEPA_DIMS = Set.of(1280, 1408);

  /** Of transformers' {@code BitImageProcessor} as published with DINOv2: 224 of 256 pixels. */
  private static final ImageDefaults DINOV2_OF_TRANSFORMERS =
      new ImageDefaults("bicubic", 0.875, "center", Origin.IMAGENET_MEAN, Origin.IMAGENET_STD);

  private static final ImageDefaults CLIP_OF_TRANSFORMERS =
      new ImageDefaults("bicubic", 1, "center", Origin.CLIP_MEAN, Origin.CLIP_STD);

  private static final ImageDefaults SIGLIP_OF_TRANSFORMERS =
      new ImageDefaults("bicubic", 1, "squash", nCopies(RGB, 0.5), nCopies(RGB, 0.5));

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
    return VitVariants.tags();
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

  /** timm's for DeiT, DeiT III, DINOv2, CLIP and I-JEPA, recognized by their parts. */
  @Override
  public ImageDefaults images(NameTable table, Model model) {
    ImageDefaults usual = table.origin().images(model);
    VitConfig c = ((Vit) model).config();
    if (model.channels() != RGB) {
      return usual;
    }
    if (table.equals(VitTables.TOWER)) {
      return c.preNorm() ? CLIP_OF_TRANSFORMERS : SIGLIP_OF_TRANSFORMERS;
    }
    if (table.equals(VitTables.DINOV2)) {
      return DINOV2_OF_TRANSFORMERS;
    }
    if (c.preNorm()) {
      return usual.withCrop(1).withNormalization(Origin.CLIP_MEAN, Origin.CLIP_STD);
    }
    boolean scaled = table.equals(VitTables.TIMM) && c.initValues() != null && c.classToken();
    boolean large =
        c.patchSize()[0] == DINOV2_PATCH || Math.max(c.imgSize()[0], c.imgSize()[1]) >= LARGE;
    ImageDefaults cropped = scaled && large ? usual.withCrop(1) : usual;
    return scaled || c.distilled() || isIjepa(c)
        ? cropped.withNormalization(Origin.IMAGENET_MEAN, Origin.IMAGENET_STD)
        : cropped;
  }

  /**
   * Whether a model has the parts and a width of I-JEPA's, which are published under these names.
   */
  private static boolean isIjepa(VitConfig c) {
    boolean plain = !c.classToken() && c.regTokens() == 0 && c.globalPool().equals("avg");
    boolean features = c.numClasses() == 0 && !c.fcNorm() && c.initValues() == null;
    return plain && features && IJEPA_DIMS.contains(c.embedDim());
  }

  @Override
  public Optional<String> whyNot(Origin library, Model model) {
    Vit vit = (Vit) model;
    VitConfig c = vit.config();
    return Optional.ofNullable(
        switch (library) {
          case TORCHVISION -> whyNotTorchvision(c);
          case HUGGING_FACE -> VitTransformers.whyNot(c);
          case OPEN_CLIP -> "it has models of images and texts only";
          case TIMM ->
              vit.hasTimmsHead()
                  ? null
                  : "its ViT has one linear layer that reads one vector as its head";
          case JAX -> null;
        });
  }

  private static @Nullable String whyNotTorchvision(VitConfig c) {
    if (c.imgSize()[0] != c.imgSize()[1]) {
      return "its ViT takes square images only";
    }
    if (c.inChans() != RGB || c.numClasses() == 0 || c.act() != Activation.GELU) {
      return "its ViT takes images of 3 channels and has GELU and a head";
    }
    if (c.distilled() || !c.qkvBias()) {
      return "its ViT has one head and biases of q, k and v";
    }
    if (!c.globalPool().equals("token")) {
      return "its ViT reads a class token after a norm over all tokens";
    }
    if (c.regTokens() > 0 || c.initValues() != null || c.gated()) {
      return "its ViT has neither register tokens nor LayerScale nor gates in its MLP";
    }
    return VitTransformers.whyNot(withoutLayerBeforeHead(c));
  }

  /** torchvision's ViT is transformers' with a layer before the head, if there is one. */
  private static VitConfig withoutLayerBeforeHead(VitConfig c) {
    Map<String, Object> args = new LinkedHashMap<>(c.toMap());
    args.remove("representation_size");
    return VitConfig.of("vit", args);
  }

  @Override
  public Map<String, Tensor> exported(Origin library, Model model) {
    return switch (library) {
      case TORCHVISION -> VitTables.TORCHVISION.rename(model.state(), "");
      case HUGGING_FACE -> VitTransformers.exported(((Vit) model).config(), model.state());
      default -> model.state();
    };
  }

  @Override
  public Optional<TransformersModel> transformers(Model model) {
    return Optional.of(VitTransformers.model(((Vit) model).config()));
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
