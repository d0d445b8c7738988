package dev.vit4j.format;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Reads the bytes of a {@link Pickle} in order; every length is checked against the remaining
 * bytes.
 */
final class PickleInput {
  private static final int MAX_DIGITS = 1000;
  private static final int MAX_LINE = 1 << 16;

  private final String source;
  private final ByteBuffer bytes;
  private int at;

  /** Reads from the buffer's position on. */
  PickleInput(String source, ByteBuffer bytes) {
    this.source = source;
    this.bytes = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    this.at = bytes.position();
  }

  /** Total number of bytes. */
  int size() {
    return bytes.limit();
  }

  int position() {
    return at;
  }

  FormatException wrong(int offset, String reason) {
    return new FormatException(source, offset, reason);
  }

  private int skip(long length) throws FormatException {
    if (length < 0 || length > bytes.limit() - at) {
      throw wrong(
          at,
          "truncated: %s bytes are announced, %d are left"
              .formatted(Long.toUnsignedString(length), bytes.limit() - at));
    }
    int from = at;
    at += (int) length;
    return from;
  }

  int u1() throws FormatException {
    return bytes.get(skip(1)) & 0xff;
  }

  int u2() throws FormatException {
    return bytes.getShort(skip(Short.BYTES)) & 0xffff;
  }

  int i4() throws FormatException {
    return bytes.getInt(skip(Integer.BYTES));
  }

  long u4() throws FormatException {
    return Integer.toUnsignedLong(i4());
  }

  long i8() throws FormatException {
    return bytes.getLong(skip(Long.BYTES));
  }

  /** Skips the length of a frame; frames matter for streams only. */
  void frame() throws FormatException {
    long length = i8();
    if (length < 0 || length > bytes.limit() - at) {
      throw wrong(at, "truncated: a frame of %d bytes is announced".formatted(length));
    }
  }

  /** Reads a double of eight bytes, big-endian (all other numbers are little-endian). */
  double f8() throws FormatException {
    return Double.longBitsToDouble(Long.reverseBytes(i8()));
  }

  Pickle.Bytes take(long length) throws FormatException {
    int from = skip(length);
    return bytes.hasArray()
        ? new Pickle.Bytes(bytes.array(), bytes.arrayOffset() + from, at - from)
        : new Pickle.Bytes(copy(from, at), 0, at - from);
  }

  private byte[] copy(int from, int to) {
    byte[] out = new byte[to - from];
    bytes.get(from, out);
    return out;
  }

  String utf8(long length) throws FormatException {
    int from = skip(length);
    return new String(copy(from, at), StandardCharsets.UTF_8);
  }

  /** Reads a two's complement, little-endian integer; small ones as Long. */
  Object integer(long length) throws FormatException {
    if (length < 0 || length > MAX_DIGITS) {
      throw wrong(at, "an integer of " + length + " bytes is too long");
    }
    int from = skip(length);
    byte[] big = new byte[(int) length];
    for (int i = 0; i < big.length; i++) {
      big[big.length - 1 - i] = bytes.get(from + i);
    }
    return small(big.length == 0 ? BigInteger.ZERO : new BigInteger(big));
  }

  private static Object small(BigInteger value) {
    return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
  }

  /** Reads text up to the end of the line, and skips the line break. */
  String line() throws FormatException {
    int from = at;
    while (at < bytes.limit() && bytes.get(at) != '\n' && at - from < MAX_LINE) {
      at++;
    }
    if (at == bytes.limit() || bytes.get(at) != '\n') {
      throw wrong(from, "truncated: a line of text does not end");
    }
    return new String(copy(from, at++), StandardCharsets.ISO_8859_1);
  }

  /** Reads a decimal integer on a line, as in protocol 0; 00 and 01 are false and true. */
  Object decimal() throws FormatException {
    int from = at;
    String text = line().strip();
    if (text.equals("00") || text.equals("01")) {
      return text.equals("01");
    }
    String digits = text.endsWith("L") ? text.substring(0, text.length() - 1) : text;
    if (digits.length() > MAX_DIGITS) {
      throw wrong(from, "an integer of %d digits is too long".formatted(digits.length()));
    }
    try {
      return small(new BigInteger(digits));
    } catch (NumberFormatException e) {
      // Reported below.
    }
    throw wrong(from, "not an integer: " + text);
  }

  double real() throws FormatException {
    int from = at;
    String text = line().strip();
    try {
      return switch (text) {
        case "inf" -> Double.POSITIVE_INFINITY;
        case "-inf" -> Double.NEGATIVE_INFINITY;
        case "nan" -> Double.NaN;
        default -> Double.parseDouble(text);
      };
    } catch (NumberFormatException e) {
      throw wrong(from, "not a number: " + text);
    }
  }

  /** Reads text whose characters above 255 are escaped. */
  String rawUnicode() throws FormatException {
    int from = at;
    String text = line();
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      boolean wide = text.startsWith("\\U", i);
      if (!wide && !text.startsWith("\\u", i)) {
        out.append(text.charAt(i));
        continue;
      }
      int end = i + (wide ? 10 : 6);
      out.appendCodePoint(hex(text, i + 2, end, from));
      i = end - 1;
    }
    return out.toString();
  }

  /** Reads a quoted byte string, as printed by Python 2. */
  Pickle.Bytes quoted() throws FormatException {
    int from = at;
    String text = line().strip();
    char quote = text.isEmpty() ? ' ' : text.charAt(0);
    if (text.length() < 2 || (quote != '\'' && quote != '"') || !text.endsWith("" + quote)) {
      throw wrong(from, "a string without its quotes");
    }
    StringBuilder out = new StringBuilder();
    for (int i = 1; i < text.length() - 1; i++) {
      char c = text.charAt(i);
      if (c != '\\') {
        out.append(c);
        continue;
      }
      char escape = text.charAt(++i);
      switch (escape) {
        case 'n' -> out.append('\n');
        case 'r' -> out.append('\r');
        case 't' -> out.append('\t');
        case '\\', '\'', '"' -> out.append(escape);
        case 'x' -> {
          out.append((char) hex(text, i + 1, i + 3, from));
          i += 2;
        }
        default -> throw wrong(from, "a string with the escape \\" + escape);
      }
    }
    byte[] latin = out.toString().getBytes(StandardCharsets.ISO_8859_1);
    return new Pickle.Bytes(latin, 0, latin.length);
  }

  private int hex(String text, int from, int to, int offset) throws FormatException {
    try {
      int value = Integer.parseInt(text, from, to, 16);
      if (Character.isValidCodePoint(value)) {
        return value;
      }
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      // Reported below.
    }
    throw wrong(offset, "a damaged escape in a string");
  }
}
