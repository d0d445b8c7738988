package dev.vit4j.image;

import dev.vit4j.format.FormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Decodes image files; the format is detected from the first bytes, not from the name. */
final class ImageDecoder {
  /** Upper limit for file sizes; no file within the pixel limit is larger. */
  private static final long MAX_BYTES = 1L << 30;

  private ImageDecoder() {}

  static Image read(Path file, long maxPixels) throws IOException {
    return decode(bytes(file), file.toString(), maxPixels);
  }

  /** Reads, resizes and crops an image; large photos are resized while decoding. */
  static Image readResized(Path file, long maxPixels, Resizing resizing, @Nullable CenterCrop crop)
      throws IOException {
    return decodeResized(bytes(file), file.toString(), maxPixels, resizing, crop);
  }

  /** As {@link #readResized}, for an image in memory. */
  static Image decodeResized(
      byte[] bytes, String source, long maxPixels, Resizing resizing, @Nullable CenterCrop crop)
      throws FormatException {
    Image shrunk = shrunk(bytes, source, maxPixels, resizing);
    if (shrunk != null) {
      return crop == null ? shrunk : crop.apply(shrunk);
    }
    Image image = decode(bytes, source, maxPixels);
    return crop == null ? resizing.apply(image) : resizing.apply(image, crop);
  }

  private static @Nullable Image shrunk(
      byte[] bytes, String source, long maxPixels, Resizing resizing) throws FormatException {
    String format = format(bytes, source);
    if (!format.equals("jpeg")) {
      return null;
    }
    JpegHeader header = JpegHeader.of(bytes);
    PictureLimits limits = new PictureLimits(source, maxPixels);
    if (header.pixels() == 0 || header.pixels() > maxPixels) {
      return null; // decoding reports the error
    }
    Resize resize = resizing.of(header.height(), header.width());
    return JpegDecoder.isShrinkable(header, resize)
        ? guarded(format, source, () -> JpegDecoder.shrink(bytes, header, resize, limits))
        : null;
  }

  static byte[] bytes(Path file) throws FormatException {
    String source = file.toString();
    if (Files.isDirectory(file)) {
      throw new FormatException(source, -1, "is a folder, not an image file");
    }
    try {
      if (Files.notExists(file)) {
        throw new FormatException(source, -1, "no such image file");
      }
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw new FormatException(source, -1, "is too large for an image: " + size + " bytes");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw FormatException.unreadable(file, e);
    }
  }

  static Image decode(byte[] bytes, String source, long maxPixels) throws FormatException {
    String format = format(bytes, source);
    PictureLimits limits = new PictureLimits(source, maxPixels);
    return guarded(
        format,
        source,
        () ->
            switch (format) {
              case "jpeg" -> JpegDecoder.decode(bytes, limits);
              case "png" -> png(PngChunks.of(bytes, limits), limits);
              case "webp" -> WebpChunks.of(bytes, source).decode(limits);
              case "bmp" -> ImageIoReaders.read(format, BmpHeader.checked(bytes, source), limits);
              case "gif" ->
                  GifScreen.of(bytes, source)
                      .show(frame -> ImageIoReaders.read(format, bytes, frame), limits);
              default -> ImageIoReaders.read(format, bytes, limits);
            });
  }

  /** A decoding function. */
  @FunctionalInterface
  interface Decoding<T extends @Nullable Object> {
    T run() throws IOException;
  }

  /** Converts the many unchecked exceptions that the JDK's readers throw for damaged files. */
  static <T extends @Nullable Object> T guarded(String format, String source, Decoding<T> decoding)
      throws FormatException {
    try {
      return decoding.run();
    } catch (FormatException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      FormatException damaged =
          new FormatException(
              source, -1, "damaged " + format.toUpperCase(Locale.ROOT) + ": " + reason(e));
      damaged.initCause(e);
      throw damaged;
    }
  }

  private static Image png(PngChunks chunks, PictureLimits limits) throws IOException {
    Image image = ImageIoReaders.read("png", chunks.pixelFile(), limits);
    return Orientation.apply(image, chunks.orientation());
  }

  /** Detects the format from the first bytes: png, jpeg, gif, bmp or webp. */
  static String format(byte[] bytes, String source) throws FormatException {
    if (bytes.length == 0) {
      throw new FormatException(source, -1, "is empty (0 bytes)");
    }
    if (PngChunks.matches(bytes)) {
      return "png";
    }
    String head = new String(bytes, 0, Math.min(bytes.length, 12), StandardCharsets.ISO_8859_1);
    if (head.startsWith("\u00ff\u00d8\u00ff")) {
      return "jpeg";
    }
    if (head.startsWith("GIF87a") || head.startsWith("GIF89a")) {
      return "gif";
    }
    if (head.startsWith("BM")) {
      return "bmp";
    }
    if (head.startsWith("RIFF") && head.endsWith("WEBP")) {
      return "webp";
    }
    String known = stranger(head);
    throw new FormatException(
        source,
        -1,
        known == null
            ? "is not a PNG, JPEG, WebP, GIF or BMP image"
            : "is %s image, which is not supported: convert it to PNG or JPEG".formatted(known));
  }

  /** Returns the name of a format that is recognized, but not read; null for none. */
  private static @Nullable String stranger(String head) {
    if (head.startsWith("II*\0") || head.startsWith("MM\0*")) {
      return "a TIFF";
    }
    if (head.matches("(?s)P[1-6]\\s.*")) {
      return "a PNM (pbm, pgm, ppm)";
    }
    if (head.startsWith("ftyp", 4)) {
      return head.startsWith("avi", 8) ? "an AVIF" : "a HEIF";
    }
    return head.startsWith("\u00ff\n") || head.startsWith("JXL", 4) ? "a JPEG XL" : null;
  }

  private static String reason(Exception e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message.lines().findFirst().orElse("");
  }
}
