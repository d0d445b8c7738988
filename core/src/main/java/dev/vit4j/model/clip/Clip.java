package dev.vit4j.model.clip;

import dev.vit4j.head.HeadConfig;
import dev.vit4j.head.TakesHead;
import dev.vit4j.model.EncodesText;
import dev.vit4j.model.Family;
import dev.vit4j.model.Model;
import dev.vit4j.model.TimmConfig;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.Module;
import dev.vit4j.nn.Trace;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * CLIP (Radford et al. 2021, arXiv 2103.00020): an image tower and a text tower that map images and
 * their texts to similar vectors. Parameter names and values follow open_clip's {@code CLIP}. Names
 * for {@link Trace}: those of the towers, {@code features}.
 */
public final class Clip extends Model implements EncodesText, TakesHead {
  private static final double LN_100 = Math.log(100);

  private final ClipFamily family;
  private final ClipConfig config;
  private final Module visual;
  private final ClipText text;
  private final Tensor logitScale; // scalar, a logarithm
  private final @Nullable Tensor logitBias; // scalar

  /** Creates a model with random weights. */
  Clip(ClipFamily family, String name, ClipConfig config, Init init) {
    super(name, config);
    this.family = family;
    this.config = config;
    this.visual = child("visual", family.imageTower(name, config.vision(), init));
    this.text = child("", new ClipText(init, config.text()));
    this.logitScale = parameter("logit_scale", init.full(config.initLogitScale()));
    this.logitBias =
        config.logitBias() == null ? null : parameter("logit_bias", init.full(config.logitBias()));
  }

  /** Images [B, C, H, W] to vectors [B, E], not normalized. */
  @Override
  protected Tensor forward(Tensor x) {
    return features(x);
  }

  @Override
  public Tensor features(Tensor pixels) {
    checkInput(pixels);
    Tensor features = visual.apply(pixels); // [B, E]
    Trace.record("features", features);
    return features;
  }

  @Override
  public Tensor textFeatures(Tensor ids) {
    if (ids.dim() != 2 || ids.size(1) > contextLength()) {
      throw new IllegalArgumentException(
          "%s takes tokens [T, L] with L up to %d, not %s".formatted(name(), contextLength(), ids));
    }
    return text.apply(ids);
  }

  @Override
  public int[] readPositions(Tensor ids) {
    return text.positions(ids);
  }

  @Override
  public Tensor logitScale() {
    return logitScale.exp();
  }

  @Override
  public void limitLogitScale() {
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      logitScale.clamp_(0, LN_100);
    }
  }

  @Override
  public @Nullable Tensor logitBias() {
    return logitBias;
  }

  @Override
  public int contextLength() {
    return config.text().contextLength();
  }

  @Override
  public int vocabSize() {
    return config.text().vocabSize();
  }

  @Override
  public int padId() {
    return config.text().padId();
  }

  @Override
  public Model classifier(Tensor classes) {
    return ClipClassifier.of(this, classes);
  }

  @Override
  public Model classifier(Module head, int classes, boolean normalize) {
    ClipClassifierConfig with =
        new ClipClassifierConfig(config.vision(), classes, HeadConfig.of(head), normalize);
    return ClipClassifier.of(family, with, this, head.state());
  }

  /** The image model of a tower of {@code vision_model_name}; null for CLIP's own towers. */
  @Nullable Model trunk() {
    return ClipTrunk.of(visual);
  }

  /** The configuration of the model. */
  ClipConfig config() {
    return config;
  }

  @Override
  public Family family() {
    return family;
  }

  /** Those of an image tower from another family. */
  @Override
  public boolean takesAnySize() {
    Model trunk = ClipTrunk.of(visual);
    return trunk != null && trunk.takesAnySize();
  }

  @Override
  public boolean sharesTokens() {
    return visual instanceof ClipVit vit && vit.sharesTokens();
  }

  @Override
  public Set<String> noWeightDecay() {
    return Set.of("positional_embedding", "visual.positional_embedding", "visual.class_embedding");
  }

  /** timm has no models of images and texts: the name is ours. */
  @Override
  public TimmConfig timmConfig() {
    return new TimmConfig(
        name(), Map.of(), config.vision().embedDim(), "", ClipTrunk.firstConv(visual), "", true);
  }
}
