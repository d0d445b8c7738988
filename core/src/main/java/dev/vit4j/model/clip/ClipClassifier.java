package dev.vit4j.model.clip;

import dev.vit4j.head.HeadConfig;
import dev.vit4j.head.LinearConfig;
import dev.vit4j.head.TakesHead;
import dev.vit4j.model.Classifies;
import dev.vit4j.model.Family;
import dev.vit4j.model.Model;
import dev.vit4j.model.TimmConfig;
import dev.vit4j.nn.Init;
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
 * The image tower of CLIP with a classifier of its features, usually normalized: zero-shot
 * classification, a linear layer whose weights are the vectors of class names times the logit
 * scale, and probes, with any head of {@link HeadConfig}. Parameters are {@code visual.*}, as in
 * {@link Clip}, and {@code head.*}.
 */
public final class ClipClassifier extends Model implements Classifies, TakesHead {
  private final ClipFamily clip;
  private final ClipClassifierConfig config;
  private final Module visual;
  private final @Nullable Module head; // [E -> K]

  ClipClassifier(ClipFamily clip, String name, ClipClassifierConfig config, Init init) {
    super(name, config);
    this.clip = clip;
    this.config = config;
    this.visual = child("visual", clip.imageTower(name, config.vision(), init));
    this.head =
        config.numClasses() == 0
            ? null
            : child(
                "head",
                config.head().create(init, config.vision().embedDim(), config.numClasses()));
  }

  /**
   * Creates the zero-shot classifier of a CLIP, which gives away its image tower.
   *
   * @param classes normalized vectors [K, E]
   */
  static ClipClassifier of(Clip clip, Tensor classes) {
    Tensor bias = clip.logitBias();
    Tensor zeros = Tensor.full(0, clip.device(), classes.size(0));
    Map<String, Tensor> head =
        Map.of(
            "weight",
            classes.mul(clip.logitScale()),
            "bias",
            bias == null ? zeros : zeros.add(bias));
    ClipClassifierConfig config =
        new ClipClassifierConfig(
            clip.config().vision(), (int) classes.size(0), new LinearConfig(), true);
    return of((ClipFamily) clip.family(), config, clip, head);
  }

  /**
   * Creates a classifier that shares the weights of an image tower and a head.
   *
   * @param tower a model with the parameters {@code visual.*}
   */
  static ClipClassifier of(
      ClipFamily family, ClipClassifierConfig config, Model tower, Map<String, Tensor> head) {
    ClipClassifier model =
        new ClipClassifier(family, ClipClassifierFamily.NAME, config, Init.unset());
    Map<String, Tensor> state = new LinkedHashMap<>();
    tower
        .state()
        .forEach(
            (name, tensor) -> {
              if (name.startsWith("visual.")) {
                state.put(name, tensor);
              }
            });
    head.forEach((name, tensor) -> state.put("head." + name, tensor));
    model.to(tower.device());
    model.take(state);
    model.train(false);
    return model;
  }

  @Override
  public Model classifier(Module head, int classes, boolean normalize) {
    ClipClassifierConfig with =
        new ClipClassifierConfig(
            config.vision(), classes, HeadConfig.of(head), normalize || config.normalize());
    return of(clip, with, this, head.state());
  }

  /** [B, C, H, W] to logits [B, K], or to features [B, E] if the model has no head. */
  @Override
  protected Tensor forward(Tensor x) {
    Tensor logits = scores(features(x));
    Trace.record("logits", logits);
    return logits;
  }

  /** The vectors that the head reads: [B, C, H, W] to [B, E]. */
  @Override
  public Tensor features(Tensor x) {
    checkInput(x);
    Tensor vectors = visual.apply(x);
    Tensor features = config.normalize() ? Ops.normalize(vectors) : vectors;
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
