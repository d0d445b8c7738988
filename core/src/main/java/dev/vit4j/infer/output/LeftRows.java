package dev.vit4j.infer.output;

import dev.vit4j.infer.Predictor;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads what an interrupted run left of a text file, image by image. The last image's rows may be
 * torn, so it never counts.
 */
final class LeftRows implements AutoCloseable {
  private final Path part;
  private final TextOutput<?> file;
  private final InputStream in;
  private long position; // of the byte after the row that was read last

  private LeftRows(TextOutput<?> file) throws IOException {
    this.file = file;
    this.part = file.part();
    this.in = new BufferedInputStream(Files.newInputStream(part));
  }

  /**
   * Where a number of images ends.
   *
   * @param pictures how many
   * @param failed how many of them could not be read
   * @param bytes length of the file up to there
   */
  record Place(int pictures, int failed, long bytes) {}

  /** The first row of an image. */
  private record First(String row, long start) {}

  /**
   * The end of the last whole batch that is in the file for certain.
   *
   * @param pictures all that are asked for
   * @param limit images at most, a multiple of the batch size or more than there are
   * @throws IOException if the file is about other images or has other columns
   */
  static Place place(
      TextOutput<?> file, Iterable<Predictor.Picture> pictures, int batchSize, int limit)
      throws IOException {
    if (!Files.exists(file.part())) {
      return new Place(0, 0, 0);
    }
    try (LeftRows left = new LeftRows(file)) {
      return left.place(pictures, batchSize, limit);
    }
  }

  private Place place(Iterable<Predictor.Picture> pictures, int batchSize, int limit)
      throws IOException {
    String header = file.isTable() ? row() : "";
    First first = next();
    First following = next();
    if (following != null && file.isTable() && !header.equals(file.format().header())) {
      throw new IOException(
          part + " has other columns, as of another model or data: delete it to begin anew");
    }
    Place place = new Place(0, 0, 0);
    int index = 0;
    int failed = 0;
    for (Predictor.Picture picture : pictures) {
      if (first != null && index % batchSize == 0) {
        place = new Place(index, failed, index == 0 ? 0 : first.start());
      }
      if (index == limit || following == null) {
        return place;
      }
      if (source(first.row()).equals(picture.source())) {
        failed += isFailure(first.row()) ? 1 : 0;
        first = following;
        following = next();
      } else if (file.leavesOutFailures()) {
        failed++; // unless it is of other images, which shows in the end
      } else {
        throw other(first);
      }
      index++;
    }
    if (following != null) {
      throw other(first);
    }
    return place;
  }

  private IOException other(First first) throws IOException {
    return new IOException(
        "%s is of other pictures: %s is not the one that follows: delete it to begin anew"
            .formatted(part, source(first.row())));
  }

  /** The first row of the next image; null at the end of the file. */
  private @Nullable First next() throws IOException {
    while (true) {
      long start = position;
      String row = row();
      if (row.isEmpty()) {
        return null;
      }
      String rest = row.substring(file.isTable() ? sourceLength(row) : 0);
      boolean isFurther = file.isTable() && file.format().isRanked() && !beginsRanks(rest);
      if (!isFurther) {
        return new First(row, start);
      }
    }
  }

  private static boolean beginsRanks(String rest) {
    return rest.startsWith(",,") || rest.startsWith(",1,");
  }

  /** One row without its end; in a table, quoted text may hold line ends too. */
  private String row() throws IOException {
    ByteArrayOutputStream row = new ByteArrayOutputStream();
    boolean quoted = false;
    for (int c = in.read(); c >= 0; c = in.read()) {
      position++;
      if (c == '\n' && !quoted) {
        break;
      }
      row.write(c);
      quoted ^= file.isTable() && c == '"';
    }
    return row.toString(StandardCharsets.UTF_8);
  }

  private static int sourceLength(String row) {
    int i = 0;
    boolean quoted = false;
    while (i < row.length() && (quoted || row.charAt(i) != ',')) {
      quoted ^= row.charAt(i++) == '"';
    }
    return i;
  }

  private String source(String row) throws IOException {
    if (!file.isTable()) {
      return json(row).path("source").asString();
    }
    String source = row.substring(0, sourceLength(row));
    return source.startsWith("\"")
        ? source.substring(1, source.length() - 1).replace("\"\"", "\"")
        : source;
  }

  private boolean isFailure(String row) throws IOException {
    return file.isTable()
        ? file.format().isRanked() && row.startsWith(",,", sourceLength(row))
        : json(row).has("error");
  }

  private JsonNode json(String row) throws IOException {
    try {
      return JsonMapper.shared().readTree(row);
    } catch (JacksonException e) {
      throw new IOException(part + " is not a file of answers: delete it to begin anew", e);
    }
  }

  /** Cuts the file there; without any image it is deleted. */
  static void cut(TextOutput<?> file, Place place) throws IOException {
    if (place.pictures() == 0) {
      Files.deleteIfExists(file.part());
      return;
    }
    try (FileChannel channel = FileChannel.open(file.part(), StandardOpenOption.WRITE)) {
      channel.truncate(place.bytes());
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
