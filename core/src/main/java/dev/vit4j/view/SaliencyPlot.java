package dev.vit4j.view;

import java.awt.image.BufferedImage;
import java.util.List;

/** One map of an image in three views: the image, the map over it, the map alone. */
public final class SaliencyPlot {
  private static final int SIDE = 280;

  private SaliencyPlot() {}

  /**
   * Draws the three, with the map's colors on a bar.
   *
   * @param title one line above
   * @param note what the values mean
   * @param picture as the model reads it
   * @param map [rows][columns]; stretched over the image, colored from its smallest value to its
   *     largest
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
        .captions(List.of("what the model reads", "the map over it", "the map, a square per value"))
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
