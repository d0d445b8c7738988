package dev.vit4j.tensor;

import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * A seeded random number generator (libtorch's Mersenne twister). Each thread has one, for dropout
 * and similar layers; training seeds it at every step, so that random numbers depend on the run's
 * seed and the step only.
 */
public final class Generator {
  private static final ThreadLocal<Generator> OF_THREAD =
      ThreadLocal.withInitial(() -> new Generator(0));

  private final org.bytedeco.pytorch.Generator raw;

  /** Creates a generator with this seed. */
  public Generator(long seed) {
    Native.load();
    raw = torch.createCPUGenerator(seed);
    raw.retainReference(); // outlives the scope in which it is created
  }

  /** The generator of the calling thread. */
  public static Generator ofThread() {
    return OF_THREAD.get();
  }

  /** Resets the generator to a seed. */
  public void seed(long seed) {
    raw.set_current_seed(seed);
  }

  GeneratorOptional optional() {
    return new GeneratorOptional(raw);
  }

  /**
   * Combines several numbers into one well-mixed 63-bit seed (the finalizer of SplitMix64 over a
   * sum).
   */
  public static long mix(long... parts) {
    long h = 0x9E3779B97F4A7C15L;
    for (long part : parts) {
      h += part * 0xD1342543DE82EF95L + 0x9E3779B97F4A7C15L;
      h = (h ^ (h >>> 30)) * 0xBF58476D1CE4E5B9L;
      h = (h ^ (h >>> 27)) * 0x94D049BB133111EBL;
      h ^= h >>> 31;
    }
    return h & Long.MAX_VALUE;
  }
}
