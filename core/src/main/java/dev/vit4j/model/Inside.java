package dev.vit4j.model;

import dev.vit4j.tensor.Tensor;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What explanations show of a model, by the names in its state and in the trace of its forward
 * pass.
 *
 * @param firstMaps traced output of the first layer, [B, D, h, w]; empty for none
 * @param patches how the first layer cuts the image; null if it cuts no patches
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
  /** Of a family that shows nothing but its first filters and its predictions. */
  public static final Inside NONE = new Inside("", null, null, null, "");

  /**
   * Patches that do not overlap.
   *
   * @param about their number and size in words
   */
  public record Patches(int height, int width, String about) {}

  /**
   * Position embeddings.
   *
   * @param tensor their name in the state, [1, prefix + N, D]
   * @param prefix tokens before those of the grid
   */
  public record Positions(String tensor, int prefix) {}

  /**
   * Attention, traced as {@code block.i.attention} [B, heads, N, N].
   *
   * @param prefix tokens before those of the grid: class, distillation and register tokens
   * @param reader what reads the tokens, for titles
   * @param reading from the trace: how much of every token the head reads, prefix included; sums to
   *     1
   */
  public record Attention(
      int layers,
      int heads,
      int rows,
      int columns,
      int prefix,
      String reader,
      Function<Map<String, Tensor>, float[]> reading) {
    /** Length N of the token sequence. */
    public int tokens() {
      return prefix + rows * columns;
    }
  }
}
