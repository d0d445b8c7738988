package dev.vit4j.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Scanner;

/** Constants of VP8 (RFC 6386); long tables are in the resource {@code vp8.txt}. */
final class Vp8Tables {
  static final int TYPES = 4;
  static final int BANDS = 8;
  static final int CONTEXTS = 3;
  static final int NODES = 11;

  private static final int MODES = 10;
  private static final int MODE_NODES = MODES - 1;
  private static final int STEPS = 128;
  private static final int COEFFICIENTS = TYPES * BANDS * CONTEXTS * NODES;

  /** Probabilities of subblock modes: [above][left][node], flat. */
  static final int[] SUBBLOCK_MODES;

  /** Default probabilities of coefficients: [type][band][context][node], flat. */
  static final int[] COEFFICIENT;

  /** Probabilities that coefficient probabilities are updated. */
  static final int[] UPDATE;

  /** Quantizer steps of DC coefficients. */
  static final int[] DC_STEPS;

  /** Quantizer steps of AC coefficients. */
  static final int[] AC_STEPS;

  /** Node pairs of the subblock modes' tree; leaves are negative modes, 0 is also a leaf. */
  static final int[] MODE_TREE = {
    0, 2, -1, 4, -2, 6, 8, 12, -3, 10, -5, -6, -4, 14, -7, 16, -8, -9
  };

  /** The band of each coefficient, and one for the position after the last. */
  static final int[] BAND = {0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7, 0};

  /** The order of a block's coefficients. */
  static final int[] ZIGZAG = {0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15};

  /** Probabilities of the extra bits of large values, categories 3 to 6. */
  static final int[][] EXTRA_BITS = {
    {173, 148, 140},
    {176, 155, 140, 135},
    {180, 157, 141, 134, 130},
    {254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129}
  };

  static {
    int[] all = numbers();
    int at = 0;
    SUBBLOCK_MODES = Arrays.copyOfRange(all, at, at += MODES * MODES * MODE_NODES);
    COEFFICIENT = Arrays.copyOfRange(all, at, at += COEFFICIENTS);
    UPDATE = Arrays.copyOfRange(all, at, at += COEFFICIENTS);
    DC_STEPS = Arrays.copyOfRange(all, at, at += STEPS);
    AC_STEPS = Arrays.copyOfRange(all, at, at + STEPS);
  }

  private Vp8Tables() {}

  /** Index of the probabilities of a subblock's mode. */
  static int modeChances(int above, int left) {
    return (above * MODES + left) * MODE_NODES;
  }

  /** Index of the probabilities of a coefficient. */
  static int coefficientChances(int type, int band, int context) {
    return ((type * BANDS + band) * CONTEXTS + context) * NODES;
  }

  private static int[] numbers() {
    try (InputStream in = Objects.requireNonNull(Vp8Tables.class.getResourceAsStream("vp8.txt"));
        Scanner lines = new Scanner(in, StandardCharsets.US_ASCII).useDelimiter("\\R")) {
      return lines
          .tokens()
          .filter(line -> !line.startsWith("#"))
          .flatMap(line -> Arrays.stream(line.split(" ", -1)))
          .mapToInt(Integer::parseInt)
          .toArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
