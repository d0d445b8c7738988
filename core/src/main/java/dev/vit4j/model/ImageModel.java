package dev.vit4j.model;

import dev.vit4j.nn.Module;
import dev.vit4j.tensor.Tensor;
import java.util.Map;
import java.util.Set;

/** A model from pictures to class scores: {@code apply} takes [B, C, H, W] to logits [B, K]. */
public abstract class ImageModel extends Module {
  private final String name;

  /**
   * @param name the catalogue name that it was made by
   */
  protected ImageModel(String name) {
    this.name = name;
  }

  /** The catalogue name, such as {@code vit_base_patch16_224}. */
  public final String name() {
    return name;
  }

  /** The constructor words with all their values: with the name enough to build it again. */
  public abstract Map<String, Object> args();

  /** Channels of the pictures that it takes. */
  public abstract int channels();

  /** Pixel rows of the pictures that it takes. */
  public abstract int height();

  /** Pixel columns of the pictures that it takes. */
  public abstract int width();

  /** Number of class scores; 0 for a model without a head, which gives features. */
  public abstract int numClasses();

  /** The vectors that the head reads: [B, C, H, W] to [B, D]. */
  public abstract Tensor features(Tensor x);

  /** Names of parameters that weight decay spares although they are matrices. */
  public abstract Set<String> noWeightDecay();

  /** How timm's {@code config.json} describes it. */
  public abstract TimmConfig timmConfig();

  /**
   * Refuses what is no batch of the model's pictures, in words.
   *
   * @throws IllegalArgumentException naming both shapes
   */
  protected final void checkInput(Tensor x) {
    long[] s = x.shape();
    if (s.length != 4 || s[1] != channels() || s[2] != height() || s[3] != width()) {
      throw new IllegalArgumentException(
          "%s takes pictures [B, %d, %d, %d], not %s"
              .formatted(name(), channels(), height(), width(), x));
    }
  }
}
