package dev.vit4j.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What an interrupted run left of a file of predictions or vectors: a CSV table with a row or more
 * for each picture, or JSON lines, one per picture. The last picture may be torn, so it never
 * counts.
 *
 * @param starts the byte at which each picture begins, the last one's too
 * @param failed whether each could not be read
 */
record LeftRows(Path part, boolean isCsv, List<Long> starts, List<Boolean> failed) {
  private static final String NONE = "\"predictions\":[]"; // quotes in names are escaped
  private static final String ERROR = ",\"error\":";

  /** Predictions: ranks are 1, 2, …, or none. Nothing is left of a file that is not there. */
  static LeftRows ofPredictions(Path part, boolean isCsv) throws IOException {
    return isCsv
        ? read(part, true, s -> s.startsWith(",,") || s.startsWith(",1,"), s -> s.startsWith(",,"))
        : read(part, false, s -> true, s -> s.contains(NONE));
  }

  /** Vectors: in a table a picture that could not be read has no row. */
  static LeftRows ofFeatures(Path part, boolean isCsv) throws IOException {
    return read(part, isCsv, s -> true, s -> !isCsv && s.contains(ERROR));
  }

  /**
   * Reads it.
   *
   * @param begins whether a row, of a table what stands behind its source, is a picture's first
   * @param fails whether such a row says that the picture could not be read
   */
  private static LeftRows read(
      Path part, boolean isCsv, Predicate<String> begins, Predicate<String> fails)
      throws IOException {
    LeftRows left = new LeftRows(part, isCsv, new ArrayList<>(), new ArrayList<>());
    if (Files.exists(part)) {
      try (InputStream in = new BufferedInputStream(Files.newInputStream(part))) {
        long at = 0;
        for (byte[] row = left.row(in); row.length > 0; row = left.row(in)) {
          String text = new String(row, StandardCharsets.UTF_8);
          String rest = text.substring(isCsv ? sourceLength(text) : 0);
          boolean header = isCsv && at == 0;
          if (!header && begins.test(rest)) {
            left.starts.add(at);
            left.failed.add(fails.test(rest));
          }
          at += row.length;
        }
      }
    }
    return left;
  }

  /** One row with its end; in a table, quoted text may hold line ends too. */
  private byte[] row(InputStream in) throws IOException {
    ByteArrayOutputStream row = new ByteArrayOutputStream();
    boolean quoted = false;
    for (int c = in.read(); c >= 0; c = in.read()) {
      row.write(c);
      quoted ^= isCsv && c == '"';
      if (c == '\n' && !quoted) {
        break;
      }
    }
    return row.toByteArray();
  }

  private static int sourceLength(String row) {
    int i = 0;
    boolean quoted = false;
    while (i < row.length() && (quoted || row.charAt(i) != ',')) {
      quoted ^= row.charAt(i++) == '"';
    }
    return i;
  }

  /** The header of a table; empty if there is none yet. */
  String header() throws IOException {
    if (!isCsv || !Files.exists(part)) {
      return "";
    }
    try (InputStream in = new BufferedInputStream(Files.newInputStream(part))) {
      return new String(row(in), StandardCharsets.UTF_8).stripTrailing();
    }
  }

  /** How many pictures are in it for certain. */
  int whole() {
    return Math.max(0, starts.size() - 1);
  }

  /** How many of the first pictures could not be read. */
  int failures(int pictures) {
    return (int) failed.subList(0, pictures).stream().filter(f -> f).count();
  }

  /**
   * What the picture of this index was called.
   *
   * @throws IOException if its row is none of ours
   */
  String source(int index) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(part))) {
      in.skipNBytes(starts.get(index));
      String row = new String(row(in), StandardCharsets.UTF_8);
      if (!isCsv) {
        return JsonMapper.shared().readTree(row).path("source").asString();
      }
      String source = row.substring(0, sourceLength(row));
      return source.startsWith("\"")
          ? source.substring(1, source.length() - 1).replace("\"\"", "\"")
          : source;
    } catch (JacksonException e) {
      throw new IOException(part + " is not what this verb writes: delete it to begin anew", e);
    }
  }

  /** Keeps the first pictures only; of none, nothing. */
  void cut(int pictures) throws IOException {
    if (pictures == 0) {
      Files.deleteIfExists(part);
      return;
    }
    try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
      channel.truncate(starts.get(pictures));
    }
  }
}
