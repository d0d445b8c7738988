package dev.vit4j.tensor;

import org.bytedeco.pytorch.global.torch;

/**
 * Number of threads that one operation may use. The setting is per calling thread (OpenMP keeps a
 * team per thread); new threads start with one. OpenBLAS always uses one.
 */
public final class Threads {
  private Threads() {}

  /**
   * Sets the number of threads that operations called from this thread use.
   *
   * @param count at least 1
   */
  public static void set(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("threads must be at least 1, not " + count);
    }
    Native.load();
    torch.set_num_threads(count);
  }

  /** Number of threads that operations called from this thread use. */
  public static int get() {
    Native.load();
    return torch.get_num_threads();
  }
}
