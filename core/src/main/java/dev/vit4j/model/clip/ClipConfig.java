package dev.vit4j.model.clip;

import dev.vit4j.model.Args;
import dev.vit4j.model.ModelConfig;
import dev.vit4j.nn.Activation;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of a CLIP model, named as in open_clip's {@code model_cfg}.
 *
 * @param vision the image tower
 * @param text the text tower
 * @param logitBias initial bias of the logits (SigLIP), or null for none
 */
record ClipConfig(
    VisionConfig vision, TextConfig text, double initLogitScale, @Nullable Double logitBias)
    implements ModelConfig {
  static final double NORM_EPS = 1e-5;

  /** ln(1 / 0.07), the initial temperature of CLIP. */
  private static final double CLIP_SCALE = Math.log(1 / 0.07);

  /**
   * Parses constructor arguments; missing ones get the values of ViT-B/32.
   *
   * @throws IllegalArgumentException naming the argument, its value and the valid values
   */
  static ClipConfig of(String model, Map<String, ?> values) {
    Args a = new Args(model, values);
    a.integer("num_classes", 0, 0, 0); // a model of images and texts has no head
    VisionConfig vision = vision(model, a, values);
    TextConfig text;
    try {
      text = TextConfig.of(a, vision.embedDim());
    } catch (IllegalArgumentException e) {
      throw named(model, e);
    }
    double scale = a.number("init_logit_scale", CLIP_SCALE, -100, 100);
    Double bias = a.optionalNumber("init_logit_bias");
    a.refuseUnknown();
    return new ClipConfig(vision, text, scale, bias);
  }

  /** Parses the arguments of an image tower. */
  static VisionConfig vision(String model, Args a, Map<String, ?> values) {
    try {
      return VisionConfig.of(a, values, a.integer("embed_dim", 512, 1, 16384));
    } catch (IllegalArgumentException e) {
      throw named(model, e);
    }
  }

  private static IllegalArgumentException named(String model, IllegalArgumentException e) {
    String message = String.valueOf(e.getMessage());
    return message.startsWith(model + ": ")
        ? e
        : new IllegalArgumentException(model + ": " + message, e);
  }

  /** The activation in both towers: exact GELU, or one of its approximations. */
  static Activation activation(Args a) {
    boolean quick = a.flag("quick_gelu", false);
    boolean tanh = a.flag("gelu_tanh", false);
    if (quick && tanh) {
      throw new IllegalArgumentException("quick_gelu and gelu_tanh exclude each other");
    }
    return quick ? Activation.QUICK_GELU : tanh ? Activation.GELU_TANH : Activation.GELU;
  }

  @Override
  public Map<String, Object> toMap() {
    Map<String, Object> m = toMap(vision);
    m.putAll(text.toMap());
    m.put("init_logit_scale", initLogitScale);
    if (logitBias != null) {
      m.put("init_logit_bias", logitBias);
    }
    return m;
  }

  /** All arguments of an image tower. */
  static Map<String, Object> toMap(VisionConfig vision) {
    Map<String, Object> m = new LinkedHashMap<>();
    m.put("embed_dim", vision.embedDim());
    m.put("quick_gelu", vision.act() == Activation.QUICK_GELU);
    if (vision.act() == Activation.GELU_TANH) {
      m.put("gelu_tanh", true);
    }
    m.put("norm_eps", vision.normEps());
    m.putAll(vision.toMap());
    return m;
  }

  @Override
  public int[] imgSize() {
    return vision.imgSize();
  }

  @Override
  public int inChans() {
    return vision.inChans();
  }

  @Override
  public int numClasses() {
    return 0;
  }
}
