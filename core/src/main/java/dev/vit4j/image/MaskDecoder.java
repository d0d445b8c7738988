package dev.vit4j.image;

import dev.vit4j.format.FormatException;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import javax.imageio.ImageReader;

/**
 * Reads segmentation masks: PNG files whose pixel values are class indices.
 *
 * <p>A mask is a palette PNG (Pascal VOC) or a grayscale PNG (CamVid, ADE20K) of 1, 2, 4, 8 or 16
 * bits per pixel. The stored values are returned as they are: the palette is not applied, and
 * grayscale of less than 8 bits is not scaled to 0 … 255 (Pillow scales it).
 */
public final class MaskDecoder {
  private static final String EXPECTED =
      "a mask must be a palette or grayscale PNG of 1 to 16 bits whose pixel values are class"
          + " indices";

  private static final int COLOR_TYPE = 25; // offset of a field of IHDR, the first chunk

  /** Maximum heap per pixel while decoding: the raster and the result. */
  private static final int BYTES_PER_PIXEL = 4;

  private MaskDecoder() {}

  /**
   * Reads a mask of at most {@link Image#maxPixels()} pixels.
   *
   * @return [H, W, 1] or, from 16 bits per pixel, [H, W, 2], in the encoding of {@link
   *     PixelValues}; rotated by the EXIF orientation, as images are
   * @throws FormatException if the file is missing, empty, damaged, too large or not a mask
   */
  public static Image read(Path file) throws IOException {
    return decode(ImageDecoder.bytes(file), file.toString(), Image.maxPixels());
  }

  /**
   * Decodes a mask in memory, as {@link #read} does.
   *
   * @param source its name in error messages
   * @param maxPixels maximum of width times height, checked in the header before decoding
   * @throws FormatException if it is empty, damaged, too large or not a mask
   */
  public static Image decode(byte[] bytes, String source, long maxPixels) throws FormatException {
    String format = ImageDecoder.format(bytes, source);
    if (!format.equals("png")) {
      throw refused(source, "a " + format.toUpperCase(Locale.ROOT) + " image");
    }
    PictureLimits limits = new PictureLimits(source, maxPixels);
    PngChunks chunks = PngChunks.of(bytes, limits);
    byte[] file = chunks.pixelFile();
    checkHeader(file, source);
    Image mask = ImageDecoder.guarded(format, source, () -> indices(file, limits));
    return Orientation.apply(mask, chunks.orientation());
  }

  private static void checkHeader(byte[] png, String source) throws FormatException {
    switch (png[COLOR_TYPE]) {
      case 2 -> throw refused(source, "an RGB image");
      case 4 -> throw refused(source, "a grayscale image with an alpha channel");
      case 6 -> throw refused(source, "an RGBA image");
      default -> {}
    }
  }

  private static FormatException refused(String source, String kind) {
    return new FormatException(source, -1, "is " + kind + "; " + EXPECTED);
  }

  private static Image indices(byte[] png, PictureLimits limits) throws IOException {
    ImageReader reader = ImageIoReaders.of("png");
    try (ByteStream in = new ByteStream(png, false)) {
      reader.setInput(in, true, true);
      limits.check(reader.getWidth(0), reader.getHeight(0), BYTES_PER_PIXEL);
      return indices(reader.read(0).getRaster());
    } finally {
      reader.dispose();
    }
  }

  private static Image indices(Raster raster) {
    int width = raster.getWidth();
    int height = raster.getHeight();
    int channels = raster.getTransferType() == DataBuffer.TYPE_USHORT ? 2 : 1;
    byte[] out = new byte[Math.multiplyExact(Math.multiplyExact(width, height), channels)];
    int[] row = new int[width];
    for (int y = 0, o = 0; y < height; y++) {
      raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, 0, row);
      for (int value : row) {
        if (channels == 2) {
          out[o++] = (byte) (value >> 8);
        }
        out[o++] = (byte) value;
      }
    }
    return new Image(width, height, channels, out);
  }
}
