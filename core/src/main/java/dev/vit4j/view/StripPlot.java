package dev.vit4j.view;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/** Draws rows of values as horizontal strips of color with a common scale. */
public final class StripPlot {
  private static final int WIDTH = 840;
  private static final int HEIGHT = 40;

  private StripPlot() {}

  /**
   * Draws the strips.
   *
   * @param title title of the figure
   * @param note text below the title; may be empty
   * @param strips [strips][values], at least one of one value, all of equal length; values that are
   *     not finite are gray
   * @param names one name per strip
   * @throws IllegalArgumentException if there are no values, lengths differ, or the number of names
   *     differs from that of strips
   */
  public static BufferedImage draw(
      String title, String note, float[][] strips, List<String> names) {
    if (strips.length == 0 || strips[0].length == 0 || names.size() != strips.length) {
      throw new IllegalArgumentException(
          "%d names for %d strips: give one name per strip, and at least one strip"
              .formatted(names.size(), strips.length));
    }
    for (float[] strip : strips) {
      if (strip.length != strips[0].length) {
        throw new IllegalArgumentException(
            "strips differ in length: give all the same number of values");
      }
    }
    Range range = Range.of(strips);
    int cell = Math.max(1, WIDTH * Canvas.DENSITY / strips[0].length); // device pixels
    List<BufferedImage> pictures = new ArrayList<>();
    for (float[] strip : range.shares(strips)) {
      pictures.add(picture(strip, cell));
    }
    int box = pictures.get(0).getWidth() / Canvas.DENSITY + 1;
    return new PanelSheet(pictures, 1, Math.max(box, HEIGHT))
        .title(title, note)
        .axes(new PanelSheet.Axis("", names), PanelSheet.Axis.NONE)
        .legend(ColorMap.VIRIDIS, Ticks.marks(range, 6))
        .draw();
  }

  private static BufferedImage picture(float[] shares, int cell) {
    int height = HEIGHT * Canvas.DENSITY;
    BufferedImage picture =
        new BufferedImage(shares.length * cell, height, BufferedImage.TYPE_INT_RGB);
    for (int x = 0; x < picture.getWidth(); x++) {
      int rgb = ColorMap.VIRIDIS.at(shares[x / cell]).getRGB();
      for (int y = 0; y < height; y++) {
        picture.setRGB(x, y, rgb);
      }
    }
    return picture;
  }
}
