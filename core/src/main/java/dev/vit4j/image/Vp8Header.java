package dev.vit4j.image;

import java.io.IOException;

/**
 * The header of a VP8 key frame (RFC 6386, section 9): 10 bytes (frame tag, start code, width,
 * height), then fields in the first partition, which continues with the modes of the blocks.
 */
final class Vp8Header {
  private static final int PLAIN = 10;
  private static final int SEGMENTS = 4;
  private static final int MOST_LEVEL = 63;
  private static final int LAST_STEP = 127;
  private static final int LAST_CHROMA_DC_STEP = 117;

  /** Quantizer steps of one segment: each pair is DC, AC. */
  record Quantizer(int[] luma, int[] luma2, int[] chroma) {}

  final Vp8Bits modes;
  final Vp8Bits[] tokens;
  final int[] coefficients = Vp8Tables.COEFFICIENT.clone();
  final Quantizer[] quantizers = new Quantizer[SEGMENTS];

  private boolean segmented;
  private boolean segmentMap;
  private boolean absolute;
  private final int[] segmentQuantizer = new int[SEGMENTS];
  private final int[] segmentLevel = new int[SEGMENTS];
  private final int[] segmentChances = {255, 255, 255};

  private final boolean simpleFilter;
  private final int level;
  private final int sharpness;
  private boolean deltas;
  private int keyFrameDelta;
  private int subblockDelta;
  private final int skipChance;

  Vp8Header(byte[] data) throws IOException {
    int tag = (data[0] & 0xff) | (data[1] & 0xff) << 8 | (data[2] & 0xff) << 16;
    int first = PLAIN + (tag >> 5);
    if (first > data.length) {
      throw new IOException("the first partition ends beyond the end of the file");
    }
    modes = new Vp8Bits(data, PLAIN, first);
    modes.literal(2); // color space and clamping: ignored by libwebp
    readSegments();
    simpleFilter = modes.flag();
    level = modes.literal(6);
    sharpness = modes.literal(3);
    readDeltas();
    tokens = partitions(data, first, 1 << modes.literal(2));
    readQuantizers();
    modes.flag(); // whether to keep the probabilities after this frame, which is the only one
    for (int i = 0; i < coefficients.length; i++) {
      if (modes.bit(Vp8Tables.UPDATE[i]) == 1) {
        coefficients[i] = modes.literal(8);
      }
    }
    skipChance = modes.flag() ? modes.literal(8) : -1;
    if (modes.isExhausted()) {
      throw new IOException("the header is truncated");
    }
  }

  private void readSegments() {
    segmented = modes.flag();
    if (!segmented) {
      return;
    }
    segmentMap = modes.flag();
    if (modes.flag()) {
      absolute = modes.flag();
      for (int i = 0; i < SEGMENTS; i++) {
        segmentQuantizer[i] = modes.optionalSigned(7);
      }
      for (int i = 0; i < SEGMENTS; i++) {
        segmentLevel[i] = modes.optionalSigned(6);
      }
    }
    if (segmentMap) {
      for (int i = 0; i < segmentChances.length; i++) {
        segmentChances[i] = modes.flag() ? modes.literal(8) : 255;
      }
    }
  }

  /** Of four deltas by reference frame and four by mode, key frames use only the first of each. */
  private void readDeltas() {
    deltas = modes.flag();
    if (!deltas || !modes.flag()) {
      return;
    }
    for (int i = 0; i < 8; i++) {
      int delta = modes.optionalSigned(6);
      if (i == 0) {
        keyFrameDelta = delta;
      } else if (i == 4) {
        subblockDelta = delta;
      }
    }
  }

  /** The partitions of the coefficients: lengths of all but the last (3 bytes each), then data. */
  private static Vp8Bits[] partitions(byte[] data, int lengths, int count) throws IOException {
    Vp8Bits[] all = new Vp8Bits[count];
    int from = lengths + 3 * (count - 1);
    for (int i = 0; i < count; i++) {
      int at = lengths + 3 * i;
      if (from > data.length) {
        throw new IOException("a partition ends beyond the end of the file");
      }
      int end = data.length;
      if (i < count - 1) {
        end = from + ((data[at] & 0xff) | (data[at + 1] & 0xff) << 8 | (data[at + 2] & 0xff) << 16);
      }
      all[i] = new Vp8Bits(data, from, Math.min(end, data.length));
      from = end;
    }
    return all;
  }

  private void readQuantizers() {
    int base = modes.literal(7);
    int[] delta = new int[5]; // luma DC, luma2 DC, luma2 AC, chroma DC, chroma AC
    for (int i = 0; i < delta.length; i++) {
      delta[i] = modes.optionalSigned(4);
    }
    for (int i = 0; i < SEGMENTS; i++) {
      int q = !segmented ? base : absolute ? segmentQuantizer[i] : base + segmentQuantizer[i];
      int[] luma = {dc(q + delta[0], LAST_STEP), ac(q)};
      int[] luma2 = {2 * dc(q + delta[1], LAST_STEP), Math.max(8, ac(q + delta[2]) * 155 / 100)};
      int[] chroma = {dc(q + delta[3], LAST_CHROMA_DC_STEP), ac(q + delta[4])};
      quantizers[i] = new Quantizer(luma, luma2, chroma);
    }
  }

  private static int dc(int q, int last) {
    return Vp8Tables.DC_STEPS[Math.max(0, Math.min(last, q))];
  }

  private static int ac(int q) {
    return Vp8Tables.AC_STEPS[Math.max(0, Math.min(LAST_STEP, q))];
  }

  /** Reads the segment of the next block. */
  int readSegment() {
    if (!segmentMap) {
      return 0;
    }
    return modes.bit(segmentChances[0]) == 0
        ? modes.bit(segmentChances[1])
        : 2 + modes.bit(segmentChances[2]);
  }

  /** Reads whether the next block has no coefficients. */
  boolean readSkip() {
    return skipChance >= 0 && modes.bit(skipChance) == 1;
  }

  /** Returns the filter for a type of block. */
  Vp8Filter filter(int segment, boolean subblocks) {
    int strength = level;
    if (segmented) {
      strength = segmentLevel[segment] + (absolute ? 0 : level);
    }
    if (deltas) {
      strength += keyFrameDelta + (subblocks ? subblockDelta : 0);
    }
    strength = level == 0 ? 0 : Math.max(0, Math.min(MOST_LEVEL, strength));
    return new Vp8Filter(simpleFilter, strength, sharpness);
  }
}
