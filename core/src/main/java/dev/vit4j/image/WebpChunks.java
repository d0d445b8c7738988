package dev.vit4j.image;

import dev.vit4j.format.FormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The structure of a WebP file (RFC 9649): "RIFF", the length of the rest (4 bytes, little-endian),
 * "WEBP", then chunks of name (4 letters), length and data, padded to an even length. The pixels
 * are in a chunk "VP8 " (lossy) or "VP8L" (lossless); an extended file starts with "VP8X" and the
 * size of its canvas; animation frames ("ANMF") contain chunks.
 *
 * @param width width of the canvas
 * @param height height of the canvas
 * @param frame the first image
 * @param orientation orientation in the chunks "EXIF" or "XMP ", 1 to 8
 * @param bytes the complete file
 */
record WebpChunks(int width, int height, Frame frame, int orientation, byte[] bytes) {
  private static final int HEAD = 12;
  private static final int CHUNK = 8;
  private static final int READ_AHEAD = 16;
  private static final int RGB = 3;
  private static final int LOSSLESS_SIGNATURE = 0x2f;

  /** Heap per pixel in the decoder: its raster, its transforms and the result. */
  private static final int BYTES_PER_PIXEL = 16;

  /**
   * The position of an image.
   *
   * @param chunk offset of its "VP8 " or "VP8L" chunk in the file
   * @param x first column on the canvas
   * @param y first row on the canvas
   */
  record Frame(int chunk, int x, int y, int width, int height) {}

  /**
   * Parses the chunks.
   *
   * @throws FormatException if a chunk is truncated, or there are no pixels
   */
  static WebpChunks of(byte[] bytes, String source) throws FormatException {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long end = CHUNK + (in.getInt(4) & 0xffffffffL);
    if (end > bytes.length) {
      throw new FormatException(
          source, 4, "truncated WebP: %d of %d bytes".formatted(bytes.length, end));
    }
    int[] canvas = new int[0];
    Frame frame = null;
    StoredOrientation orientation = new StoredOrientation();
    for (int at = HEAD; at < end; at = next(in, at)) {
      int length = length(in, at, (int) end, source);
      int data = at + CHUNK;
      switch (name(in, at)) {
        case "VP8X" -> {
          need(length >= 10, source, at);
          canvas = new int[] {1 + int24(in, data + 4), 1 + int24(in, data + 7)};
        }
        case "VP8 ", "VP8L" -> frame = frame == null ? frame(in, at, length, source) : frame;
        case "ANMF" -> frame = frame == null ? ofAnimation(in, data, data + length, source) : frame;
        case "EXIF" -> orientation.exif(in.slice(data, length));
        case "XMP " -> orientation.xmp(bytes, data, data + length);
        default -> {}
      }
    }
    if (frame == null) {
      throw new FormatException(source, end, "damaged WebP: it contains no image");
    }
    return canvas.length == 0
        ? new WebpChunks(frame.width, frame.height, frame, orientation.value(), bytes)
        : new WebpChunks(canvas[0], canvas[1], frame, orientation.value(), bytes);
  }

  /** Decodes the image; for an animation, the first frame on its black canvas. */
  Image decode(PictureLimits limits) throws IOException {
    limits.check(width, height, BYTES_PER_PIXEL);
    if ((long) frame.x + frame.width > width || (long) frame.y + frame.height > height) {
      throw new FormatException(
          limits.source(), frame.chunk, "damaged WebP: frame outside its canvas");
    }
    Image image = pixels(limits);
    if (image.width() != width || image.height() != height) {
      image = Crop.of(image, -frame.y, -frame.x, height, width);
    }
    return Orientation.apply(image, orientation);
  }

