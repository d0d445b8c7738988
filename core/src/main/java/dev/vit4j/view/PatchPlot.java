package dev.vit4j.view;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/** Draws the patches of an image in a Vision Transformer. */
public final class PatchPlot {
  /** Target width of a row of patches in logical pixels. */
  private static final int WIDTH = 900;

  private static final int LARGEST = 120;

  private PatchPlot() {}

  /**
   * Draws the pixels of the top row of patches without gaps.
   *
   * @param picture model input
   * @param patchHeight patch height in pixels, a divisor of the image height
   */
  public static BufferedImage pixelRow(BufferedImage picture, int patchHeight) {
    requireFit(picture, 1, patchHeight);
    BufferedImage strip = cut(picture, 0, 0, picture.getWidth(), patchHeight);
    String note =
        "Pixel rows 1 to %d of %d, %d pixels wide."
            .formatted(patchHeight, picture.getHeight(), picture.getWidth());
    return new PanelSheet(List.of(strip), 1, WIDTH).title("The top row of pixels", note).draw();
  }

  /**
   * Draws the top row of patches, numbered from 1.
   *
   * @param picture model input
   * @param patchHeight patch height in pixels, a divisor of the image height
   * @param patchWidth patch width in pixels, a divisor of the image width
   */
  public static BufferedImage patchRow(BufferedImage picture, int patchHeight, int patchWidth) {
    requireFit(picture, patchWidth, patchHeight);
    int columns = picture.getWidth() / patchWidth;
    String note =
        "Patches per row: %d. Patch size: %d x %d pixels."
            .formatted(columns, patchHeight, patchWidth);
    return new PanelSheet(patches(picture, patchHeight, patchWidth, 1), columns, box(columns))
        .title("The top row of patches", note)
        .axes(PanelSheet.Axis.NONE, PanelSheet.Axis.numbered("", columns))
        .framed()
        .draw();
  }

  /**
   * Draws all patches with row and column numbers.
   *
   * @param title title of the image; drawn as {@code title -> Patchified}
   * @param picture model input
   * @param patchHeight patch height in pixels, a divisor of the image height
   * @param patchWidth patch width in pixels, a divisor of the image width
   */
  public static BufferedImage grid(
      String title, BufferedImage picture, int patchHeight, int patchWidth) {
    requireFit(picture, patchWidth, patchHeight);
    int rows = picture.getHeight() / patchHeight;
    int columns = picture.getWidth() / patchWidth;
    String note =
        "Patches per row: %d. Patches per column: %d. Total patches: %d. Patch size: %d x %d pixels."
            .formatted(columns, rows, rows * columns, patchHeight, patchWidth);
    int most = Math.max(rows, columns);
    return new PanelSheet(patches(picture, patchHeight, patchWidth, rows), columns, box(most))
        .title(title + " -> Patchified", note)
        .gap(most > 20 ? 4 : 8)
        .axes(PanelSheet.Axis.numbered("", rows), PanelSheet.Axis.numbered("", columns))
        .framed()
        .draw();
  }

  private static int box(int count) {
    return Math.max(4, Math.min(LARGEST, WIDTH / count - (count > 20 ? 4 : 8)));
  }

  private static void requireFit(BufferedImage picture, int width, int height) {
    if (picture.getWidth() % width != 0 || picture.getHeight() % height != 0) {
      throw new IllegalArgumentException(
          "image of %d x %d pixels is not divisible into patches of %d x %d"
              .formatted(picture.getHeight(), picture.getWidth(), height, width));
    }
  }

  private static List<BufferedImage> patches(
      BufferedImage picture, int height, int width, int rows) {
    List<BufferedImage> patches = new ArrayList<>();
    for (int y = 0; y < rows * height; y += height) {
      for (int x = 0; x < picture.getWidth(); x += width) {
        patches.add(cut(picture, x, y, width, height));
      }
    }
    return patches;
  }

  private static BufferedImage cut(BufferedImage picture, int x, int y, int width, int height) {
    BufferedImage cut = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        cut.setRGB(column, row, picture.getRGB(x + column, y + row));
      }
    }
    return cut;
  }
}
