package dev.vit4j.model.resnet;

import dev.vit4j.model.Family;
import dev.vit4j.model.Inside;
import dev.vit4j.model.Interop;
import dev.vit4j.model.Model;
import dev.vit4j.model.OnnxLayers;
import dev.vit4j.nn.Init;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The residual network family. */
final class ResNetFamily implements Family {
  private static final Map<String, Map<String, Object>> VARIANTS = new LinkedHashMap<>();

  static {
    VARIANTS.put("resnet", Map.of());
    resnets("18", "basic", 2, 2, 2, 2);
    resnets("34", "basic", 3, 4, 6, 3);
    resnets("50", "bottleneck", 3, 4, 6, 3);
    resnets("101", "bottleneck", 3, 4, 23, 3);
    resnets("152", "bottleneck", 3, 8, 36, 3);
    resnext("resnext50_32x4d", 32, 4, 3, 4, 6, 3);
    resnext("resnext101_32x4d", 32, 4, 3, 4, 23, 3);
    resnext("resnext101_32x8d", 32, 8, 3, 4, 23, 3);
    resnext("resnext101_64x4d", 64, 4, 3, 4, 23, 3);
    resnext("wide_resnet50_2", 1, 128, 3, 4, 6, 3);
    resnext("wide_resnet101_2", 1, 128, 3, 4, 23, 3);
    for (String depth : List.of("18", "34", "50", "101", "152")) {
      Map<String, Object> args = new LinkedHashMap<>(VARIANTS.get("resnet" + depth));
      args.put("stem", "deep");
      args.put("avg_down", true);
      VARIANTS.put("resnet" + depth + "d", args);
    }
    Map<String, Object> narrow = new LinkedHashMap<>(VARIANTS.get("resnet18_cifar"));
    narrow.put("width", 32); // a quarter of the computation
    VARIANTS.put("resnet18_cifar_w32", narrow);
    for (int depth : new int[] {20, 32, 44, 56}) {
      int n = (depth - 2) / 6; // the paper's n: blocks of a stage
      cifar(Integer.toString(depth), "basic", 16, List.of(n, n, n));
    }
  }

  /** Adds torchvision's ResNet of this depth and its variants for CIFAR. */
  private static void resnets(String depth, String block, Integer... layers) {
    VARIANTS.put("resnet" + depth, Map.of("block", block, "layers", List.of(layers)));
    cifar(depth, block, 64, List.of(layers));
  }

  /** Adds a ResNeXt or a Wide ResNet, which is one with a single group. */
  private static void resnext(String name, int groups, int baseWidth, Integer... layers) {
    Map<String, Object> args = new LinkedHashMap<>();
    args.put("block", "bottleneck");
    args.put("layers", List.of(layers));
    if (groups > 1) {
      args.put("cardinality", groups);
    }
    args.put("base_width", baseWidth);
    VARIANTS.put(name, args);
  }

  /** timm's name of a ResNet for ImageNet with these sizes; empty if it has none. */
  static String named(ResNetConfig config) {
    Map<String, Object> shape = shape(config);
    return VARIANTS.keySet().stream()
        .filter(name -> !name.equals("resnet") && !name.contains("_cifar"))
        .filter(name -> shape(ResNetConfig.of(name, VARIANTS.get(name))).equals(shape))
        .findFirst()
        .orElse("");
  }

  private static Map<String, Object> shape(ResNetConfig config) {
    Map<String, Object> shape = config.toMap();
    shape
        .keySet()
        .removeAll(
            List.of("img_size", "in_chans", "num_classes", "drop_path_rate", "zero_init_last"));
    return shape;
  }

  /** Adds a ResNet with the CIFAR stem and 100 classes and, for basic blocks, its plain variant. */
  private static void cifar(String depth, String block, int width, List<Integer> layers) {
    Map<String, Object> args = new LinkedHashMap<>();
    args.put("num_classes", 100);
    args.put("block", block);
    args.put("layers", layers);
    args.put("width", width);
    args.put("stem", "cifar");
    VARIANTS.put("resnet" + depth + "_cifar", args);
    if (block.equals("basic")) {
      Map<String, Object> plain = new LinkedHashMap<>(args);
      plain.put("residual", false);
      VARIANTS.put("plainnet" + depth + "_cifar", plain);
    }
  }

  @Override
  public String name() {
    return "resnet";
  }

  @Override
  public String title() {
    return "ResNet";
  }

  @Override
  public Map<String, Map<String, Object>> variants() {
    return Collections.unmodifiableMap(VARIANTS);
  }

  @Override
  public ResNetConfig config(String model, Map<String, ?> args) {
    return ResNetConfig.of(model, args);
  }

  @Override
  public Model create(String model, Map<String, ?> args, Init init) {
    return new ResNet(model, config(model, args), init);
  }

  /** Stages are counted from 1. */
  @Override
  public Map<String, Object> cut(Model model, String layer) {
    ResNetConfig c = ((ResNet) model).config();
    int stages = Family.cutAfter(model, layer, "layer", 1, c.layers().size());
    Map<String, Object> args = new LinkedHashMap<>(c.toMap());
    args.put("num_classes", 0);
    args.put("layers", c.layers().subList(0, stages));
    args.computeIfPresent("channels", (key, all) -> c.kind().channels().subList(0, stages));
    args.computeIfPresent(
        "replace_stride_with_dilation",
        (key, dilated) -> c.replaceStrideWithDilation().subList(0, stages - 1));
    return args;
  }

  @Override
  public boolean takesAnySize() {
    return true;
  }

  @Override
  public String onnx(Model model, OnnxLayers layers, String pixels) {
    return new ResNetOnnx(layers, ((ResNet) model).config()).forward(pixels);
  }

  @Override
  public String onnxOfFeatureMap(Model model, OnnxLayers layers, String pixels) {
    return new ResNetOnnx(layers, ((ResNet) model).config()).featureMap(pixels);
  }

  @Override
  public Inside inside(Model model) {
    String last = "layer" + ((ResNet) model).config().layers().size();
    return new Inside("conv1", null, null, null, last);
  }

  @Override
  public Interop interop() {
    return ResNetInterop.RESNET;
  }
}
