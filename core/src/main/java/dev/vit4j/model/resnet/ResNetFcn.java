package dev.vit4j.model.resnet;

import dev.vit4j.model.Family;
import dev.vit4j.model.Model;
import dev.vit4j.model.Segments;
import dev.vit4j.model.TimmConfig;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.Trace;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A ResNet with a fully convolutional head (Long et al. 2015, arXiv 1411.4038): class scores for
 * each cell of the last feature map, resized to the image bilinearly. Parameter names are those of
 * torchvision's {@code FCN}, {@code backbone.*} and {@code classifier.*}; {@code fcn_resnet50} and
 * {@code fcn_resnet101} are torchvision's models, with the same dilation. Images of any size are
 * accepted. Names for {@link Trace}: those of {@link ResNet}, {@code feature_map}, {@code
 * grid_logits}, {@code logits}.
 */
public final class ResNetFcn extends Model implements Segments {
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
    if (config.numClasses() < 1) {
      throw new IllegalArgumentException(name + ": segmentation needs num_classes above 0");
    }
    Map<String, Object> args = new LinkedHashMap<>(config.toMap());
    args.put("num_classes", 0);
    this.backbone = child("backbone", new ResNet(name, ResNetConfig.of(name, args), init));
    int channels = backbone.mapChannels();
    this.classifier = child("classifier", new FcnHead(init, channels, config.numClasses(), 0.1));
  }

  /** [B, C, H, W] to logits [B, K, H, W]. */
  @Override
  protected Tensor forward(Tensor x) {
    Tensor map = backbone.featureMap(x); // [B, D, h, w]
    Trace.record("feature_map", map);
    Tensor grid = classifier.apply(map); // [B, K, h, w]
    Trace.record("grid_logits", grid);
    Tensor logits = Ops.resizeBilinear(grid, x.size(2), x.size(3));
    Trace.record("logits", logits);
    return logits;
  }

  @Override
  public ResNet backbone() {
    return backbone;
  }

  @Override
  public Family family() {
    return FAMILY;
  }

  @Override
  public List<String> classifier() {
    return List.of("classifier");
  }

  /** timm has no such model, so name and arguments are ours. */
  @Override
  public TimmConfig timmConfig() {
    return new TimmConfig(
        name(), args(), backbone.mapChannels(), "", "backbone.conv1", "classifier", false);
  }
}
