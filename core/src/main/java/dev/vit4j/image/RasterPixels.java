package dev.vit4j.image;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;

/**
 * Converts the samples of a Java image to 8-bit pixels.
 *
 * <p>Samples are read from the raster, since {@code getRGB} would treat gray as linear light and
 * shift it by up to 73 levels, and would apply color profiles, which Pillow does not.
 */
final class RasterPixels {
  private RasterPixels() {}

  /**
   * Converts an image.
   *
   * @param source its name in remarks
   */
  static Image of(BufferedImage image, String source) {
    ColorModel model = image.getColorModel();
    if (model instanceof IndexColorModel palette) {
      return ofPalette(image.getRaster(), palette);
    }
    if (hasOddDepth(model)) {
      return ofColours(image);
    }
    return of(image.getRaster(), model.hasAlpha(), source);
  }

  /** Converts samples of 8 or 16 bits: 1 band gray, 2 gray and alpha, 3 RGB, 4 RGB and alpha. */
  private static Image of(Raster raster, boolean alpha, String source) {
    int bands = raster.getNumBands();
    int channels = bands < 3 ? 1 : 3;
    boolean wide = raster.getSampleModel().getSampleSize(0) > 8;
    // Pillow opens 16-bit gray as integers and clips them; with alpha it uses the high bytes.
    boolean saturate = wide && bands == 1 && !alpha;
    int width = raster.getWidth();
    int height = raster.getHeight();
    byte[] out = new byte[Math.multiplyExact(width * height, channels)];
    if (!wide && copyInterleaved(raster, channels, out)) {
      return new Image(width, height, channels, out);
    }
    int[] row = new int[width];
    boolean cut = false;
    for (int y = 0; y < height; y++) {
      for (int c = 0; c < channels; c++) {
        raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, c, row);
        for (int x = 0, o = y * width * channels + c; x < width; x++, o += channels) {
          int v = row[x];
          cut |= saturate && v > 255;
          out[o] = (byte) (saturate ? Math.min(v, 255) : wide ? v >> 8 : v);
        }
      }
    }
    if (cut) {
      ImageRemarks.add(source, "16-bit gray values above 255 are cut to 255, as in Pillow");
    }
    return new Image(width, height, channels, out);
  }

  /** Copies the usual layout, interleaved bytes, without a call per row and band. */
  private static boolean copyInterleaved(Raster raster, int channels, byte[] out) {
    if (!(raster.getSampleModel() instanceof PixelInterleavedSampleModel model)
        || !(raster.getDataBuffer() instanceof DataBufferByte buffer)
        || buffer.getNumBanks() != 1
        || raster.getParent() != null) {
      return false;
    }
    byte[] in = buffer.getData();
    int[] band = model.getBandOffsets();
    int o = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      int i = buffer.getOffset() + y * model.getScanlineStride();
      for (int x = 0; x < raster.getWidth(); x++, i += model.getPixelStride()) {
        for (int c = 0; c < channels; c++) {
          out[o++] = in[i + band[c]];
        }
      }
    }
    return true;
  }

  private static Image ofPalette(Raster raster, IndexColorModel palette) {
    int width = raster.getWidth();
    int height = raster.getHeight();
    int channels = isGreyRamp(palette) ? 1 : 3;
    byte[] out = new byte[Math.multiplyExact(width * height, channels)];
    int[] colours = new int[palette.getMapSize()];
    palette.getRGBs(colours);
    int[] row = new int[width];
    int o = 0;
    for (int y = 0; y < height; y++) {
      raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, 0, row);
      for (int x = 0; x < width; x++) {
        // An index beyond the palette is black, as Pillow pads palettes.
        int colour = row[x] < colours.length ? colours[row[x]] : 0;
        for (int c = channels == 1 ? 2 : 0; c < 3; c++) {
          out[o++] = (byte) (colour >> (16 - 8 * c));
        }
      }
    }
    return new Image(width, height, channels, out);
  }

  /** ImageIO represents gray of 1, 2 and 4 bits as a palette of evenly spaced grays. */
  private static boolean isGreyRamp(IndexColorModel palette) {
    int size = palette.getMapSize();
    if (size != 1 << palette.getPixelSize() || size > 16) {
      return false;
    }
    for (int i = 0; i < size; i++) {
      int grey = i * 255 / (size - 1);
      if (palette.getRed(i) != grey || palette.getGreen(i) != grey || palette.getBlue(i) != grey) {
        return false;
      }
    }
    return true;
  }

  /** Whether samples do not have 8 bits, such as packed 5-6-5 pixels. */
  private static boolean hasOddDepth(ColorModel model) {
    for (int i = 0; i < model.getNumColorComponents(); i++) {
      int bits = model.getComponentSize(i);
      if (bits != 8 && (bits != 16 || model.getTransferType() != DataBuffer.TYPE_USHORT)) {
        return true;
      }
    }
    return model.isAlphaPremultiplied();
  }

  private static Image ofColours(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    byte[] out = new byte[Math.multiplyExact(width * height, 3)];
    int[] row = new int[width];
    int o = 0;
    for (int y = 0; y < height; y++) {
      image.getRGB(0, y, width, 1, row, 0, width);
      for (int colour : row) {
        out[o++] = (byte) (colour >> 16);
        out[o++] = (byte) (colour >> 8);
        out[o++] = (byte) colour;
      }
    }
    return new Image(width, height, 3, out);
  }
}
