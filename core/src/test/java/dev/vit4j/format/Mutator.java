package dev.vit4j.format;

import java.util.Arrays;
import java.util.Random;

/** Bytes with bits flipped, bytes replaced, and pieces cut, doubled or moved. */
final class Mutator {
  private static final byte[] TELLING =
      "0123456789{}[]\",:-eE \\u()tuples.RbQqh"
          .getBytes(java.nio.charset.StandardCharsets.US_ASCII);

  private final Random random;

  Mutator(long seed) {
    this.random = new Random(seed);
  }

  /** A copy with one to three edits anywhere; its length may change. */
  byte[] mutate(byte[] good) {
    byte[] bytes = good.clone();
    for (int edits = 1 + random.nextInt(3); edits > 0 && bytes.length > 0; edits--) {
      int at = random.nextInt(bytes.length);
      int to = at + random.nextInt(Math.min(20, bytes.length - at) + 1);
      switch (random.nextInt(5)) {
        case 2 -> bytes = Arrays.copyOf(bytes, at);
        case 3 -> bytes = join(bytes, to, bytes, at); // doubles at..to
        case 4 -> bytes = join(bytes, at, bytes, to); // cuts at..to
        default -> edit(bytes, at);
      }
    }
    return bytes;
  }

  /** A copy with one to three bytes changed within a part; its length stays. */
  byte[] mutate(byte[] good, int from, int to) {
    byte[] bytes = good.clone();
    for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
      edit(bytes, from + random.nextInt(to - from));
    }
    return bytes;
  }

  private void edit(byte[] bytes, int at) {
    switch (random.nextInt(3)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[at] = TELLING[random.nextInt(TELLING.length)];
      default -> bytes[at] = (byte) random.nextInt(256);
    }
  }

  private static byte[] join(byte[] head, int headEnd, byte[] tail, int tailStart) {
    byte[] joined = Arrays.copyOf(head, headEnd + tail.length - tailStart);
    System.arraycopy(tail, tailStart, joined, headEnd, tail.length - tailStart);
    return joined;
  }
}
