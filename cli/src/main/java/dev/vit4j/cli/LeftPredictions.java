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
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What an interrupted run left of a file of predictions: a CSV table whose pictures have a row per
 * class, or JSON lines, one per picture. The last picture may be torn, so it never counts.
 *
 * @param starts the byte at which each picture begins, the last one's too
 * @param failed whether each could not be read
 */
record LeftPredictions(Path part, boolean isCsv, List<Long> starts, List<Boolean> failed) {
  private static final String ERROR = "\"predictions\":[]"; // quotes in names are escaped

  /** Reads it; nothing is left of a file that is not there. */
  static LeftPredictions read(Path part, boolean isCsv) throws IOException {
    LeftPredictions left = new LeftPredictions(part, isCsv, new ArrayList<>(), new ArrayList<>());
    if (Files.exists(part)) {
      try (InputStream in = new BufferedInputStream(Files.newInputStream(part))) {
        long at = 0;
        for (byte[] row = left.row(in); row.length > 0; row = left.row(in)) {
          String text = new String(row, StandardCharsets.UTF_8);
          String afterSource = text.substring(isCsv ? sourceLength(text) : 0);
          boolean failed = isCsv ? afterSource.startsWith(",,") : text.contains(ERROR);
          if (!isCsv || failed || afterSource.startsWith(",1,")) { // ranks are 1, 2, …, or none
            left.starts.add(at);
            left.failed.add(failed);
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
      throw new IOException(part + " holds no predictions: delete it to begin anew", e);
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
