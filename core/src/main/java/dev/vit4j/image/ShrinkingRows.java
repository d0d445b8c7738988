package dev.vit4j.image;

import java.awt.Point;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;

/**
 * What the JDK's JPEG reader takes for the pixels of an image. It hands its rows over one by one;
 * each is brought to its new width and forgotten, so that a photo of 12 million pixels takes 3 MB
 * and not 36.
 */
final class ShrinkingRows extends WritableRaster {
  private static final int RGB = 3;

  private final Resize resize;
  private final Resampler across;
  private final byte[] rows; // [height, resize.width(), 3]
  private int taken;

  ShrinkingRows(int height, int width, Resize resize) {
    super(
        new PixelInterleavedSampleModel(
            DataBuffer.TYPE_BYTE, width, height, RGB, width * RGB, new int[] {0, 1, 2}),
        new DataBufferByte(1), // nobody reads the pixels back
        new Point());
    this.resize = resize;
    this.across = new Resampler(width, resize.width(), resize.interpolation());
    this.rows = new byte[Math.multiplyExact(Math.multiplyExact(height, resize.width()), RGB)];
  }

  /** Where a reader shall write to. */
  BufferedImage asDestination() {
    ComponentColorModel colours =
        new ComponentColorModel(
            ColorSpace.getInstance(ColorSpace.CS_sRGB),
            false,
            false,
            Transparency.OPAQUE,
            DataBuffer.TYPE_BYTE);
    return new BufferedImage(colours, this, false, null);
  }

  /** Takes one row of a decoder. */
  @Override
  public void setRect(int x, int y, Raster row) {
    byte[] samples = ((DataBufferByte) row.getDataBuffer()).getData();
    across.row(samples, 0, RGB, rows, y * resize.width() * RGB);
    taken++;
  }

  /** Whether every row has come, once. */
  boolean isComplete() {
    return taken == getHeight();
  }

  /** The image in its new size. */
  Image resized() {
    return resize.columns(new Image(resize.width(), getHeight(), RGB, rows));
  }
}
