package dev.vit4j.tensor;

import java.util.Locale;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Precision of matrix products: {@code F32}; {@code BF16} as in PyTorch's autocast (weights, sums,
 * norms and losses remain in f32); {@code INT8} for inference on the CPU (linear layers only, with
 * one scale per output channel of the weights and per token of the inputs; everything else remains
 * in f32).
 */
public enum Precision {
  F32,
  BF16,
  INT8;

  /**
   * Parses {@code f32}, {@code bf16} or {@code int8}.
   *
   * @throws IllegalArgumentException for any other text
   */
  public static Precision parse(String text) {
    for (Precision p : values()) {
      if (p.name().equalsIgnoreCase(text.trim())) {
        return p;
      }
    }
    throw new IllegalArgumentException("unknown precision '" + text + "': use f32, bf16 or int8");
  }

  /** Runs operations of this thread in this precision until the region is closed. */
  public Region on(Device device) {
    return new Region(this, device);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** A region of code that runs in one precision. */
  public static final class Region implements AutoCloseable {
    private final DeviceType type;
    private final boolean active;

    private Region(Precision precision, Device device) {
      Native.load();
      type = device.raw().type();
      active = precision == BF16;
      if (active) {
        torch.set_autocast_dtype(type, ScalarType.BFloat16);
        torch.set_autocast_enabled(type, true);
      }
    }

    @Override
    public void close() {
      if (active) {
        torch.set_autocast_enabled(type, false);
        torch.clear_cache(); // clears the casts of weights, which change at every step
      }
    }
  }
}