  private Image pixels(PictureLimits limits) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int data = frame.chunk + CHUNK;
    int length = in.getInt(frame.chunk + 4);
    if (name(in, frame.chunk).equals("VP8 ")) {
      Image decoded = nativePixels(length);
      return decoded == null
          ? Vp8Decoder.decode(
              Arrays.copyOfRange(bytes, data, data + length), frame.width, frame.height)
          : decoded;
    }
    return ImageIoReaders.read("webp", file(length, READ_AHEAD), limits);
  }

  /** Returns null without a native decoder, and for damaged files, which Vp8Decoder reports. */
  private @Nullable Image nativePixels(int length) {
    PixelDecoder decoder = PixelDecoders.next();
    if (decoder == null || frame.width == 0 || frame.height == 0) {
      return null;
    }
    byte[] pixels = decoder.decode(file(length, 0), frame.height, frame.width, RGB);
    return pixels == null ? null : new Image(frame.width, frame.height, RGB, pixels);
  }

  /**
   * Returns a file with only the image, without the profiles, which Pillow ignores too.
   *
   * @param padding zeros at the end, for a decoder that reads ahead: reading further means that the
   *     image is truncated
   */
  private byte[] file(int length, int padding) {
    int data = length + padding;
    byte[] file = new byte[HEAD + CHUNK + data + (data & 1)];
    ByteBuffer out = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    out.put("RIFF".getBytes(StandardCharsets.ISO_8859_1)).putInt(file.length - CHUNK);
    out.put("WEBP".getBytes(StandardCharsets.ISO_8859_1)).put(bytes, frame.chunk, CHUNK + length);
    out.putInt(HEAD + 4, data);
    return file;
  }

  private static Frame ofAnimation(ByteBuffer in, int from, int end, String source)
      throws FormatException {
    need(end - from >= 16, source, from);
    int x = 2 * int24(in, from);
    int y = 2 * int24(in, from + 3);
    for (int at = from + 16; at < end; at = next(in, at)) {
      int length = length(in, at, end, source);
      String name = name(in, at);
      if (name.equals("VP8 ") || name.equals("VP8L")) {
        Frame found = frame(in, at, length, source);
        return new Frame(at, x, y, found.width, found.height);
      }
    }
    throw new FormatException(source, from, "damaged WebP: a frame without an image");
  }

  /** Reads the size in the pixel data's header, 14 bits per side. */
  private static Frame frame(ByteBuffer in, int at, int length, String source)
      throws FormatException {
    int data = at + CHUNK;
    if (name(in, at).equals("VP8L")) {
      need(length >= 5 && in.get(data) == LOSSLESS_SIGNATURE, source, at);
      int sides = in.getInt(data + 1);
      return new Frame(at, 0, 0, 1 + (sides & 0x3fff), 1 + (sides >> 14 & 0x3fff));
    }
    need(length >= 10 && int24(in, data + 3) == 0x2a019d && (in.get(data) & 1) == 0, source, at);
    return new Frame(at, 0, 0, in.getShort(data + 6) & 0x3fff, in.getShort(data + 8) & 0x3fff);
  }

  private static int length(ByteBuffer in, int at, int end, String source) throws FormatException {
    if (end - at < CHUNK) {
      throw new FormatException(source, at, "truncated WebP: no complete chunk here");
    }
    long length = in.getInt(at + 4) & 0xffffffffL;
    if (length > end - at - CHUNK) {
      throw new FormatException(source, at, "truncated WebP: no complete chunk here");
    }
    return (int) length;
  }

  private static int next(ByteBuffer in, int at) {
    int length = in.getInt(at + 4);
    return at + CHUNK + length + (length & 1);
  }

  private static String name(ByteBuffer in, int at) {
    byte[] letters = new byte[4];
    in.get(at, letters);
    return new String(letters, StandardCharsets.ISO_8859_1);
  }

  private static int int24(ByteBuffer in, int at) {
    return (in.getShort(at) & 0xffff) | (in.get(at + 2) & 0xff) << 16;
  }

  private static void need(boolean holds, String source, int at) throws FormatException {
    if (!holds) {
      throw new FormatException(source, at, "damaged WebP: wrong header here");
    }
  }
}
