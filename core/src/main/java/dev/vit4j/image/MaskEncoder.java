package dev.vit4j.image;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.DataBufferUShort;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import javax.imageio.ImageIO;

/**
 * Writes segmentation masks as PNGs whose pixel values are class indices: palette PNGs of 8 bits
 * per pixel, as Pascal VOC stores them, of which image viewers show the palette's colors; with more
 * than 255 classes grayscale PNGs of 16 bits per pixel.
 */
public final class MaskEncoder {
  private MaskEncoder() {}

  /**
   * Writes a mask. {@link MaskDecoder} and Pillow ({@code np.array(Image.open(file))}) read the
   * same class indices back.
   *
   * @param mask class indices, [H, W, 1] or [H, W, 2]
   * @param palette the color of each index; not used for masks of 2 channels
   * @param out receives the PNG file; not closed
   * @throws IllegalArgumentException if the mask has 3 or 4 channels
   */
  public static void write(Image mask, Palette palette, OutputStream out) throws IOException {
    ImageIO.write(toBufferedImage(mask, palette), "png", out);
  }

  /**
   * Returns the mask as an image of type {@code TYPE_BYTE_INDEXED}, or {@code TYPE_USHORT_GRAY} if
   * it has 2 channels. The raster holds the class indices.
   *
   * @throws IllegalArgumentException if the mask has 3 or 4 channels
   */
  public static BufferedImage toBufferedImage(Image mask, Palette palette) {
    PixelValues.requireClasses(mask.channels());
    if (mask.channels() == 2) {
      return wide(mask);
    }
    BufferedImage indexed =
        new BufferedImage(
            mask.width(), mask.height(), BufferedImage.TYPE_BYTE_INDEXED, colors(palette));
    byte[] pixels = ((DataBufferByte) indexed.getRaster().getDataBuffer()).getData();
    System.arraycopy(mask.pixels(), 0, pixels, 0, pixels.length);
    return indexed;
  }

  private static BufferedImage wide(Image mask) {
    BufferedImage gray =
        new BufferedImage(mask.width(), mask.height(), BufferedImage.TYPE_USHORT_GRAY);
    short[] values = ((DataBufferUShort) gray.getRaster().getDataBuffer()).getData();
    ByteBuffer.wrap(mask.pixels()).asShortBuffer().get(values);
    return gray;
  }

  private static IndexColorModel colors(Palette palette) {
    byte[] red = new byte[Palette.COLORS];
    byte[] green = new byte[Palette.COLORS];
    byte[] blue = new byte[Palette.COLORS];
    for (int i = 0; i < Palette.COLORS; i++) {
      int rgb = palette.rgb(i);
      red[i] = (byte) (rgb >> 16);
      green[i] = (byte) (rgb >> 8);
      blue[i] = (byte) rgb;
    }
    return new IndexColorModel(8, Palette.COLORS, red, green, blue);
  }
}
