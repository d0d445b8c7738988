package dev.vit4j.nn.spiking;

import dev.vit4j.tensor.Tensor;
import java.util.List;
import java.util.Locale;

/**
 * A smooth function whose derivative replaces that of the step from "no spike" to "spike", which is
 * zero almost everywhere (Neftci et al. 2019, arXiv 1901.09948). Values and gradients are those of
 * SpikingJelly's {@code surrogate.Sigmoid} and {@code surrogate.ATan}.
 *
 * @param shape the function
 * @param alpha steepness at the threshold, above 0
 */
public record Surrogate(Shape shape, double alpha) {
  /** The functions, by their names in SpikingJelly. */
  public enum Shape {
    /** σ(αz); its derivative is α σ(αz) (1 - σ(αz)). */
    SIGMOID,
    /** arctan(π/2 αz) / π + 1/2; its derivative is α/2 / (1 + (π/2 αz)²). */
    ATAN;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The names for {@link #named}. */
  public static final List<String> NAMES = List.of("sigmoid", "atan");

  /** Checks the steepness. */
  public Surrogate {
    if (!(alpha > 0) || Double.isInfinite(alpha)) {
      throw new IllegalArgumentException(
          "the steepness alpha of a surrogate must be a positive number, not " + alpha);
    }
  }

  /**
   * Returns a surrogate by name.
   *
   * @throws IllegalArgumentException for any other name than {@code sigmoid} and {@code atan}
   */
  public static Surrogate named(String name, double alpha) {
    for (Shape shape : Shape.values()) {
      if (shape.toString().equals(name)) {
        return new Surrogate(shape, alpha);
      }
    }
    throw new IllegalArgumentException(
        "unknown surrogate '%s': use %s".formatted(name, String.join(" or ", NAMES)));
  }

  /**
   * Spikes where a membrane potential has reached the threshold, with this function's gradient.
   *
   * @param potential any shape
   * @return 1 where {@code potential >= threshold}, else 0
   */
  public Tensor spike(Tensor potential, double threshold) {
    Tensor spikes = potential.step(threshold);
    if (!potential.requiresGrad()) {
      return spikes;
    }
    Tensor smooth = smooth(potential, threshold); // records the gradient
    smooth.share(spikes); // its own values are not needed: the gradient does not read them
    return smooth;
  }

  private Tensor smooth(Tensor potential, double threshold) {
    return switch (shape) {
      case SIGMOID -> scaled(potential, threshold, alpha).sigmoid();
      case ATAN -> scaled(potential, threshold, alpha * Math.PI / 2).atan().mul(1 / Math.PI);
    };
  }

  private static Tensor scaled(Tensor potential, double threshold, double factor) {
    return potential.add(-threshold).mul(factor);
  }
}
