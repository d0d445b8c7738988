package dev.vit4j.image;

import java.io.IOException;
import java.util.Arrays;

/**
 * Decodes lossy WebP: one key frame of VP8 (RFC 6386), with libwebp's results.
 *
 * <p>TwelveMonkeys also decodes it, but writes a block before the filter of the next block has
 * changed its last samples, and uses the same chroma for four pixels: up to 30 levels off.
 */
final class Vp8Decoder {
  private static final int LUMA_BLOCKS = 16;
  private static final int BLOCKS = 24; // 16 of luma, 4 of each chroma
  private static final int CONTEXTS = 9; // 4 of luma, 2 of each chroma, one of luma's DC
  private static final int LUMA_WITHOUT_DC = 0; // types of coefficients
  private static final int LUMA_DC = 1;
  private static final int CHROMA = 2;
  private static final int LUMA = 3;

  private final Vp8Header header;
  private final Vp8Bits modes;
  private final int columns;
  private final int rows;
  private final Vp8Plane[] planes;
  private final Vp8Filter[] filters; // of each block
  private final boolean[] inner; // whether subblocks are filtered

  private final int[] modesAbove;
  private final int[] modesLeft = new int[4];
  private final boolean[][] above;
  private final boolean[] left = new boolean[CONTEXTS];

  private final int[] coefficients = new int[BLOCKS * 16];
  private final int[] subblockModes = new int[LUMA_BLOCKS];
  private final int[] edge = new int[13];

  private Vp8Decoder(byte[] data, int width, int height) throws IOException {
    header = new Vp8Header(data);
    modes = header.modes;
    columns = (width + 15) / 16;
    rows = (height + 15) / 16;
    planes =
        new Vp8Plane[] {
          Vp8Plane.of(16 * columns, 16 * rows),
          Vp8Plane.of(8 * columns, 8 * rows),
          Vp8Plane.of(8 * columns, 8 * rows)
        };
    filters = new Vp8Filter[columns * rows];
    inner = new boolean[filters.length];
    modesAbove = new int[4 * columns];
    above = new boolean[columns][CONTEXTS];
  }

  /**
   * Decodes the data of a "VP8 " chunk whose size has been checked.
   *
   * @throws IOException if the data is truncated
   */
  static Image decode(byte[] data, int width, int height) throws IOException {
    Vp8Decoder decoder = new Vp8Decoder(data, width, height);
    decoder.blocks();
    decoder.filter();
    return new Vp8Colours(decoder.planes, width, height).toRgb();
  }

  private void blocks() throws IOException {
    for (int y = 0; y < rows; y++) {
      Arrays.fill(modesLeft, Vp8Predictor.B_DC);
      Arrays.fill(left, false);
      Vp8Bits tokens = header.tokens[y % header.tokens.length];
      for (int x = 0; x < columns; x++) {
        block(x, y, tokens);
        if (tokens.isExhausted() || modes.isExhausted()) {
          throw new IOException("the pixels are truncated");
        }
      }
    }
  }

  private void filter() {
    for (int i = 0; i < filters.length; i++) {
      filters[i].apply(planes, i % columns, i / columns, inner[i]);
    }
  }

  private void block(int x, int y, Vp8Bits tokens) {
    int segment = header.readSegment();
    boolean skip = header.readSkip();
    boolean bySubblocks = modes.bit(145) == 0;
    int mode = bySubblocks ? readSubblockModes(x) : readMode(x);
    int chromaMode = readChromaMode();
    boolean coded = false;
    if (skip) {
      clearContexts(x, bySubblocks);
    } else {
      coded = readCoefficients(tokens, header.quantizers[segment], x, bySubblocks);
    }
    if (bySubblocks) {
      subblocks(x, y);
    } else {
      Vp8Plane p = planes[0];
      Vp8Predictor.block(p, p.at(16 * x, 16 * y), 16, mode, y > 0, x > 0);
      add(p, 16 * x, 16 * y, 0, 4);
    }
    for (int i = 1; i < planes.length; i++) {
      Vp8Plane p = planes[i];
      Vp8Predictor.block(p, p.at(8 * x, 8 * y), 8, chromaMode, y > 0, x > 0);
      add(p, 8 * x, 8 * y, LUMA_BLOCKS + 4 * (i - 1), 2);
    }
    int place = y * columns + x;
    filters[place] = header.filter(segment, bySubblocks);
    inner[place] = bySubblocks || coded;
    if (!skip) {
      Arrays.fill(coefficients, 0);
    }
  }

  private int readMode(int x) {
    int mode;
    if (modes.bit(156) == 1) {
      mode = modes.bit(128) == 1 ? Vp8Predictor.TRUE_MOTION : Vp8Predictor.HORIZONTAL;
    } else {
      mode = modes.bit(163) == 1 ? Vp8Predictor.VERTICAL : Vp8Predictor.DC;
    }
    Arrays.fill(modesAbove, 4 * x, 4 * x + 4, Vp8Predictor.subblockMode(mode));
    Arrays.fill(modesLeft, Vp8Predictor.subblockMode(mode));
    return mode;
  }

  private int readSubblockModes(int x) {
    for (int i = 0; i < LUMA_BLOCKS; i++) {
      int column = 4 * x + i % 4;
      int chances = Vp8Tables.modeChances(modesAbove[column], modesLeft[i / 4]);
      int node = 0;
      do {
        int bit = modes.bit(Vp8Tables.SUBBLOCK_MODES[chances + node / 2]);
        node = Vp8Tables.MODE_TREE[node + bit];
      } while (node > 0);
      subblockModes[i] = -node;
      modesAbove[column] = -node;
      modesLeft[i / 4] = -node;
    }
    return -1;
  }

