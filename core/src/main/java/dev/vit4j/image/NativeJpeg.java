package dev.vit4j.image;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Decodes JPEGs with the {@link PixelDecoder}, if there is one and nothing about them is unusual.
 */
final class NativeJpeg {
  private static final int BYTES_PER_PIXEL = 3;
  private static final int LONGEST = 65_500; // pixels, libjpeg's limit
  private static final int START = 2; // bytes of the start marker

  private NativeJpeg() {}

  /**
   * Decodes an image as it is stored, without turning it upright.
   *
   * @return null if the JDK's reader must decode it, which reports damage
   */
  static @Nullable Image decode(byte[] bytes, JpegHeader header, PictureLimits limits)
      throws IOException {
    int channels = header.components();
    int longest = Math.max(header.width(), header.height());
    if (header.pixels() == 0 || longest > LONGEST || (channels != 1 && channels != 3)) {
      return null;
    }
    PixelDecoder decoder = PixelDecoders.next();
    if (decoder == null) {
      return null;
    }
    limits.check(header.width(), header.height(), BYTES_PER_PIXEL);
    byte[] file = file(bytes, header);
    if (!JpegCodes.areComplete(file)) {
      return null;
    }
    byte[] pixels = decoder.decode(file, header.height(), header.width(), channels);
    return pixels == null ? null : new Image(header.width(), header.height(), channels, pixels);
  }

  /**
   * Returns the file with an Adobe segment instead of all metadata: "Adobe", a version and flags,
   * then whether three components are luma and chroma.
   */
  private static byte[] file(byte[] bytes, JpegHeader header) {
    byte[] adobe = {
      (byte) 0xff, (byte) 0xee, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0
    };
    adobe[adobe.length - 1] = (byte) (header.isYcc() ? 1 : 0);
    byte[] plain = header.pixelFile(bytes);
    byte[] file = new byte[plain.length + adobe.length];
    System.arraycopy(plain, 0, file, 0, START);
    System.arraycopy(adobe, 0, file, START, adobe.length);
    System.arraycopy(plain, START, file, START + adobe.length, plain.length - START);
    return file;
  }
}
