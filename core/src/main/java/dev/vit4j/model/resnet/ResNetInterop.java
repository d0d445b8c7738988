package dev.vit4j.model.resnet;

import dev.vit4j.model.ForeignTensors;
import dev.vit4j.model.ImageDefaults;
import dev.vit4j.model.Interop;
import dev.vit4j.model.Model;
import dev.vit4j.model.NameTable;
import dev.vit4j.model.Origin;
import dev.vit4j.model.TimmArguments;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** ResNets in torchvision, timm and well-known repositories for CIFAR. */
final class ResNetInterop implements Interop {
  static final ResNetInterop RESNET = new ResNetInterop();

  private static final int RGB = 3;
  private static final int CIFAR_STAGES = 3; // the ResNet paper's section 4.2

  private static final Map<String, String> TIMM_TAGS =
      Map.of(
          "resnet18", "a1_in1k",
          "resnet34", "a1_in1k",
          "resnet50", "a1_in1k",
          "resnet101", "a1h_in1k",
          "resnet152", "a1h_in1k");

  private static final String V1 = "IMAGENET1K_V1";
  private static final String V2 = "IMAGENET1K_V2";

  private static final List<TorchvisionFile> TORCHVISION_FILES =
      List.of(
          new TorchvisionFile("resnet18", V1, "resnet18-f37072fd.pth"),
          new TorchvisionFile("resnet34", V1, "resnet34-b627a593.pth"),
          new TorchvisionFile("resnet50", V2, "resnet50-11ad3fa6.pth"),
          new TorchvisionFile("resnet50", V1, "resnet50-0676ba61.pth"),
          new TorchvisionFile("resnet101", V2, "resnet101-cd907fc2.pth"),
          new TorchvisionFile("resnet101", V1, "resnet101-63fe2227.pth"),
          new TorchvisionFile("resnet152", V2, "resnet152-f82ba261.pth"),
          new TorchvisionFile("resnet152", V1, "resnet152-394f9c45.pth"));

  /** torchvision's, timm's and chenyaofo's names, which are also ours. */
  static final NameTable TORCHVISION =
      NameTable.of(
          "torchvision",
          Origin.TORCHVISION,
          "",
          "conv1.weight",
          """
          conv1.*                   conv1.*
          bn1.*                     bn1.*
          layer#.#.conv#.*          layer#.#.conv#.*
          layer#.#.bn#.*            layer#.#.bn#.*
          layer#.#.downsample.#.*   layer#.#.downsample.#.*
          fc.*                      fc.*
          """);

  /**
   * akamaster's and kuangliu's ResNets for CIFAR; akamaster's use shortcut A, which has no tensors.
   */
  static final NameTable AKAMASTER =
      NameTable.of(
          "akamaster",
          Origin.TORCHVISION,
          "",
          "conv1.weight",
          """
          conv1.*                   conv1.*
          bn1.*                     bn1.*
          layer#.#.conv#.*          layer#.#.conv#.*
          layer#.#.bn#.*            layer#.#.bn#.*
          layer#.#.shortcut.#.*     layer#.#.downsample.#.*
          linear.*                  fc.*
          """);

  /** Checks timm's arguments. */
  static final TimmArguments TIMM =
      new TimmArguments(
          List.of("img_size", "in_chans", "num_classes"),
          Set.of(
              "drop_block_rate",
              "zero_init_last",
              "block",
              "layers",
              "channels",
              "stem_width",
              "base_width",
              "cardinality",
              "block_reduce_first",
              // our arguments, which timm's config keeps
              "width",
              "stem",
              "stem_pool",
              "shortcut",
              "residual",
              "replace_stride_with_dilation"),
          Map.of(
              "global_pool", "avg",
              "act_layer", "relu",
              "output_stride", "32",
              "down_kernel_size", "1"));

  private ResNetInterop() {}

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
    return List.of(TORCHVISION, AKAMASTER);
  }

  @Override
  public Set<String> tellable() {
    return Set.of("img_size", "stem_pool");
  }

  @Override
  public Map<String, Object> configured(Origin library, Map<String, Object> config) {
    if (library != Origin.TIMM) {
      return Map.of();
    }
    Object pool = config.get("global_pool");
    if (pool != null && !pool.equals("avg")) {
      throw new IllegalArgumentException(
          "global_pool is %s: only avg is supported".formatted(pool));
    }
    return TIMM.of(TimmArguments.in(config));
  }

  @Override
  public Map<String, Object> argsOf(ForeignTensors weights) {
    return ResNetArguments.of(weights);
  }

  /** With torchvision's names, models of three stages are chenyaofo's for CIFAR. */
  @Override
  public ImageDefaults images(NameTable table, Model model) {
    boolean cifar =
        table.equals(TORCHVISION) && ((ResNet) model).config().layers().size() == CIFAR_STAGES;
    if (!cifar || model.channels() != RGB) {
      return table.origin().images(model);
    }
    return model.numClasses() <= 10 ? ImageDefaults.CIFAR10 : ImageDefaults.CIFAR100;
  }

  /** Our names are torchvision's, so supported models are written unchanged. */
  @Override
  public Optional<String> whyNot(Origin library, Model model) {
    ResNetConfig c = ((ResNet) model).config();
    return switch (library) {
      case TIMM, JAX -> Optional.empty();
      case OPEN_CLIP -> Optional.of("it has models of images and texts only");
      case HUGGING_FACE -> Optional.of("only its ViT and DeiT are supported");
      case TORCHVISION ->
          c.shortcut().equals("B") && c.residual()
              ? Optional.empty()
              : Optional.of("its blocks have shortcuts by convolution only");
    };
  }
}
