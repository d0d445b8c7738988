package dev.vit4j.tensor;

import java.util.Locale;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The precision of matrix products: {@code F32}, or {@code BF16} as PyTorch's autocast does it
 * (weights, sums, norms and losses stay in f32).
 */
public enum Precision {
  F32,
  BF16;

  /**
   * Reads {@code f32} or {@code bf16}.
   *
   * @throws IllegalArgumentException for another word
   */
  public static Precision parse(String text) {
    for (Precision p : values()) {
      if (p.name().equalsIgnoreCase(text.trim())) {
        return p;
      }
    }
    throw new IllegalArgumentException("unknown precision '" + text + "': use f32 or bf16");
  }

  /** Makes operations of this thread run in this precision until the region is closed. */
  public Region on(Device device) {
    return new Region(this, device);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** A stretch of code in one precision. */
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
        torch.clear_cache(); // weights cast once per region: the next step's are new
      }
    }
  }
}
