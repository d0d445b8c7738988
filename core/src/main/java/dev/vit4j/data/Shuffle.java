package dev.vit4j.data;

/**
 * Pseudorandom numbers that are the same on every machine, Java version and thread.
 *
 * <p>Uses the mixing function of SplitMix64 (Steele, Lea and Flood 2014, variant 13 of Stafford's
 * finalizers).
 */
public final class Shuffle {
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private Shuffle() {}

  /** Hashes several numbers to one; order matters. */
  static long mix(long... parts) {
    long h = 0;
    for (long part : parts) {
      h = finish(h + GOLDEN + part);
    }
    return h;
  }

  /** Shuffles in place (Fisher-Yates). */
  public static void shuffle(int[] values, long seed) {
    long state = seed;
    for (int i = values.length - 1; i > 0; i--) {
      state += GOLDEN;
      // Scales the high 32 bits to 0..i without division; the bias is below i / 2^32.
      int j = (int) (((finish(state) >>> 32) * (i + 1L)) >>> 32);
      int swapped = values[i];
      values[i] = values[j];
      values[j] = swapped;
    }
  }

  private static long finish(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
