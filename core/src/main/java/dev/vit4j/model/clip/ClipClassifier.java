package dev.vit4j.model.clip;

import dev.vit4j.model.Classifies;
import dev.vit4j.model.Family;
import dev.vit4j.model.Model;
import dev.vit4j.model.TimmConfig;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.Linear;
import dev.vit4j.nn.Module;
import dev.vit4j.nn.Trace;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The image tower of CLIP with a linear classifier on its normalized features: zero-shot
 * classification, whose weights are the vectors of class names times the logit scale, and linear
 * probes. Parameters are {@code visual.*}, as in {@link Clip}, and {@code head.*}.
 */
public final class ClipClassifier extends Model implements Classifies {
  private final ClipFamily clip;
  private final ClipClassifierConfig config;
  private final Module visual;
  private final @Nullable Linear head; // [E -> K]

  ClipClassifier(ClipFamily clip, String name, ClipClassifierConfig config, Init init) {
    super(name, config);
    this.clip = clip;
    this.config = config;
    this.visual = child("visual", clip.imageTower(name, config.vision(), init));
    this.head =
        config.numClasses() == 0
            ? null
            : child(
                "head", new Linear(init, config.vision().embedDim(), config.numClasses(), true));
  }

  /**
   * Creates the zero-shot classifier of a CLIP, which gives away its image tower.
   *
   * @param classes normalized vectors [K, E]
   */
  static ClipClassifier of(Clip clip, Tensor classes) {
    ClipFamily family = (ClipFamily) clip.family();
    ClipClassifierConfig config =
        new ClipClassifierConfig(clip.config().vision(), (int) classes.size(0));
    ClipClassifier model =
        new ClipClassifier(family, ClipClassifierFamily.NAME, config, Init.unset());
    Map<String, Tensor> state = new LinkedHashMap<>();
    clip.state()
        .forEach(
            (name, tensor) -> {
              if (name.startsWith("visual.")) {
                state.put(name, tensor);
              }
            });
    Tensor bias = clip.logitBias();
    Tensor zeros = Tensor.full(0, clip.device(), classes.size(0));
    state.put("head.weight", classes.mul(clip.logitScale()));
    state.put("head.bias", bias == null ? zeros : zeros.add(bias));
    model.to(clip.device());
    model.take(state);
    model.train(false);
    return model;
  }

  /** [B, C, H, W] to logits [B, K], or to features [B, E] if the model has no head. */
  @Override
  protected Tensor forward(Tensor x) {
    Tensor logits = scores(features(x));
    Trace.record("logits", logits);
    return logits;
  }

  /** Normalized vectors: [B, C, H, W] to [B, E]. */
  @Override
  public Tensor features(Tensor x) {
    checkInput(x);
    Tensor features = Ops.normalize(visual.apply(x));
    Trace.record("features", features);
    return features;
  }

  @Override
  public Tensor scores(Tensor features) {
    return head == null ? features : head.apply(features);
  }

  /** The image model of a tower of {@code vision_model_name}; null for CLIP's own towers. */
  @Nullable Model trunk() {
    return ClipTrunk.of(visual);
  }

  /** The configuration of the model. */
  ClipClassifierConfig config() {
    return config;
  }

  @Override
  public Family family() {
    return clip.classifiers();
  }

  @Override
  public boolean sharesTokens() {
    return visual instanceof ClipVit vit && vit.sharesTokens();
  }

  @Override
  public List<String> classifier() {
    return head == null ? List.of() : List.of("head");
  }

  @Override
  public Set<String> noWeightDecay() {
    return Set.of("visual.positional_embedding", "visual.class_embedding");
  }

  /** timm has no such model: the name is ours. */
  @Override
  public TimmConfig timmConfig() {
    return new TimmConfig(
        name(),
        Map.of(),
        config.vision().embedDim(),
        "",
        ClipTrunk.firstConv(visual),
        "head",
        true);
  }
}
