package dev.vit4j.image;

/**
 * The loop filter of VP8 (RFC 6386, section 15), which smooths the edges of blocks and subblocks.
 *
 * <p>It runs on the completely decoded frame, since prediction uses unfiltered samples and the
 * filter of the next block changes a block's last samples again.
 */
final class Vp8Filter {
  private static final int BLOCK = 16;
  private static final int SUBBLOCK = 4;

  private final boolean simple;
  private final int level;
  private final int interior; // maximum difference between neighbors beside an edge
  private final int varied; // difference above which a side has high variance

  Vp8Filter(boolean simple, int level, int sharpness) {
    this.simple = simple;
    this.level = level;
    int limit = level;
    if (sharpness > 0) {
      limit = Math.min(limit >> (sharpness > 4 ? 2 : 1), 9 - sharpness);
    }
    this.interior = Math.max(1, limit);
    this.varied = level >= 40 ? 2 : level >= 15 ? 1 : 0;
  }

  /**
   * Filters the edges of one block of 16 x 16 luma and 8 x 8 chroma samples.
   *
   * @param inner whether the edges of its subblocks are filtered too
   */
  void apply(Vp8Plane[] planes, int blockX, int blockY, boolean inner) {
    if (level == 0) {
      return;
    }
    for (int i = 0; i < (simple ? 1 : planes.length); i++) {
      Vp8Plane p = planes[i];
      int size = i == 0 ? BLOCK : BLOCK / 2;
      int at = p.at(blockX * size, blockY * size);
      edges(p, at, size, 1, p.stride(), blockX > 0, inner);
      edges(p, at, size, p.stride(), 1, blockY > 0, inner);
    }
  }

  /**
   * Filters the edges of one direction.
   *
   * @param across step between samples across the edge
   * @param along step between samples along the edge
   */
  private void edges(
      Vp8Plane p, int at, int size, int across, int along, boolean outer, boolean inner) {
    int limit = 2 * level + interior;
    for (int edge = outer ? 0 : SUBBLOCK; edge < (inner ? size : 1); edge += SUBBLOCK) {
      for (int i = 0; i < size; i++) {
        int q0 = at + edge * across + i * along;
        if (simple) {
          simple(p, q0, across, edge == 0 ? limit + 4 : limit);
        } else {
          normal(p, q0, across, edge == 0 ? limit + 4 : limit, edge == 0);
        }
      }
    }
  }

  private static void simple(Vp8Plane p, int q0, int step, int limit) {
    if (isEven(p, q0, step, limit)) {
      common(p, q0, step, true);
    }
  }

  private void normal(Vp8Plane p, int q0, int step, int limit, boolean ofBlock) {
    if (!isEven(p, q0, step, limit) || !isSmooth(p, q0, step)) {
      return;
    }
    if (step(p, q0 - 2 * step, step) > varied || step(p, q0, step) > varied) {
      common(p, q0, step, true);
    } else if (ofBlock) {
      wide(p, q0, step);
    } else {
      int a = (common(p, q0, step, false) + 1) >> 1;
      shift(p, q0 + step, -a);
      shift(p, q0 - 2 * step, a);
    }
  }

  /** Difference between a sample and the next. */
  private static int step(Vp8Plane p, int at, int step) {
    return Math.abs(p.get(at) - p.get(at + step));
  }

  private static boolean isEven(Vp8Plane p, int q0, int step, int limit) {
    int near = step(p, q0 - step, step);
    int far = Math.abs(p.get(q0 - 2 * step) - p.get(q0 + step));
    return 4 * near + far <= 2 * limit + 1;
  }

  private boolean isSmooth(Vp8Plane p, int q0, int step) {
    for (int i = -4; i < 3; i++) {
      if (i != -1 && step(p, q0 + i * step, step) > interior) {
        return false;
      }
    }
    return true;
  }

  /** Changes the two samples at the edge; returns the value subtracted from the second. */
  private static int common(Vp8Plane p, int q0, int step, boolean outer) {
    int a = 3 * (p.get(q0) - p.get(q0 - step));
    if (outer) {
      a += clip(p.get(q0 - 2 * step) - p.get(q0 + step));
    }
    int second = clip(a + 4) >> 3;
    shift(p, q0 - step, clip(a + 3) >> 3);
    shift(p, q0, -second);
    return second;
  }

  /** Changes three samples on each side. */
  private static void wide(Vp8Plane p, int q0, int step) {
    int w =
        clip(3 * (p.get(q0) - p.get(q0 - step)) + clip(p.get(q0 - 2 * step) - p.get(q0 + step)));
    for (int i = 0; i < 3; i++) {
      int a = (9 * (3 - i) * w + 63) >> 7;
      shift(p, q0 + i * step, -a);
      shift(p, q0 - (i + 1) * step, a);
    }
  }

  private static void shift(Vp8Plane p, int at, int by) {
    p.set(at, p.get(at) + by);
  }

  private static int clip(int v) {
    return Math.max(-128, Math.min(127, v));
  }
}
