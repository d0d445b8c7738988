package dev.vit4j.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The 256 characters that stand for bytes in the vocabulary of a byte-pair encoding (GPT-2's {@code
 * bytes_to_unicode}). A printable byte of Latin-1 stands for itself; the others, in their order,
 * are U+0100, U+0101, ….
 */
final class ByteAlphabet {
  private static final int BYTES = 256;
  private static final char[] CHARS = new char[BYTES];
  private static final int[] BYTE_OF = new int[2 * BYTES];
  private static final List<String> IN_ORDER = new ArrayList<>();

  static {
    Arrays.fill(BYTE_OF, -1);
    char next = BYTES;
    for (int b = 0; b < BYTES; b++) {
      CHARS[b] = isPrintable(b) ? (char) b : next++;
      BYTE_OF[CHARS[b]] = b;
      if (isPrintable(b)) {
        IN_ORDER.add(String.valueOf(CHARS[b]));
      }
    }
    for (char c = BYTES; c < next; c++) {
      IN_ORDER.add(String.valueOf(c));
    }
  }

  private ByteAlphabet() {}

  private static boolean isPrintable(int b) {
    return (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xFF && b != 0xAD);
  }

  /** Returns the character of a byte from 0 to 255. */
  static char charOf(int b) {
    return CHARS[b];
  }

  /** Returns the byte of a character, or -1. */
  static int byteOf(char c) {
    return c < BYTE_OF.length ? BYTE_OF[c] : -1;
  }

  /** Returns all characters in the order in which they begin CLIP's vocabulary. */
  static List<String> inOrder() {
    return List.copyOf(IN_ORDER);
  }
}
