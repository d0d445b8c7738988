package dev.vit4j.image;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * One table of Huffman codes of a JPEG (DHT), of 1 to 16 bits each, with symbols of a byte. Most
 * files have one of a few tables: the last one of each kind is kept.
 */
final class HuffmanCodes {
  /** Number of bits that {@link #steps} is indexed with. */
  static final int STEP_BITS = 11;

  /** What the end of a block adds to a place in it. */
  static final int TO_THE_END = 128;

  private static final int LONGEST = 16;
  private static final int LOOK = 10;
  private static final int MOST_DC_BITS = 15;
  private static final int MOST_STEP = 32; // bits
  private static final AtomicReferenceArray<HuffmanCodes> LAST = new AtomicReferenceArray<>(4);

  /** For the next bits: length and symbol of the code that they start with, 0 if it is longer. */
  private final short[] look = new short[1 << LOOK];

  private final byte[] table; // as in the file
  private final byte[] symbols;
  private final int[] behind = new int[LONGEST + 1]; // the code after the last one of a length
  private final int[] offset = new int[LONGEST + 1]; // from a code to the place of its symbol
  private boolean ofDc = true;
  private volatile int @Nullable [] steps;

  private HuffmanCodes(byte[] table) {
    this.table = table;
    this.symbols = Arrays.copyOfRange(table, LONGEST, table.length);
  }

  /**
   * Reads the 16 numbers of codes by length and the symbols.
   *
   * @param kind 0 to 3: tables of a kind are often the same in different files
   * @return null if they are not a table of codes
   */
  static @Nullable HuffmanCodes of(byte[] data, int counts, int end, int kind) {
    int total = 0;
    for (int length = 1; length <= LONGEST; length++) {
      total += data[counts + length - 1] & 0xff;
    }
    int after = counts + LONGEST + total;
    if (total > 256 || after > end) {
      return null;
    }
    HuffmanCodes last = LAST.get(kind);
    if (last != null && Arrays.equals(last.table, 0, last.table.length, data, counts, after)) {
      return last;
    }
    HuffmanCodes codes = new HuffmanCodes(Arrays.copyOfRange(data, counts, after));
    if (!codes.assign()) {
      return null;
    }
    LAST.set(kind, codes);
    return codes;
  }

  /** Gives every symbol its code; returns false if there are more than codes of a length. */
  private boolean assign() {
    int code = 0;
    int place = 0;
    for (int length = 1; length <= LONGEST; length++) {
      int n = table[length - 1] & 0xff;
      offset[length] = place - code;
      if (code + n > 1 << length) {
        return false;
      }
      for (int i = 0; i < n; i++) {
        put(code++, length, symbols[place++] & 0xff);
      }
      behind[length] = code;
      code <<= 1;
    }
    return true;
  }

  private void put(int code, int length, int symbol) {
    ofDc &= symbol <= MOST_DC_BITS;
    if (length <= LOOK) {
      int from = code << (LOOK - length);
      for (int i = 0; i < 1 << (LOOK - length); i++) {
        look[from + i] = (short) (length << 8 | symbol);
      }
    }
  }

  /** Number of bytes that the table takes in the file. */
  int bytes() {
    return table.length;
  }

  /** Whether all symbols are numbers of bits of a DC coefficient. */
  boolean isOfDc() {
    return ofDc;
  }

  /**
   * Finds the code that the lowest {@code count} bits of a buffer start with.
   *
   * @param count at least 16
   * @return the code's length times 256, plus its symbol; -1 if there is no such code
   */
  int find(long buffer, int count) {
    int entry = look[(int) (buffer >>> (count - LOOK)) & ((1 << LOOK) - 1)];
    return entry != 0 ? entry : longer(buffer, count);
  }

  private int longer(long buffer, int count) {
    for (int length = LOOK + 1; length <= LONGEST; length++) {
      int code = (int) (buffer >>> (count - length)) & ((1 << length) - 1);
      if (code < behind[length]) {
        int place = offset[length] + code;
        return place < 0 ? -1 : length << 8 | (symbols[place] & 0xff);
      }
    }
    return -1;
  }

  /**
   * Returns for the next {@link #STEP_BITS} bits what the codes of AC coefficients that they start
   * with skip, one or two of them: from the lowest byte on the bits of both, the places in the
   * block of both, the bits of the first, the places of the first; 0 if the code is longer.
   */
  int[] steps() {
    int[] known = steps;
    if (known == null) {
      known = newSteps();
      steps = known;
    }
    return known;
  }

  private int[] newSteps() {
    int[] all = new int[1 << STEP_BITS];
    for (int i = 0; i < all.length; i++) {
      int entry = look[i >> (STEP_BITS - LOOK)];
      int first = entry == 0 ? 0 : step(entry);
      int bits = first & 0xff;
      int second = 0;
      if (first >> 8 != TO_THE_END && bits < STEP_BITS) {
        int next = look[(i << bits & ((1 << STEP_BITS) - 1)) >> (STEP_BITS - LOOK)];
        boolean isSeen = next != 0 && next >> 8 <= STEP_BITS - bits;
        second = isSeen && bits + (step(next) & 0xff) <= MOST_STEP ? step(next) : 0;
      }
      all[i] = first << 16 | (first + second);
    }
    return all;
  }

  /**
   * What a code of an AC coefficient skips.
   *
   * @param code as {@link #find} returns it
   * @return bits with those of the value, plus 256 times the places in the block
   */
  static int step(int code) {
    int size = code & 15;
    int run = code >> 4 & 15;
    int places = size == 0 && run < 15 ? TO_THE_END : run + 1;
    return places << 8 | ((code >> 8) + size);
  }
}
