package dev.vit4j.view;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/**
 * Draws the similarity of position embeddings (Dosovitskiy et al. 2021, figure 7): at the place of
 * each patch, a map of the cosine similarity between its position embedding and all others.
 */
public final class PositionPlot {
  private static final int WIDTH = 840;
  private static final int LARGEST = 120;
  private static final int MOST = 4096;

  private PositionPlot() {}

  /**
   * Draws the maps on the scale from -1 to 1.
   *
   * @param cosines [N][N], patches in row-major order, at most 4096
   * @param columns columns of the patch grid, a divisor of N
   * @throws IllegalArgumentException if there are more patches, or N is not divisible by {@code
   *     columns}
   */
  public static BufferedImage draw(float[][] cosines, int columns) {
    int patches = cosines.length;
    if (patches == 0 || patches > MOST || patches % columns != 0) {
      throw new IllegalArgumentException(
          "positions of %d patches in %d columns: use full rows of at most %d patches"
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
            "Each map shows the cosine similarity between the position of one patch and all others.")
        .gap(4)
        .axes(
            PanelSheet.Axis.numbered("patch row", rows),
            PanelSheet.Axis.numbered("patch column", columns))
        .legend(ColorMap.VIRIDIS, Ticks.marks(new Range(-1, 1), 4))
        .draw();
  }
}
