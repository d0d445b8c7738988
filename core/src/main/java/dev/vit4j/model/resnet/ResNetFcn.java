package dev.vit4j.model.resnet;

import dev.vit4j.model.Family;
import dev.vit4j.model.SegmentationModel;
import dev.vit4j.model.TimmConfig;
import dev.vit4j.nn.Init;
import dev.vit4j.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A ResNet with a fully convolutional head (Long et al. 2015, arXiv 1411.4038). Parameter names are
 * those of torchvision's {@code FCN}; {@code fcn_resnet50} and {@code fcn_resnet101} are
 * torchvision's models, with the same dilation. Images of any size are accepted.
 */
public final class ResNetFcn extends SegmentationModel {
  /** The family of these models. */
  public static final Family FAMILY = new ResNetFcnFamily();

  private final ResNet backbone;
  private final FcnHead classifier;

  /**
   * Creates a model with random weights.
   *
   * @param config configuration of the ResNet; {@code numClasses} is the number of classes per
   *     pixel, at least 1
   */
  public ResNetFcn(String name, ResNetConfig config, Init init) {
    super(name, config);
    Map<String, Object> args = new LinkedHashMap<>(config.toMap());
    args.put("num_classes", 0);
    this.backbone = child("backbone", new ResNet(name, ResNetConfig.of(name, args), init));
    int channels = backbone.mapChannels();
    this.classifier = child("classifier", new FcnHead(init, channels, config.numClasses(), 0.1));
  }

  @Override
  protected Tensor classify(Tensor map) {
    return classifier.apply(map);
  }

  @Override
  public ResNet backbone() {
    return backbone;
  }

  @Override
  public Family family() {
    return FAMILY;
  }

  /** timm has no such model, so name and arguments are ours. */
  @Override
  public TimmConfig timmConfig() {
    return new TimmConfig(
        name(), args(), backbone.mapChannels(), "", "backbone.conv1", "classifier", false);
  }
}
