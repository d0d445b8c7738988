package dev.vit4j.view;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/** Draws an image, a map over it, and the map alone. */
public final class SaliencyPlot {
  private static final int SIDE = 280;
  private static final int SMALL = 220;
  private static final int WIDER = 30; // what a caption may be wider than its map
  private static final int COLUMNS = 4;

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

  /**
   * Draws an image and several maps over it, each on its own scale.
   *
   * @param title one line above
   * @param note meaning of the values
   * @param picture model input
   * @param maps at least one, [rows][columns] each
   * @param names one per map; long ones are shortened
   * @param remarks one per map, drawn below its name
   */
  public static BufferedImage several(
      String title,
      String note,
      BufferedImage picture,
      List<float[][]> maps,
      List<String> names,
      List<String> remarks) {
    List<BufferedImage> panels = new ArrayList<>();
    List<String> captions = new ArrayList<>();
    for (int i = 0; i < maps.size(); i++) {
      panels.add(Overlay.draw(picture, Range.of(maps.get(i)).shares(maps.get(i)), true, SMALL));
      String remark = " (" + remarks.get(i) + ")";
      double room = SMALL + WIDER - Text.width(Style.TICK, remark);
      captions.add(Text.fit(Style.TICK, names.get(i), room) + remark);
    }
    BufferedImage first = panels.get(0);
    panels.add(0, Pictures.fitted(picture, first.getWidth(), first.getHeight()));
    captions.add(0, "model input");
    return new PanelSheet(panels, COLUMNS, SMALL)
        .title(title, note)
        .gap(14)
        .captions(captions)
        .legend(
            ColorMap.VIRIDIS,
            List.of(new ColorBar.Mark(0, "smallest"), new ColorBar.Mark(1, "largest")))
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
