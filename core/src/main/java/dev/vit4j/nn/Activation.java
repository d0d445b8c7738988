package dev.vit4j.nn;

import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;
import java.util.Locale;

/** Activation functions, named as in model configurations. */
public enum Activation {
  GELU,
  GELU_TANH,
  QUICK_GELU,
  RELU,
  SILU;

  /**
   * Returns the activation {@code gelu}, {@code gelu_tanh}, {@code quick_gelu}, {@code relu} or
   * {@code silu}.
   *
   * @throws IllegalArgumentException for any other name
   */
  public static Activation named(String name) {
    for (Activation a : values()) {
      if (a.toString().equals(name)) {
        return a;
      }
    }
    throw new IllegalArgumentException(
        "unknown activation '" + name + "': use gelu, gelu_tanh, quick_gelu, relu or silu");
  }

  /** Applies the activation element-wise. */
  public Tensor apply(Tensor x) {
    return switch (this) {
      case GELU -> Ops.gelu(x);
      case GELU_TANH -> Ops.geluTanh(x);
      case QUICK_GELU -> Ops.quickGelu(x);
      case RELU -> Ops.relu(x);
      case SILU -> Ops.silu(x);
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