  private int readChromaMode() {
    if (modes.bit(142) == 0) {
      return Vp8Predictor.DC;
    }
    if (modes.bit(114) == 0) {
      return Vp8Predictor.VERTICAL;
    }
    return modes.bit(183) == 1 ? Vp8Predictor.TRUE_MOTION : Vp8Predictor.HORIZONTAL;
  }

  private void clearContexts(int x, boolean bySubblocks) {
    int kept = bySubblocks ? CONTEXTS - 1 : CONTEXTS;
    Arrays.fill(above[x], 0, kept, false);
    Arrays.fill(left, 0, kept, false);
  }

  /** Reads all coefficients of a block; returns whether any is not 0. */
  private boolean readCoefficients(
      Vp8Bits tokens, Vp8Header.Quantizer q, int x, boolean bySubblocks) {
    boolean[] top = above[x];
    int type = LUMA;
    if (!bySubblocks) {
      int dc = CONTEXTS - 1;
      int[] in = new int[16];
      int end = read(tokens, LUMA_DC, top[dc], left[dc], q.luma2(), 0, in, 0);
      top[dc] = end > 0;
      left[dc] = end > 0;
      Vp8Transform.toDc(in, coefficients);
      type = LUMA_WITHOUT_DC;
    }
    boolean any = false;
    for (int i = 0; i < BLOCKS; i++) {
      boolean ofLuma = i < LUMA_BLOCKS;
      int side = ofLuma ? 4 : 2;
      int group = ofLuma ? 0 : 4 + (i - LUMA_BLOCKS) / 4 * 2;
      int column = group + i % side;
      int row = group + i % (side * side) / side;
      int first = type == LUMA_WITHOUT_DC && ofLuma ? 1 : 0;
      int end =
          read(
              tokens,
              ofLuma ? type : CHROMA,
              top[column],
              left[row],
              ofLuma ? q.luma() : q.chroma(),
              first,
              coefficients,
              16 * i);
      top[column] = end > first;
      left[row] = end > first;
      any |= end > 1 || coefficients[16 * i] != 0;
    }
    return any;
  }

  /** Reads one block of 4 x 4 coefficients; returns the index after the last one. */
  private int read(
      Vp8Bits in,
      int type,
      boolean above,
      boolean left,
      int[] steps,
      int first,
      int[] out,
      int to) {
    int[] chances = header.coefficients;
    int context = (above ? 1 : 0) + (left ? 1 : 0);
    int n = first;
    int p = Vp8Tables.coefficientChances(type, Vp8Tables.BAND[n], context);
    while (n < 16) {
      if (in.bit(chances[p]) == 0) {
        return n;
      }
      while (in.bit(chances[p + 1]) == 0) {
        n++;
        if (n == 16) {
          return 16;
        }
        p = Vp8Tables.coefficientChances(type, Vp8Tables.BAND[n], 0);
      }
      int value = 1;
      if (in.bit(chances[p + 2]) == 1) {
        value = largeValue(in, chances, p);
      }
      p = Vp8Tables.coefficientChances(type, Vp8Tables.BAND[n + 1], value == 1 ? 1 : 2);
      out[to + Vp8Tables.ZIGZAG[n]] = (in.flag() ? -value : value) * steps[n > 0 ? 1 : 0];
      n++;
    }
    return 16;
  }

  private static int largeValue(Vp8Bits in, int[] chances, int p) {
    if (in.bit(chances[p + 3]) == 0) {
      return in.bit(chances[p + 4]) == 0 ? 2 : 3 + in.bit(chances[p + 5]);
    }
    if (in.bit(chances[p + 6]) == 0) {
      if (in.bit(chances[p + 7]) == 0) {
        return 5 + in.bit(159);
      }
      int high = in.bit(165);
      return 7 + 2 * high + in.bit(145);
    }
    int high = in.bit(chances[p + 8]);
    int category = 2 * high + in.bit(chances[p + 9 + high]);
    int extra = 0;
    for (int chance : Vp8Tables.EXTRA_BITS[category]) {
      extra = 2 * extra + in.bit(chance);
    }
    return extra + 3 + (8 << category);
  }

  /** Predicts and reconstructs luma subblock by subblock, each from the previous ones. */
  private void subblocks(int x, int y) {
    Vp8Plane p = planes[0];
    for (int i = 0; i < LUMA_BLOCKS; i++) {
      int column = 16 * x + i % 4 * 4;
      int row = 16 * y + i / 4 * 4;
      int at = p.at(column, row);
      for (int k = 0; k < 4; k++) {
        edge[3 - k] = p.get(at + k * p.stride() - 1);
      }
      for (int k = -1; k < 4; k++) {
        edge[5 + k] = p.get(at - p.stride() + k);
      }
      boolean last = i % 4 == 3;
      // To the right of the block, only the row above it is known; all subblocks on that side use
      // it.
      int right = last ? p.at(column + 4, 16 * y - 1) : at - p.stride() + 4;
      boolean outside = last && x == columns - 1;
      for (int k = 0; k < 4; k++) {
        edge[9 + k] = outside ? p.get(p.at(16 * columns - 1, 16 * y - 1)) : p.get(right + k);
      }
      Vp8Predictor.subblock(p, at, subblockModes[i], edge);
      addBlock(i, p, at);
    }
  }

  private void add(Vp8Plane p, int x, int y, int firstBlock, int side) {
    for (int i = 0; i < side * side; i++) {
      addBlock(firstBlock + i, p, p.at(x + i % side * 4, y + i / side * 4));
    }
  }

  private void addBlock(int block, Vp8Plane p, int at) {
    for (int i = 16 * block; i < 16 * block + 16; i++) {
      if (coefficients[i] != 0) {
        Vp8Transform.add(coefficients, 16 * block, p, at);
        return;
      }
    }
  }
}
