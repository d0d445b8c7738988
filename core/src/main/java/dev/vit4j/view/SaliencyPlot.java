package dev.vit4j.view;

import java.awt.image.BufferedImage;
import java.util.List;

/** Draws an image, a map over it, and the map alone. */
public final class SaliencyPlot {
  private static final int SIDE = 280;

  private SaliencyPlot() {}

  /**
   * Draws the three views with a color bar.
   *
   * @param title one line above
   * @param note meaning of the values
   * @param picture model input
   * @param map [rows][columns]; stretched over the image, scaled from its smallest to its largest
   *     value
   */
  public static BufferedImage draw(
      String title, String note, BufferedImage picture, float[][] map) {
    Range range = Range.of(map);
    float[][] share = range.shares(map);
    BufferedImage over = Overlay.draw(picture, share, true, SIDE);
    BufferedImage plain = Pictures.fitted(picture, over.getWidth(), over.getHeight());
    BufferedImage alone = alone(share, over.getWidth(), over.getHeight());
    return new PanelSheet(List.of(plain, over, alone), 3, SIDE)
        .title(title, note)
        .gap(14)
        .captions(List.of("model input", "map over the image", "map, one square per value"))
        .legend(ColorMap.VIRIDIS, Ticks.marks(range, 6))
        .draw();
  }

  private static BufferedImage alone(float[][] share, int width, int height) {
    BufferedImage alone = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        float value = share[y * share.length / height][x * share[0].length / width];
        alone.setRGB(x, y, ColorMap.VIRIDIS.at(value).getRGB());
      }
    }
    return alone;
  }
}
