package dev.vit4j.model.resnet;

import dev.vit4j.model.Family;
import dev.vit4j.model.Model;
import dev.vit4j.nn.Init;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The fully convolutional ResNet's entry in the catalogue. */
final class ResNetFcnFamily implements Family {
  private static final Map<String, Map<String, Object>> VARIANTS = new LinkedHashMap<>();

  static {
    for (String backbone : List.of("resnet18", "resnet34", "resnet50", "resnet18_cifar")) {
      Map<String, Object> args = new LinkedHashMap<>(ResNet.FAMILY.variants().get(backbone));
      args.put("num_classes", 21);
      VARIANTS.put("fcn_" + backbone, args);
    }
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
  public boolean takesAnySize() {
    return true;
  }
}
