package dev.vit4j.model.resnet;

import dev.vit4j.model.Family;
import dev.vit4j.model.Model;
import dev.vit4j.model.OnnxLayers;
import dev.vit4j.nn.Init;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The fully convolutional ResNet family. */
final class ResNetFcnFamily implements Family {
  private static final Map<String, Map<String, Object>> VARIANTS = new LinkedHashMap<>();

  /** Dilation as in torchvision's FCNs: a cell of the feature map has 8 pixels instead of 32. */
  private static final List<Boolean> DILATED = List.of(false, true, true);

  static {
    fcn("resnet18", List.of());
    fcn("resnet34", List.of());
    fcn("resnet50", DILATED);
    fcn("resnet101", DILATED);
    fcn("resnet18_cifar", List.of());
  }

  private static void fcn(String backbone, List<Boolean> dilated) {
    Map<String, Object> args = new LinkedHashMap<>(ResNet.FAMILY.variants().get(backbone));
    args.put("num_classes", 21);
    if (!dilated.isEmpty()) {
      args.put("replace_stride_with_dilation", dilated);
    }
    VARIANTS.put("fcn_" + backbone, args);
  }

  @Override
  public String name() {
    return "fcn";
  }

  @Override
  public String title() {
    return "Fully Convolutional Network";
  }

  @Override
  public Map<String, Map<String, Object>> variants() {
    return VARIANTS;
  }

  @Override
  public ResNetConfig config(String model, Map<String, ?> args) {
    return ResNetConfig.of(model, args);
  }

  @Override
  public Model create(String model, Map<String, ?> args, Init init) {
    return new ResNetFcn(model, config(model, args), init);
  }

  @Override
  public String onnx(Model model, OnnxLayers layers, String pixels) {
    ResNetFcn m = (ResNetFcn) model;
    ResNetOnnx backbone = new ResNetOnnx(layers.child("backbone"), m.backbone().config());
    OnnxLayers head = layers.child("classifier");
    String y = head.convolution(backbone.featureMap(pixels), "0", 1, 1, 1);
    y = layers.graph().op("Relu", head.batchNorm(y, "1"));
    String grid = head.convolution(y, "4", 1, 0, 1);
    return layers.resizeBilinear(grid, pixels, m.numClasses(), m.height(), m.width());
  }

  @Override
  public boolean takesAnySize() {
    return true;
  }
}
