package dev.vit4j.image;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Neighboring pixels of one class in a label map. Pixels are neighbors if they share a side.
 *
 * @param label class index
 * @param pixels number of pixels
 * @param left leftmost column of the bounding box, from 0
 * @param top topmost row of the bounding box, from 0
 * @param width width of the bounding box in pixels
 * @param height height of the bounding box in pixels
 */
public record Region(int label, int pixels, int left, int top, int width, int height) {
  /**
   * Returns the regions of a label map, the largest first.
   *
   * @param labels class of each pixel, row by row; negative for pixels without a class, which
   *     belong to no region
   * @param width width of the map
   */
  public static List<Region> of(int[] labels, int width) {
    List<Region> regions = new ArrayList<>();
    boolean[] seen = new boolean[labels.length];
    int[] stack = new int[labels.length];
    for (int start = 0; start < labels.length; start++) {
      if (!seen[start] && labels[start] >= 0) {
        regions.add(grow(labels, width, start, seen, stack));
      }
    }
    regions.sort(Comparator.comparingInt(Region::pixels).reversed());
    return regions;
  }

  /** Visits all pixels that are connected to a first one. */
  private static Region grow(int[] labels, int width, int start, boolean[] seen, int[] stack) {
    int height = labels.length / width;
    int label = labels[start];
    int left = width;
    int right = 0;
    int top = height;
    int bottom = 0;
    int pixels = 0;
    int waiting = 0;
    stack[waiting++] = start;
    seen[start] = true;
    while (waiting > 0) {
      int at = stack[--waiting];
      int row = at / width;
      int column = at % width;
      pixels++;
      left = Math.min(left, column);
      right = Math.max(right, column);
      top = Math.min(top, row);
      bottom = Math.max(bottom, row);
      int[] around = {
        column > 0 ? at - 1 : -1,
        column < width - 1 ? at + 1 : -1,
        row > 0 ? at - width : -1,
        row < height - 1 ? at + width : -1
      };
      for (int next : around) {
        if (next >= 0 && !seen[next] && labels[next] == label) {
          seen[next] = true;
          stack[waiting++] = next;
        }
      }
    }
    return new Region(label, pixels, left, top, right - left + 1, bottom - top + 1);
  }
}
