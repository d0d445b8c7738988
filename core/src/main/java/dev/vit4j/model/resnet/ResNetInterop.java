package dev.vit4j.model.resnet;

import dev.vit4j.model.ForeignTensors;
import dev.vit4j.model.ImageDefaults;
import dev.vit4j.model.Interop;
import dev.vit4j.model.Model;
import dev.vit4j.model.NameTable;
import dev.vit4j.model.Origin;
import dev.vit4j.model.TimmArguments;
import dev.vit4j.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** ResNets in torchvision, timm, transformers and well-known repositories for CIFAR. */
final class ResNetInterop implements Interop {
  static final ResNetInterop RESNET = new ResNetInterop();

  private static final int RGB = 3;

  /** timm's architectures whose tensors do not show that they blur before they halve. */
  private static final Pattern ANTI_ALIASED = Pattern.compile("resne[xt]*(aa|blur)");

  private static final int CIFAR_STAGES = 3; // the ResNet paper's section 4.2

  private static final Map<String, String> TIMM_TAGS =
      Map.ofEntries(
          Map.entry("resnet18", "a1_in1k"),
          Map.entry("resnet34", "a1_in1k"),
          Map.entry("resnet50", "a1_in1k"),
          Map.entry("resnet101", "a1h_in1k"),
          Map.entry("resnet152", "a1h_in1k"),
          Map.entry("resnet18d", "ra2_in1k"),
          Map.entry("resnet34d", "ra2_in1k"),
          Map.entry("resnet50d", "ra2_in1k"),
          Map.entry("resnet101d", "ra2_in1k"),
          Map.entry("resnet152d", "ra2_in1k"),
          Map.entry("resnext50_32x4d", "a1h_in1k"),
          Map.entry("resnext101_32x4d", "fb_ssl_yfcc100m_ft_in1k"),
          Map.entry("resnext101_32x8d", "tv_in1k"),
          Map.entry("resnext101_64x4d", "c1_in1k"),
          Map.entry("wide_resnet50_2", "racm_in1k"),
          Map.entry("wide_resnet101_2", "tv_in1k"));

  private static final String STRIDES =
      "its first stage keeps the size, and the stride is a bottleneck's 3x3 convolution's";

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
          new TorchvisionFile("resnet152", V1, "resnet152-394f9c45.pth"),
          new TorchvisionFile("resnext50_32x4d", V2, "resnext50_32x4d-1a0047aa.pth"),
          new TorchvisionFile("resnext50_32x4d", V1, "resnext50_32x4d-7cdf4587.pth"),
          new TorchvisionFile("resnext101_32x8d", V2, "resnext101_32x8d-110c445d.pth"),
          new TorchvisionFile("resnext101_32x8d", V1, "resnext101_32x8d-8ba56ff5.pth"),
          new TorchvisionFile("resnext101_64x4d", V1, "resnext101_64x4d-173b62eb.pth"),
          new TorchvisionFile("wide_resnet50_2", V2, "wide_resnet50_2-9ba9bcbe.pth"),
          new TorchvisionFile("wide_resnet50_2", V1, "wide_resnet50_2-95faca4d.pth"),
          new TorchvisionFile("wide_resnet101_2", V2, "wide_resnet101_2-d733dc28.pth"),
          new TorchvisionFile("wide_resnet101_2", V1, "wide_resnet101_2-32ee1156.pth"));

  private static final String OURS =
      """
      conv1.*                   conv1.*
      conv1.#.*                 conv1.#.*
      bn1.*                     bn1.*
      layer#.#.conv#.*          layer#.#.conv#.*
      layer#.#.bn#.*            layer#.#.bn#.*
      layer#.#.downsample.#.*   layer#.#.downsample.#.*
      fc.*                      fc.*
      """;

  /** torchvision's, timm's and chenyaofo's names, which are also ours. */
  static final NameTable TORCHVISION =
      NameTable.of("torchvision", Origin.TORCHVISION, "", "conv1.weight", OURS);

  /** timm's deep stems. */
  static final NameTable DEEP = NameTable.of("timm", Origin.TIMM, "", "conv1.0.weight", OURS);

  /**
   * transformers' {@code ResNetModel} and {@code ResNetForImageClassification}; ~ is empty in the
   * former. {@link ResNetLayers} counts its stages and convolutions from 1.
   */
  static final NameTable HUGGING_FACE =
      NameTable.of(
          "Hugging Face",
          Origin.HUGGING_FACE,
          "resnet.|",
          "embedder.embedder.convolution.weight",
          """
          ~embedder.embedder.convolution.*                      conv1.*
          ~embedder.embedder.normalization.*                    bn1.*
          ~encoder.stages.#.layers.#.layer.#.convolution.*      stages.#.#.conv#.*
          ~encoder.stages.#.layers.#.layer.#.normalization.*    stages.#.#.bn#.*
          ~encoder.stages.#.layers.#.shortcut.convolution.*     stages.#.#.downsample.0.*
          ~encoder.stages.#.layers.#.shortcut.normalization.*   stages.#.#.downsample.1.*
          classifier.1.*                                        fc.*
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
              "stem_type",
              "avg_down",
              "stem_channels",
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
    return List.of(TORCHVISION, AKAMASTER, DEEP, HUGGING_FACE);
  }

  @Override
  public Set<String> tellable() {
    return Set.of("img_size", "stem_pool", "downsample_in_bottleneck", "downsample_in_first_stage");
  }

  @Override
  public Map<String, Object> configured(Origin library, Map<String, Object> config) {
    if (library == Origin.HUGGING_FACE) {
      return ResNetLayers.configured(config);
    }
    if (library != Origin.TIMM) {
      return Map.of();
    }
    Matcher antiAliased = ANTI_ALIASED.matcher(String.valueOf(config.get("architecture")));
    if (antiAliased.find()) {
      throw new IllegalArgumentException(
          "architecture %s has anti-aliasing layers (aa_layer), which are not supported"
              .formatted(config.get("architecture")));
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

  private static boolean stridesElsewhere(ResNetConfig c) {
    return c.kind().downsampleInBottleneck() || c.kind().downsampleInFirstStage();
  }

  private static @Nullable String whyNotTorchvision(ResNetConfig c) {
    if (!c.shortcut().equals("B") || !c.residual()) {
      return "its blocks have shortcuts by convolution only";
    }
    if (stridesElsewhere(c)) {
      return STRIDES;
    }
    return c.deepStem() || c.kind().avgDown()
        ? "it has neither deep stems nor averaging shortcuts"
        : null;
  }

  @Override
  public Map<String, Tensor> exported(Origin library, Model model) {
    return library == Origin.HUGGING_FACE
        ? HUGGING_FACE.rename(
            ResNetLayers.fromZero(model.state()), model.numClasses() == 0 ? "" : "resnet.")
        : model.state();
  }

  @Override
  public Optional<TransformersModel> transformers(Model model) {
    return Optional.of(ResNetLayers.transformers(((ResNet) model).config()));
  }

  /** Our names are torchvision's, so supported models are written unchanged. */
  @Override
  public Optional<String> whyNot(Origin library, Model model) {
    ResNetConfig c = ((ResNet) model).config();
    return switch (library) {
      case TIMM -> stridesElsewhere(c) ? Optional.of(STRIDES) : Optional.empty();
      case JAX -> Optional.empty();
      case OPEN_CLIP -> Optional.of("it has models of images and texts only");
      case HUGGING_FACE -> Optional.ofNullable(ResNetLayers.whyNot(c));
      case TORCHVISION -> Optional.ofNullable(whyNotTorchvision(c));
    };
  }
}
