package dev.vit4j.image;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One scan of a JPEG, whose codes are read without computing coefficients, by the rules of
 * libjpeg's jdhuff.c and jdphuff.c.
 *
 * @param parts the components
 * @param dc codes of the first coefficient for each component; null if not defined
 * @param ac codes of the others
 * @param first first coefficient, 0 to 63 in zigzag order
 * @param last last coefficient
 * @param high 0, or in a progressive JPEG the bit before {@code low} that an earlier scan gave
 * @param low the lowest bit that this scan gives
 * @param progressive whether the JPEG is progressive
 */
record JpegScan(
    List<JpegComponent> parts,
    List<@Nullable HuffmanCodes> dc,
    List<@Nullable HuffmanCodes> ac,
    int first,
    int last,
    int high,
    int low,
    boolean progressive) {
  private static final int MOST_BLOCKS = 10; // of a group
  private static final int MOST_LOW = 13;
  private static final int FIRST_RESTART = 0xd0;
  private static final int RESTARTS = 8;

  /** What goes on from block to block. */
  private static final class State {
    final JpegBits bits;
    int endOfBand; // blocks that follow without codes of their own

    State(JpegBits bits) {
      this.bits = bits;
    }
  }

  /** Whether libjpeg decodes a scan of this kind without a warning. */
  boolean isValid() {
    boolean needsDc = first == 0 && (!progressive || high == 0);
    boolean needsAc = progressive ? first > 0 : true;
    for (int i = 0; i < parts.size(); i++) {
      HuffmanCodes d = dc.get(i);
      if ((needsDc && (d == null || !d.isOfDc())) || (needsAc && ac.get(i) == null)) {
        return false;
      }
      if (first > 0 && !parts.get(i).isStarted()) {
        return false;
      }
    }
    int blocks = parts.stream().mapToInt(part -> part.across * part.down).sum();
    if (parts.size() > 1 && blocks > MOST_BLOCKS) {
      return false;
    }
    if (!progressive) {
      return first == 0 && last == 63 && high == 0 && low == 0;
    }
    boolean band = first == 0 ? last == 0 : last >= first && last < 64 && parts.size() == 1;
    return band && low <= MOST_LOW;
  }

  /**
   * Reads the codes of all blocks.
   *
   * @param from offset of the first byte
   * @param groups number of groups of blocks in a row and in a column
   * @param interval groups between two restart markers; 0 without those
   * @return the place of the marker after the scan, -1 if the codes are damaged
   */
  int read(JpegBits bits, int from, int[] groups, int interval) {
    boolean single = parts.size() == 1;
    int columns = single ? parts.get(0).columns : groups[0];
    int rows = single ? parts.get(0).rows : groups[1];
    State state = new State(bits);
    bits.start(from);
    int restarts = 0;
    int left = interval;
    for (int y = 0; y < rows; y++) {
      for (int x = 0; x < columns; x++) {
        if (interval > 0 && left-- == 0) {
          int marker = bits.marker();
          if (state.endOfBand > 0 || !isRestart(bits, marker, restarts++)) {
            return -1;
          }
          bits.start(marker + 1);
          left = interval - 1;
        }
        if (!group(state, single, y * columns + x)) {
          return -1;
        }
      }
      if (bits.isOverrun()) {
        return -1;
      }
    }
    return state.endOfBand > 0 ? -1 : bits.marker();
  }

  private static boolean isRestart(JpegBits bits, int marker, int count) {
    return marker >= 0 && bits.at(marker) == FIRST_RESTART + count % RESTARTS;
  }

  private boolean group(State state, boolean single, int block) {
    for (int i = 0; i < parts.size(); i++) {
      JpegComponent part = parts.get(i);
      int blocks = single ? 1 : part.across * part.down;
      for (int k = 0; k < blocks; k++) {
        boolean valid =
            progressive
                ? progressiveBlock(state, i, block)
                : state.bits.skipBlock(codes(dc, i), codes(ac, i));
        if (!valid) {
          return false;
        }
      }
    }
    return true;
  }

  private static HuffmanCodes codes(List<@Nullable HuffmanCodes> all, int i) {
    HuffmanCodes codes = all.get(i);
    if (codes == null) {
      throw new IllegalStateException("the scan was not checked");
    }
    return codes;
  }

  private boolean progressiveBlock(State state, int part, int block) {
    if (first > 0) {
      long[] nonzero = parts.get(part).nonzero();
      HuffmanCodes codes = codes(ac, part);
      return high == 0
          ? firstBits(state, codes, nonzero, block)
          : nextBits(state, codes, nonzero, block);
    }
    if (high > 0) {
      state.bits.bits(1);
      return true;
    }
    int size = state.bits.symbol(codes(dc, part));
    if (size > 0) {
      state.bits.bits(size);
    }
    return size >= 0;
  }

  /** The first scan of some coefficients: runs of zeros, values, and ends of several blocks. */
  private boolean firstBits(State state, HuffmanCodes codes, long[] nonzero, int block) {
    if (state.endOfBand > 0) {
      state.endOfBand--;
      return true;
    }
    for (int k = first; k <= last; k++) {
      int symbol = state.bits.symbol(codes);
      if (symbol < 0) {
        return false;
      }
      int run = symbol >> 4;
      int size = symbol & 15;
      if (size == 0 && run < 15) {
        state.endOfBand = (1 << run) + state.bits.bits(run) - 1;
        return true;
      }
      k += run;
      if (k > last) {
        return false;
      }
      if (size > 0) {
        state.bits.bits(size);
        nonzero[block] |= 1L << k;
      }
    }
    return true;
  }

  /** A later scan: a bit for each coefficient that is not 0, and codes for those that become so. */
  private boolean nextBits(State state, HuffmanCodes codes, long[] nonzero, int block) {
    long known = nonzero[block];
    int k = first;
    while (k <= last && state.endOfBand == 0) {
      int symbol = state.bits.symbol(codes);
      int run = symbol >> 4;
      int size = symbol & 15;
      if (symbol < 0 || size > 1) {
        return false;
      }
      if (size == 0 && run < 15) {
        state.endOfBand = (1 << run) + state.bits.bits(run);
        break;
      }
      state.bits.bits(size); // the sign
      for (; k <= last; k++) {
        if ((known >>> k & 1) != 0) {
          state.bits.bits(1);
        } else if (run-- == 0) {
          break;
        }
      }
      if (k > last) {
        return false;
      }
      if (size > 0) {
        nonzero[block] |= 1L << k;
      }
      k++;
    }
    if (state.endOfBand > 0) {
      for (; k <= last; k++) {
        state.bits.bits((int) (known >>> k & 1));
      }
      state.endOfBand--;
    }
    return true;
  }
}
