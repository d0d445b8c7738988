package dev.vit4j.serve;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;

/** Images and vectors in the texts of JSON. */
final class EncodedImage {
  private static final String DATA = "data:";
  private static final String MARK = ";base64,";

  private EncodedImage() {}

  /** Returns whether a text is a data URL. */
  static boolean isDataUrl(String text) {
    return text.regionMatches(true, 0, DATA, 0, DATA.length());
  }

  /** Returns whether a text is a URL of an image, or of the web. */
  static boolean isUrl(String text) {
    return isDataUrl(text) || isWebUrl(text);
  }

  private static boolean isWebUrl(String text) {
    return text.regionMatches(true, 0, "http://", 0, 7)
        || text.regionMatches(true, 0, "https://", 0, 8);
  }

  /**
   * Returns the bytes of an image in base64, with or without {@code data:image/png;base64,}.
   *
   * @throws Problem with status 400 if it is something else, such as an address of the web
   */
  static byte[] bytes(String text) {
    if (isWebUrl(text)) {
      throw new Problem(
          Problem.BAD_REQUEST, "URLs are never fetched: send the image itself, in base64");
    }
    String encoded = text;
    if (isDataUrl(text)) {
      int mark = text.indexOf(MARK);
      if (mark < 0) {
        throw new Problem(Problem.BAD_REQUEST, "a data: URL must have ';base64,'");
      }
      encoded = text.substring(mark + MARK.length());
    }
    try {
      return Base64.getMimeDecoder().decode(requireAlphabet(encoded));
    } catch (IllegalArgumentException e) {
      throw new Problem(Problem.BAD_REQUEST, "an image is not base64: " + e.getMessage());
    }
  }

  /** The decoder, which allows line breaks, skips whatever it does not know. */
  private static String requireAlphabet(String encoded) {
    for (int i = 0; i < encoded.length(); i++) {
      char c = encoded.charAt(i);
      boolean known = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
      if (!known && "+/=\r\n".indexOf(c) < 0) {
        throw new IllegalArgumentException("character %d is not of its alphabet".formatted(i));
      }
    }
    return encoded;
  }

  /** Returns numbers as 4 bytes each, the lowest first. */
  static byte[] littleEndian(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(Float.BYTES, values.length))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }
}
