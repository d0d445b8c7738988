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
 * A raster for the JDK's JPEG reader that resizes rows as they arrive: each is resampled to its new
 * width and discarded, so that a photo of 12 million pixels needs 3 MB instead of 36.
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
        new DataBufferByte(1), // the pixels are never read
        new Point());
    this.resize = resize;
    this.across = new Resampler(width, resize.width(), resize.interpolation());
    this.rows = new byte[Math.multiplyExact(Math.multiplyExact(height, resize.width()), RGB)];
  }

  /** Returns the destination image for a reader. */
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

  /** Receives one row from a decoder. */
  @Override
  public void setRect(int x, int y, Raster row) {
    byte[] samples = ((DataBufferByte) row.getDataBuffer()).getData();
    across.row(samples, 0, rows, y * resize.width() * RGB);
    taken++;
  }

  /** Whether every row has arrived exactly once. */
  boolean isComplete() {
    return taken == getHeight();
  }

  /** Returns the resized image. */
  Image resized() {
    return resize.columns(new Image(resize.width(), getHeight(), RGB, rows));
  }
}
