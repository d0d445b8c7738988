package dev.vit4j.model;

import dev.vit4j.nn.Trace;
import dev.vit4j.tensor.ImageOps;
import dev.vit4j.tensor.Tensor;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A segmentation model that consists of a backbone and a classifier: class scores for each cell of
 * the backbone's feature map, resized to the image bilinearly. Parameters are {@code backbone.*}
 * and {@code classifier.*}. Names for {@link Trace}: those of the backbone, {@code feature_map},
 * {@code grid_logits}, {@code logits}.
 */
public abstract class SegmentationModel extends Model implements Segments {
  /**
   * Checks the number of classes.
   *
   * @throws IllegalArgumentException if it is 0
   */
  protected SegmentationModel(String name, ModelConfig config) {
    super(name, config);
    if (config.numClasses() < 1) {
      throw new IllegalArgumentException(name + ": segmentation needs num_classes above 0");
    }
  }

  /** Returns the backbone, which has {@link FeatureMaps}. */
  @Override
  public abstract Model backbone();

  /**
   * Computes the class scores of a feature map.
   *
   * @param map [B, D, h, w]
   * @return [B, K, h, w]
   */
  protected abstract Tensor classify(Tensor map);

  /** [B, C, H, W] to logits [B, K, H, W]. */
  @Override
  protected final Tensor forward(Tensor x) {
    Tensor map = backbone().as(FeatureMaps.class).featureMap(x); // [B, D, h, w]
    Trace.record("feature_map", map);
    Tensor grid = classify(map); // [B, K, h, w]
    Trace.record("grid_logits", grid);
    Tensor logits = ImageOps.resizeBilinear(grid, x.size(2), x.size(3));
    Trace.record("logits", logits);
    return logits;
  }

  @Override
  public final List<String> classifier() {
    return List.of("classifier");
  }

  @Override
  public final Set<String> noWeightDecay() {
    return backbone().noWeightDecay().stream()
        .map(name -> "backbone." + name)
        .collect(Collectors.toSet());
  }
}
