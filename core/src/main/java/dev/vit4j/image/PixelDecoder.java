package dev.vit4j.image;

import org.jspecify.annotations.Nullable;

/**
 * A decoder of JPEG and lossy WebP that is faster than the JDK's readers and gives the same pixels.
 * {@link PixelDecoders} finds an implementation with {@link java.util.ServiceLoader}; it is used
 * from any number of threads. An implementation that cannot be used on this machine throws in its
 * constructor.
 */
public interface PixelDecoder {
  /** Returns the libraries that decode, with their versions. */
  String name();

  /**
   * Decodes an image.
   *
   * @param file a JPEG (baseline or progressive, 8 bits, gray or color, without metadata) whose
   *     codes are all valid, or a WebP of one lossy image, which may be damaged
   * @param height height that the file declares, in pixels
   * @param width width that the file declares, in pixels
   * @param channels 1 for gray, 3 for RGB
   * @return pixels [height, width, channels] that the caller may keep; null if the file cannot be
   *     decoded
   */
  byte @Nullable [] decode(byte[] file, int height, int width, int channels);
}
