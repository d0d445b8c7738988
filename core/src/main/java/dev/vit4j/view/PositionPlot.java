package dev.vit4j.view;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/**
 * How alike the position embeddings of all patches are (Dosovitskiy et al. 2021, figure 7): a small
 * map for every patch, in its place, of the cosines between its position and all others.
 */
public final class PositionPlot {
  private static final int WIDTH = 840;
  private static final int LARGEST = 120;
  private static final int MOST = 4096;

  private PositionPlot() {}

  /**
   * Draws the maps on the scale from -1 to 1.
   *
   * @param cosines [N][N], patches row by row, at most 4096
   * @param columns of the grid of patches; they divide N
   * @throws IllegalArgumentException when there are more patches, or no full rows of them
   */
  public static BufferedImage draw(float[][] cosines, int columns) {
    int patches = cosines.length;
    if (patches == 0 || patches > MOST || patches % columns != 0) {
      throw new IllegalArgumentException(
          "positions of %d patches in %d columns: full rows of up to %d patches can be drawn"
              .formatted(patches, columns, MOST));
    }
    int rows = patches / columns;
    List<BufferedImage> maps = new ArrayList<>();
    for (float[] row : cosines) {
      BufferedImage map = new BufferedImage(columns, rows, BufferedImage.TYPE_INT_RGB);
      for (int i = 0; i < patches; i++) {
        map.setRGB(i % columns, i / columns, ColorMap.VIRIDIS.at((row[i] + 1) / 2).getRGB());
      }
      maps.add(map);
    }
    int most = Math.max(rows, columns);
    int box = Math.max(most / 2 + 1, Math.min(LARGEST, WIDTH / most - 4));
    return new PanelSheet(maps, columns, box)
        .title(
            "Similarity of position embeddings",
            "Every small map shows how alike one patch's position is to those of all patches, as a cosine.")
        .gap(4)
        .axes(
            PanelSheet.Axis.numbered("patch row", rows),
            PanelSheet.Axis.numbered("patch column", columns))
        .legend(ColorMap.VIRIDIS, Ticks.marks(new Range(-1, 1), 4))
        .draw();
  }
}
