package dev.vit4j.model;

import dev.vit4j.nn.Trace;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A model that maps images and texts to vectors in the same space, such as CLIP: {@code features}
 * for images, {@link #textFeatures} for texts.
 */
public interface EncodesText extends Encodes {
  /**
   * Returns the vectors of texts, not normalized.
   *
   * @param ids tokens [T, L], i64, with {@code L} up to {@link #contextLength}
   * @return [T, E]
   * @throws IllegalArgumentException if a token is not in the vocabulary
   */
  Tensor textFeatures(Tensor ids);

  /**
   * Returns the position in each text of the token that is read, such as its end token.
   *
   * @param ids tokens [T, L], i64
   * @return [T]
   */
  int[] readPositions(Tensor ids);

  /** The factor of the cosine in the logits, a scalar: exp(logit_scale). */
  Tensor logitScale();

  /** The bias of the logits, a scalar (SigLIP); null for none. */
  @Nullable Tensor logitBias();

  /** Limits the factor of the cosine to 1 to 100, as open_clip does after each training step. */
  void limitLogitScale();

  /** Length of the token sequences that the model was trained with. */
  int contextLength();

  /** Number of tokens in the vocabulary. */
  int vocabSize();

  /** The token that fills a sequence after the end of its text. */
  int padId();

  /**
   * Returns a model that classifies images by the logits of these vectors. It takes over the memory
   * of the image tower, so that this model must not be changed or moved afterwards.
   *
   * @param classes normalized vectors [K, E], on the device of the model
   * @return a model that implements {@link Classifies}
   */
  Model classifier(Tensor classes);

  /**
   * Computes the normalized vectors and the logits, and records them for a {@link Trace} as {@code
   * image_features}, {@code text_features} and {@code logits_per_image}.
   *
   * @param pixels normalized images [B, C, H, W]
   * @param ids tokens [T, L]; null for images only
   */
  default void match(Tensor pixels, @Nullable Tensor ids) {
    Tensor image = Ops.normalize(features(pixels));
    Trace.record("image_features", image);
    if (ids != null) {
      Tensor text = Ops.normalize(textFeatures(ids));
      Trace.record("text_features", text);
      Trace.record("logits_per_image", logitsPerImage(image, text));
    }
  }

  /**
   * Returns the logits of images and texts.
   *
   * @param image normalized vectors [B, E]
   * @param text normalized vectors [T, E]
   * @return [B, T]
   */
  default Tensor logitsPerImage(Tensor image, Tensor text) {
    Tensor logits = Ops.matmul(image, text.transpose(0, 1)).mul(logitScale());
    Tensor bias = logitBias();
    return bias == null ? logits : logits.add(bias);
  }
}
