package dev.vit4j.text;

import dev.vit4j.format.FormatException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The texts of a file, read one by one, so that the file may be of any size.
 *
 * <p>A file whose name ends in {@code .jsonl} or {@code .ndjson} has a JSON value per line: an
 * object with the key {@code text}, or a string; empty lines are skipped. Other files have a text
 * per line, which may be empty. Both are UTF-8, with or without a byte order mark.
 */
public final class TextFile implements Closeable {
  private static final int LONGEST_LINE = 16 << 20; // bytes, with whatever else is in a JSON object

  /** May be at the start of a file in UTF-8. */
  public static final String BYTE_ORDER_MARK = "\uFEFF";

  /** Reason to refuse a file in UTF-16. */
  public static final String UTF_16 = "is UTF-16 text: save the file as UTF-8";

  /**
   * One text.
   *
   * @param number of the line, from 1
   */
  public record Line(int number, String text) {}

  private final Path file;
  private final boolean json;
  private final InputStream in;
  private int number;

  private TextFile(Path file) throws IOException {
    this.file = file;
    String name = file.toString().toLowerCase(Locale.ROOT);
    json = name.endsWith(".jsonl") || name.endsWith(".ndjson");
    try {
      in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    } catch (IOException e) {
      throw FormatException.unreadable(file, e);
    }
  }

  /** Opens a file. */
  public static TextFile open(Path file) throws IOException {
    return new TextFile(file);
  }

  /**
   * Reads the next text.
   *
   * @return null at the end of the file
   * @throws FormatException if the line is not UTF-8, is not JSON, has no text, or has more than
   *     {@link Tokenizer#LONGEST_TEXT} characters
   */
  public @Nullable Line read() throws IOException {
    String line = line();
    while (json && line != null && line.isBlank()) {
      line = line();
    }
    if (line == null) {
      return null;
    }
    String text = json ? ofJson(line) : line;
    if (text.length() > Tokenizer.LONGEST_TEXT) {
      throw refused(
          "has %,d characters, more than %,d".formatted(text.length(), Tokenizer.LONGEST_TEXT));
    }
    return new Line(number, text);
  }

  private @Nullable String line() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int b;
    try {
      while ((b = in.read()) >= 0 && b != '\n') {
        bytes.write(b);
        if (bytes.size() > LONGEST_LINE) {
          number++;
          throw refused("is longer than %,d bytes".formatted(LONGEST_LINE));
        }
      }
    } catch (IOException e) {
      throw FormatException.unreadable(file, e);
    }
    if (b < 0 && bytes.size() == 0) {
      return null;
    }
    number++;
    String text = utf8(bytes.toByteArray());
    text = number == 1 && text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  private String utf8(byte[] bytes) throws FormatException {
    if (number == 1 && isUtf16(bytes)) {
      throw refused(UTF_16);
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw refused("is not UTF-8 text");
    }
  }

  /** Returns whether a file starts with a line in UTF-16. */
  public static boolean isUtf16(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return isUtf16(in.readNBytes(2));
    }
  }

  /** Returns whether a first line starts with UTF-16's byte order mark, or is ASCII in UTF-16. */
  private static boolean isUtf16(byte[] bytes) {
    if (bytes.length < 2) {
      return false;
    }
    int mark = (bytes[0] & 0xff) << 8 | (bytes[1] & 0xff);
    return mark == 0xfffe || mark == 0xfeff || (bytes[0] == 0) != (bytes[1] == 0);
  }

  private String ofJson(String line) throws FormatException {
    JsonNode value;
    try {
      value = JsonMapper.shared().readTree(line);
    } catch (JacksonException e) {
      throw refused("is not valid JSON: " + FormatException.words(e));
    }
    JsonNode text = value.isObject() ? value.path("text") : value;
    if (!text.isString()) {
      throw refused("has no \"text\": an object with this key, or a string, is expected");
    }
    return text.asString();
  }

  /** Returns what is wrong with the last line, with file and number. */
  FormatException refused(String reason) {
    return new FormatException(file.toString(), -1, "line %d %s".formatted(number, reason));
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
