package dev.vit4j.tensor;

import org.bytedeco.pytorch.GradMode;

/** Disables gradient recording on this thread until it is closed. */
public final class NoGrad implements AutoCloseable {
  private final boolean before;

  private NoGrad() {
    Native.load();
    before = GradMode.is_enabled();
    GradMode.set_enabled(false);
  }

  /** Disables recording on this thread. */
  public static NoGrad on() {
    return new NoGrad();
  }

  @Override
  public void close() {
    GradMode.set_enabled(before);
  }
}
