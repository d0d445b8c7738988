package dev.vit4j.view;

import java.awt.Color;
import java.awt.image.BufferedImage;

/** Draws a map of values as colors over a gray image. */
final class Overlay {
  private static final double COLOUR = 0.6; // weight of the map's color

  private Overlay() {}

  /**
   * Draws the map over the image.
   *
   * @param map [rows][columns] from 0 (first color) to 1 (last color), stretched over the image
   * @param smooth whether to interpolate values bilinearly instead of drawing squares
   * @param side logical pixels of the longer side
   */
  static BufferedImage draw(BufferedImage picture, float[][] map, boolean smooth, int side) {
    double scale =
        (double) side * Canvas.DENSITY / Math.max(picture.getWidth(), picture.getHeight());
    int width = (int) Math.max(1, Math.round(picture.getWidth() * scale));
    int height = (int) Math.max(1, Math.round(picture.getHeight() * scale));
    BufferedImage drawn = Pictures.fitted(picture, width, height);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double row = (y + 0.5) / height * map.length;
        double column = (x + 0.5) / width * map[0].length;
        double value =
            smooth ? between(map, row - 0.5, column - 0.5) : map[(int) row][(int) column];
        drawn.setRGB(x, y, mixed(drawn.getRGB(x, y), ColorMap.VIRIDIS.at(value)));
      }
    }
    return drawn;
  }

  /** Interpolates bilinearly; values outside the outermost centers are clamped. */
  private static double between(float[][] map, double row, double column) {
    double r = Math.max(0, Math.min(map.length - 1, row));
    double c = Math.max(0, Math.min(map[0].length - 1, column));
    int r0 = (int) r;
    int c0 = (int) c;
    int r1 = Math.min(r0 + 1, map.length - 1);
    int c1 = Math.min(c0 + 1, map[0].length - 1);
    double upper = map[r0][c0] + (c - c0) * (map[r0][c1] - map[r0][c0]);
    double lower = map[r1][c0] + (c - c0) * (map[r1][c1] - map[r1][c0]);
    return upper + (r - r0) * (lower - upper);
  }

  private static int mixed(int rgb, Color colour) {
    double grey = 0.299 * (rgb >> 16 & 0xFF) + 0.587 * (rgb >> 8 & 0xFF) + 0.114 * (rgb & 0xFF);
    return mixed(grey, colour.getRed()) << 16
        | mixed(grey, colour.getGreen()) << 8
        | mixed(grey, colour.getBlue());
  }

  private static int mixed(double grey, int level) {
    return (int) Math.round((1 - COLOUR) * grey + COLOUR * level);
  }
}
