package dev.vit4j.model.vit;

import dev.vit4j.model.Family;
import dev.vit4j.model.SegmentationModel;
import dev.vit4j.model.TimmConfig;
import dev.vit4j.nn.Conv2d;
import dev.vit4j.nn.Init;
import dev.vit4j.tensor.Tensor;

/**
 * A ViT with a linear decoder (Segmenter, Strudel et al. 2021, arXiv 2105.05633, its linear form):
 * each token gets one score per class. The backbone has the parameter names of {@link Vit}.
 */
public final class VitSegmenter extends SegmentationModel {
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
    if (config.distilled()) {
      throw new IllegalArgumentException(name + ": segmentation needs a ViT that is not distilled");
    }
    VitConfig tokens = VitConfig.of(name, config.withoutHead());
    this.backbone = child("backbone", new Vit(name, tokens, init));
    this.classifier =
        child("classifier", Conv2d.pointwise(init, config.embedDim(), config.numClasses()));
  }

  @Override
  protected Tensor classify(Tensor map) {
    return classifier.apply(map);
  }

  @Override
  public Vit backbone() {
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
        name(),
        args(),
        backbone.mapChannels(),
        "",
        "backbone.patch_embed.proj",
        "classifier",
        true);
  }
}
