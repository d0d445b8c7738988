package dev.vit4j.model.vit;

import dev.vit4j.model.Family;
import dev.vit4j.model.Model;
import dev.vit4j.model.Segments;
import dev.vit4j.model.TimmConfig;
import dev.vit4j.nn.Conv2d;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.Trace;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A ViT with a linear decoder (Segmenter, Strudel et al. 2021, arXiv 2105.05633, its linear form):
 * each token gets one score per class, and the grid of scores is resized to the image bilinearly.
 * Parameters are {@code backbone.*}, with the names of {@link Vit}, and {@code classifier.*}. Names
 * for {@link Trace}: those of {@link Vit}, {@code feature_map}, {@code grid_logits}, {@code
 * logits}.
 */
public final class VitSegmenter extends Model implements Segments {
  /** The family of these models. */
  public static final Family FAMILY = new VitSegmenterFamily();

  private final Vit backbone;
  private final Conv2d classifier; // [D -> K], 1 x 1

  /**
   * Creates a model with random weights.
   *
   * @param config configuration of the ViT; {@code numClasses} is the number of classes per pixel,
   *     at least 1
   */
  public VitSegmenter(String name, VitConfig config, Init init) {
    super(name, config);
    if (config.numClasses() < 1 || config.distilled()) {
      throw new IllegalArgumentException(
          name + ": segmentation needs num_classes above 0 and a ViT that is not distilled");
    }
    Map<String, Object> args = new LinkedHashMap<>(config.toMap());
    args.put("num_classes", 0);
    this.backbone = child("backbone", new Vit(name, VitConfig.of(name, args), init));
    this.classifier =
        child("classifier", Conv2d.pointwise(init, config.embedDim(), config.numClasses()));
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
  public Vit backbone() {
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

  @Override
  public Set<String> noWeightDecay() {
    return backbone.noWeightDecay().stream().map(n -> "backbone." + n).collect(Collectors.toSet());
  }

  /** timm has no such model, so name and arguments are ours. */
  @Override
  public TimmConfig timmConfig() {
    return new TimmConfig(
        name(),
        args(),
        backbone.mapChannels(),
        "",
        "backbone.patch_embed.proj",
        "classifier",
        true);
  }
}
