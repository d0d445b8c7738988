package dev.vit4j.image;

import dev.vit4j.format.FormatException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Bytes of a picture file to pixels; the file's first bytes, not its name, tell the format. */
final class ImageDecoder {
  /** Larger than any file of the pixels that may be allocated. */
  private static final long MAX_BYTES = 1L << 30;

  private ImageDecoder() {}

  static Image read(Path file, long maxPixels) throws IOException {
    String source = file.toString();
    if (!Files.exists(file)) {
      throw new FormatException(source, -1, "no such picture file");
    }
    if (Files.isDirectory(file)) {
      throw new FormatException(source, -1, "is a folder, not a picture file");
    }
    return decode(bytes(file, source), source, maxPixels);
  }

  private static byte[] bytes(Path file, String source) throws FormatException {
    try {
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw new FormatException(source, -1, "is too large for a picture: " + size + " bytes");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw FormatException.unreadable(file, e);
    }
  }

  static Image decode(byte[] bytes, String source, long maxPixels) throws FormatException {
    String format = format(bytes, source);
    if (format.equals("png")) {
      PngChunks png = PngChunks.of(bytes, source);
      return Orientation.apply(
          decode(format, png.pixelFile(), source, maxPixels), png.orientation());
    }
    return decode(format, bytes, source, maxPixels);
  }

  private static String format(byte[] bytes, String source) throws FormatException {
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
      throw new FormatException(source, -1, "WebP is not supported: save it as PNG or JPEG");
    }
    throw new FormatException(source, -1, "is not a PNG, JPEG, GIF or BMP picture");
  }

  private static Image decode(String format, byte[] data, String source, long maxPixels)
      throws FormatException {
    ImageReader reader = ImageIO.getImageReadersByFormatName(format).next();
    List<String> warnings = new ArrayList<>();
    reader.addIIOReadWarningListener((from, warning) -> warnings.add(warning));
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(data))) {
      reader.setInput(in, true, true);
      checkSize(reader.getWidth(0), reader.getHeight(0), source, maxPixels);
      Image image = pixels(reader, format, data);
      checkComplete(warnings, source);
      return image;
    } catch (FormatException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // The JDK's readers answer damaged files with any of a dozen unchecked exceptions.
      FormatException damaged =
          new FormatException(source, -1, "damaged " + upper(format) + ": " + reason(e));
      damaged.initCause(e);
      throw damaged;
    } finally {
      reader.dispose();
    }
  }

  private static void checkSize(int width, int height, String source, long maxPixels)
      throws FormatException {
    if (width < 1 || height < 1 || (long) width * height > maxPixels) {
      throw new FormatException(
          source,
          -1,
          "says it is %d x %d pixels; the limit is %d pixels".formatted(width, height, maxPixels));
    }
  }

  private static Image pixels(ImageReader reader, String format, byte[] data) throws IOException {
    if (!format.equals("jpeg")) {
      return RasterPixels.of(reader.read(0));
    }
    JpegHeader header = JpegHeader.of(data);
    Image image =
        header.components() == 4
            ? Cmyk.toRgb(reader.readRaster(0, null), header.adobeTransform())
            : RasterPixels.of(reader.read(0));
    return Orientation.apply(image, header.orientation());
  }

  /** The JDK fills the rest of a cut-off JPEG with grey and only warns. */
  private static void checkComplete(List<String> warnings, String source) throws FormatException {
    for (String warning : warnings) {
      String text = warning.toLowerCase(Locale.ROOT);
      if (text.contains("eoi") || text.contains("premature") || text.contains("truncated")) {
        throw new FormatException(source, -1, "truncated picture: " + warning);
      }
    }
  }

  private static String upper(String format) {
    return format.toUpperCase(Locale.ROOT);
  }

  private static String reason(Exception e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message.lines().findFirst().orElse("");
  }
}
