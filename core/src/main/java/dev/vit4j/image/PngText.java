package dev.vit4j.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Text chunks of a PNG that may hold an orientation: an XMP packet, or an EXIF block in hexadecimal
 * digits, as ImageMagick writes it. A chunk is a keyword, a zero, and the text ("tEXt"), or a zero
 * and the compressed text ("zTXt"), or ("iTXt") a compression flag, a zero, a language and a
 * translated keyword, each ending with a zero, and the text.
 */
final class PngText {
  private static final String XMP = "XML:com.adobe.xmp";
  private static final String EXIF = "Raw profile type exif";
  private static final int LONGEST = 1 << 20; // as Pillow's limit for a text

  private PngText() {}

  /** Reads a chunk; other chunks, and damaged ones, are ignored. */
  static void read(String name, byte[] bytes, int from, int to, StoredOrientation orientation) {
    int zero = zero(bytes, from, to);
    if (zero == to || !name.endsWith("Xt")) {
      return;
    }
    String keyword = latin(bytes, from, zero);
    if (!keyword.equals(XMP) && !keyword.equals(EXIF)) {
      return;
    }
    String text =
        switch (name) {
          case "tEXt" -> latin(bytes, zero + 1, to);
          case "zTXt" -> inflated(bytes, zero + 2, to);
          case "iTXt" -> international(bytes, zero + 1, to);
          default -> "";
        };
    if (keyword.equals(XMP)) {
      orientation.xmp(text);
    } else {
      exif(text, orientation);
    }
  }

  /** An empty line, "exif", the length, and lines of hexadecimal digits. */
  private static void exif(String text, StoredOrientation orientation) {
    String[] lines = text.split("\n", 4);
    if (lines.length == 4) {
      try {
        byte[] block = HexFormat.of().parseHex(lines[3].replaceAll("\\s", ""));
        orientation.profile(ByteBuffer.wrap(block));
      } catch (IllegalArgumentException e) {
        return; // not hexadecimal: there is no block
      }
    }
  }

  private static String international(byte[] bytes, int from, int to) {
    int language = from + 2;
    int keyword = zero(bytes, language, to) + 1;
    int text = zero(bytes, keyword, to) + 1;
    if (text > to) {
      return "";
    }
    return bytes[from] == 0 ? latin(bytes, text, to) : inflated(bytes, text, to);
  }

  private static String inflated(byte[] bytes, int from, int to) {
    if (from >= to) {
      return "";
    }
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(bytes, from, to - from);
      byte[] text = new byte[LONGEST];
      int length = inflater.inflate(text);
      return latin(text, 0, length);
    } catch (DataFormatException e) {
      return "";
    } finally {
      inflater.end();
    }
  }

  private static int zero(byte[] bytes, int from, int to) {
    int at = Math.min(from, to);
    while (at < to && bytes[at] != 0) {
      at++;
    }
    return at;
  }

  private static String latin(byte[] bytes, int from, int to) {
    return new String(bytes, from, Math.max(0, to - from), StandardCharsets.ISO_8859_1);
  }
}
