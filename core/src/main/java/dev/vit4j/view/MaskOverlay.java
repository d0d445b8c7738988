package dev.vit4j.view;

import dev.vit4j.image.Image;
import dev.vit4j.image.ImageAndMask;
import dev.vit4j.image.Palette;
import dev.vit4j.image.PixelValues;
import java.awt.image.BufferedImage;

/** Draws a segmentation mask over an image in the colors of the classes. */
public final class MaskOverlay {
  private MaskOverlay() {}

  /**
   * Blends each pixel equally with the color of its class. Ignored pixels keep their color.
   *
   * @param image [H, W, C]
   * @param mask class indices [H, W, 1 or 2], in the encoding of {@link PixelValues}
   * @param palette color of each class
   * @return an image of the same size
   * @throws IllegalArgumentException if the sizes differ or the mask has 3 or 4 channels
   */
  public static BufferedImage draw(Image image, Image mask, Palette palette) {
    return draw(new ImageAndMask(image, mask), palette);
  }

  private static BufferedImage draw(ImageAndMask pair, Palette palette) {
    Image image = pair.image().toRgb();
    int[] classes = PixelValues.labels(pair.mask());
    byte[] mixed = image.pixels().clone();
    for (int i = 0; i < classes.length; i++) {
      if (classes[i] >= 0) {
        int color = palette.rgb(classes[i]);
        for (int c = 0; c < 3; c++) {
          int level = (color >> (16 - 8 * c)) & 0xff;
          mixed[3 * i + c] = (byte) (((mixed[3 * i + c] & 0xff) + level) / 2);
        }
      }
    }
    return new Image(image.width(), image.height(), 3, mixed).toBufferedImage();
  }
}
