package dev.vit4j.image;

/** The boolean entropy decoder of VP8 (RFC 6386, section 7). */
final class Vp8Bits {
  private static final int EVEN = 128; // probability of one half

  private final byte[] data;
  private final int end;
  private int at;
  private int value; // 8 + spare bits that are compared, from the top
  private int spare = -8;
  private int range = 255;
  private boolean exhausted;

  /** Reads data[from .. end). */
  Vp8Bits(byte[] data, int from, int end) {
    this.data = data;
    this.at = from;
    this.end = end;
  }

  /** Whether more bits were read than exist. */
  boolean isExhausted() {
    return exhausted;
  }

  /**
   * Reads the next bit.
   *
   * @param zero probability of a 0, in 256ths
   */
  int bit(int zero) {
    if (spare < 0) {
      load();
    }
    int split = 1 + (((range - 1) * zero) >> 8);
    int bit = 0;
    if (value >>> spare >= split) {
      value -= split << spare;
      range -= split;
      bit = 1;
    } else {
      range = split;
    }
    int shift = Integer.numberOfLeadingZeros(range) - 24;
    range <<= shift;
    spare -= shift;
    return bit;
  }

  private void load() {
    int next = 0;
    if (at < end) {
      next = data[at++] & 0xff;
    } else {
      exhausted = true;
    }
    value = value << 8 | next;
    spare += 8;
  }

  boolean flag() {
    return bit(EVEN) == 1;
  }

  /** Reads an unsigned number, highest bit first. */
  int literal(int bits) {
    int v = 0;
    for (int i = 0; i < bits; i++) {
      v = v << 1 | bit(EVEN);
    }
    return v;
  }

  /** Reads a magnitude and its sign if a flag is set; otherwise returns 0. */
  int optionalSigned(int bits) {
    return flag() ? signed(bits) : 0;
  }

  private int signed(int bits) {
    int v = literal(bits);
    return flag() ? -v : v;
  }
}
