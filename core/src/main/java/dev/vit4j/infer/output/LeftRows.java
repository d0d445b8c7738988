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
 * Reads the partial output file of an interrupted run, image by image. The last image is ignored,
 * since its rows may be incomplete.
 */
final class LeftRows implements AutoCloseable {
  private final Path part;
  private final TextOutput<?> file;
  private final InputStream in;
  private long position; // offset of the byte after the last row read

  private LeftRows(TextOutput<?> file) throws IOException {
    this.file = file;
    this.part = file.part();
    this.in = new BufferedInputStream(Files.newInputStream(part));
  }

  /**
   * End of a number of images in the file.
   *
   * @param pictures number of images
   * @param failed number of these that could not be read
   * @param bytes length of the file up to this point
   */
  record Place(int pictures, int failed, long bytes) {}

  /** The first row of an image. */
  private record First(String row, long start) {}

  /**
   * Returns the end of the last batch that is certainly complete.
   *
   * @param pictures all images
   * @param limit maximum number of images, a multiple of the batch size or more than there are
   * @throws IOException if the file is of other images or has other columns
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
          part + " has other columns, from another model or data set: delete it to start over");
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
        failed++; // files of other images are detected at the end
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
        "%s is of other images: unexpected row of %s: delete it to start over"
            .formatted(part, source(first.row())));
  }

  /** Returns the first row of the next image; null at the end of the file. */
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

  /** Reads one row without its line break; quoted CSV fields may contain line breaks. */
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
      throw new IOException(part + " is not a file of predictions: delete it to start over", e);
    }
  }

  /** Truncates the file; deletes it if it contains no image. */
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
