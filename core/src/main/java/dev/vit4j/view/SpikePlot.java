package dev.vit4j.view;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/** Draws where the neurons of a network fire: a row for every layer, a column for every step. */
public final class SpikePlot {
  private static final int BOX = 64; // logical pixels of a map

  private SpikePlot() {}

  /**
   * A layer.
   *
   * @param name shown on the left
   * @param maps [T][rows][columns], shares of the neurons that fire, from 0 to 1
   */
  public record Row(String name, float[][][] maps) {}

  /**
   * Draws the layers. Maps of different sizes are drawn equally large; each layer is scaled from 0
   * to its largest value.
   *
   * @param title title of the figure
   * @param note text below the title; may be empty
   * @param rows at least one, all with the same number of steps
   * @throws IllegalArgumentException if there is no row, or the numbers of steps differ
   */
  public static BufferedImage draw(String title, String note, List<Row> rows) {
    if (rows.isEmpty() || rows.get(0).maps().length == 0) {
      throw new IllegalArgumentException("no spikes to draw: give at least one layer and step");
    }
    int steps = rows.get(0).maps().length;
    List<BufferedImage> panels = new ArrayList<>();
    for (Row row : rows) {
      if (row.maps().length != steps) {
        throw new IllegalArgumentException(
            "%s has %d time steps, %s has %d: give all layers the same number"
                .formatted(rows.get(0).name(), steps, row.name(), row.maps().length));
      }
      double largest = largest(row.maps());
      for (float[][] map : row.maps()) {
        panels.add(panel(map, largest));
      }
    }
    return new PanelSheet(panels, steps, BOX)
        .title(title, note)
        .gap(4)
        .axes(
            new PanelSheet.Axis("", rows.stream().map(Row::name).toList()),
            PanelSheet.Axis.numbered("time step", steps))
        .draw();
  }

  private static double largest(float[][][] maps) {
    double largest = 0;
    for (float[][] map : maps) {
      for (float[] row : map) {
        for (float share : row) {
          largest = Math.max(largest, share);
        }
      }
    }
    return largest;
  }

  /** A map as a square picture, every value a rectangle. */
  private static BufferedImage panel(float[][] map, double largest) {
    int side = BOX * Canvas.DENSITY;
    BufferedImage panel = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < side; y++) {
      float[] row = map[y * map.length / side];
      for (int x = 0; x < side; x++) {
        double share = largest == 0 ? 0 : row[x * row.length / side] / largest;
        panel.setRGB(x, y, ColorMap.VIRIDIS.at(share).getRGB());
      }
    }
    return panel;
  }
}
