package dev.vit4j.model;

import dev.vit4j.tensor.Tensor;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What explanations can show of a model, by tensor names in its state dict and in the trace of its
 * forward pass.
 *
 * @param firstMaps traced output of the first layer, [B, D, h, w]; empty for none
 * @param patches how the first layer splits the image; null if it does not use patches
 * @param positions learned or fixed position embeddings; null for none
 * @param attention attention over a grid of tokens; null for none
 * @param lastMaps traced output [B, D, h, w] of the last convolution, for Grad-CAM; empty for none
 */
public record Inside(
    String firstMaps,
    @Nullable Patches patches,
    @Nullable Positions positions,
    @Nullable Attention attention,
    String lastMaps) {
  /** For a family that shows only its first filters and its predictions. */
  public static final Inside NONE = new Inside("", null, null, null, "");

  /**
   * Non-overlapping patches.
   *
   * @param about description of their number and size
   */
  public record Patches(int height, int width, String about) {}

  /**
   * Position embeddings.
   *
   * @param tensor their name in the state dict, [1, prefix + N, D] or [prefix + N, D]
   * @param prefix number of tokens before those of the grid
   */
  public record Positions(String tensor, int prefix) {}

  /**
   * Attention, traced as {@code block.i.attention} [B, heads, N, N].
   *
   * @param prefix number of tokens before those of the grid: class, distillation and register
   *     tokens
   * @param reader name of what reads the tokens, for titles
   * @param reading computes from the trace the share of each token, prefix included, in the head's
   *     input; sums to 1
   * @param pooling traced attention [B, heads, 1, N] with which a learned query reads the tokens;
   *     empty if they are read otherwise
   */
  public record Attention(
      int layers,
      int heads,
      int rows,
      int columns,
      int prefix,
      String reader,
      Function<Map<String, Tensor>, float[]> reading,
      String pooling) {
    /** Length N of the token sequence. */
    public int tokens() {
      return prefix + rows * columns;
    }
  }
}
