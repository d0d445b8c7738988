package dev.vit4j.image;

/** Intra prediction of VP8 (RFC 6386, section 12) from unfiltered samples. */
final class Vp8Predictor {
  /** Modes of whole blocks. */
  static final int DC = 0;

  static final int VERTICAL = 1;
  static final int HORIZONTAL = 2;
  static final int TRUE_MOTION = 3;

  /** Modes of subblocks, in the order of the tables. */
  static final int B_DC = 0;

  static final int B_TRUE_MOTION = 1;
  static final int B_VERTICAL = 2;
  static final int B_HORIZONTAL = 3;
  private static final int LEFT_DOWN = 4;
  private static final int RIGHT_DOWN = 5;
  private static final int VERTICAL_RIGHT = 6;
  private static final int VERTICAL_LEFT = 7;
  private static final int HORIZONTAL_DOWN = 8;

  private static final int NOTHING_KNOWN = 128;
  private static final int CORNER = 4; // index in a subblock's edge
  private static final int[] MODE_OF_SUBBLOCKS = {B_DC, B_VERTICAL, B_HORIZONTAL, B_TRUE_MOTION};

  private Vp8Predictor() {}

  /** The subblock mode that neighbors of a whole block use for its mode. */
  static int subblockMode(int mode) {
    return MODE_OF_SUBBLOCKS[mode];
  }

  /**
   * Predicts a square of 8 or 16 samples per side.
   *
   * @param hasAbove whether there are samples above, otherwise the border is used
   */
  static void block(Vp8Plane p, int at, int size, int mode, boolean hasAbove, boolean hasLeft) {
    int dc = mode == DC ? average(p, at, size, hasAbove, hasLeft) : 0;
    int above = at - p.stride();
    int corner = p.get(above - 1);
    for (int y = 0; y < size; y++) {
      int row = at + y * p.stride();
      int left = p.get(row - 1);
      for (int x = 0; x < size; x++) {
        int top = p.get(above + x);
        p.set(
            row + x,
            switch (mode) {
              case DC -> dc;
              case VERTICAL -> top;
              case HORIZONTAL -> left;
              default -> left + top - corner;
            });
      }
    }
  }

  private static int average(Vp8Plane p, int at, int size, boolean above, boolean left) {
    if (!above && !left) {
      return NOTHING_KNOWN;
    }
    int sum = 0;
    for (int i = 0; i < size; i++) {
      sum += above ? p.get(at - p.stride() + i) : 0;
      sum += left ? p.get(at + i * p.stride() - 1) : 0;
    }
    int count = above && left ? 2 * size : size;
    return (sum + count / 2) / count;
  }

  /**
   * Predicts 4 x 4 samples.
   *
   * @param edge 13 samples around it, from the bottom left to the top right
   */
  static void subblock(Vp8Plane p, int at, int mode, int[] edge) {
    for (int y = 0; y < 4; y++) {
      for (int x = 0; x < 4; x++) {
        p.set(at + y * p.stride() + x, sample(mode, edge, x, y));
      }
    }
  }

  private static int sample(int mode, int[] e, int x, int y) {
    return switch (mode) {
      case B_DC -> (e[0] + e[1] + e[2] + e[3] + e[5] + e[6] + e[7] + e[8] + 4) >> 3;
      case B_TRUE_MOTION -> e[3 - y] + e[5 + x] - e[CORNER];
      case B_VERTICAL -> three(e, 5 + x);
      case B_HORIZONTAL -> y == 3 ? (e[1] + 3 * e[0] + 2) >> 2 : three(e, 3 - y);
      case LEFT_DOWN -> x + y == 6 ? (e[11] + 3 * e[12] + 2) >> 2 : three(e, 6 + x + y);
      case RIGHT_DOWN -> three(e, CORNER + x - y);
      case VERTICAL_RIGHT -> verticalRight(e, x, y);
      case VERTICAL_LEFT -> verticalLeft(e, x, y);
      case HORIZONTAL_DOWN -> horizontalDown(e, x, y);
      default -> horizontalUp(e, x, y);
    };
  }

  private static int verticalRight(int[] e, int x, int y) {
    int i = 2 * x - y; // half samples along the edge
    if (i < -1) {
      return three(e, CORNER + 1 + i);
    }
    if (i == -1) {
      return three(e, CORNER);
    }
    int k = CORNER + (i >> 1);
    return (i & 1) == 0 ? two(e, k) : three(e, k + 1);
  }

  private static int verticalLeft(int[] e, int x, int y) {
    if (x == 3 && y >= 2) { // the general rule would need an unavailable sample
      return three(e, y == 2 ? 10 : 11);
    }
    int i = 5 + x + (y >> 1);
    return (y & 1) == 0 ? two(e, i) : three(e, i + 1);
  }

  private static int horizontalDown(int[] e, int x, int y) {
    int i = 2 * y - x;
    if (i < -1) {
      return three(e, CORNER - 1 - i);
    }
    if (i == -1) {
      return three(e, CORNER);
    }
    int k = CORNER - 1 - (i >> 1);
    return (i & 1) == 0 ? two(e, k) : three(e, k);
  }

  private static int horizontalUp(int[] e, int x, int y) {
    int i = x + 2 * y;
    if (i > 5) {
      return e[0];
    }
    if (i == 5) {
      return (e[1] + 3 * e[0] + 2) >> 2;
    }
    int k = 3 - (i >> 1);
    return (i & 1) == 0 ? two(e, k - 1) : three(e, k - 1);
  }

  /** The average of a sample and the next. */
  private static int two(int[] e, int i) {
    return (e[i] + e[i + 1] + 1) >> 1;
  }

  /** The weighted average of a sample and its neighbors. */
  private static int three(int[] e, int i) {
    return (e[i - 1] + 2 * e[i] + e[i + 1] + 2) >> 2;
  }
}
