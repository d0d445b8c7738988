package dev.vit4j.head;

import dev.vit4j.nn.Activation;
import java.util.List;

/**
 * Layers of an adapter: linear layers from D over the hidden widths back to D, with an activation
 * after each but the last.
 *
 * @param widths hidden widths, each at least 1
 * @param activation activation function
 * @param bias whether the linear layers have biases
 * @param activateOutput whether the activation also follows the last layer
 * @param ratio share of the layers' output in the result, above 0 and at most 1; the rest is the
 *     input (a residual connection)
 */
public record AdapterConfig(
    List<Integer> widths,
    Activation activation,
    boolean bias,
    boolean activateOutput,
    double ratio) {
  static final int MAX_WIDTH = 65_536;

  /** Checks the ranges. */
  public AdapterConfig {
    widths = List.copyOf(widths);
    if (widths.isEmpty() || widths.stream().anyMatch(w -> w < 1 || w > MAX_WIDTH)) {
      throw new IllegalArgumentException(
          "an adapter's widths are from 1 to %,d, not %s".formatted(MAX_WIDTH, widths));
    }
    if (!(ratio > 0 && ratio <= 1)) {
      throw new IllegalArgumentException(
          "an adapter's ratio is above 0 and at most 1, not " + ratio);
    }
  }

  /** CLIP-Adapter (Gao et al. 2021): D, D / 4, D with ReLU after both, ratio 0.2, no biases. */
  public static AdapterConfig clipAdapter(int dim) {
    return new AdapterConfig(List.of(Math.max(1, dim / 4)), Activation.RELU, false, true, 0.2);
  }

  /**
   * A deep adapter: D, 4 D, 8 D, D, such as 512-2048-4096-512, with activations between the layers
   * and ratio 0.8. It has no biases: normalized features have small components, and initial biases
   * of the same size hide them in the first epochs.
   */
  public static AdapterConfig deep(int dim) {
    return new AdapterConfig(List.of(4 * dim, 8 * dim), Activation.RELU, false, false, 0.8);
  }
}
