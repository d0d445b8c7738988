package dev.vit4j.data.source;

import dev.vit4j.format.FormatException;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads tables of images and captions: CSV and TSV with a header, and JSON Lines. Rows of one image
 * are its captions.
 */
final class CaptionTable {
  private static final List<String> IMAGES =
      List.of("filepath", "file_name", "image", "image_path", "path");
  private static final List<String> CAPTIONS = List.of("title", "caption", "captions", "text");

  private final Path file;
  private final CaptionColumns columns;
  private final Map<String, List<String>> captions = new LinkedHashMap<>();
  private final List<String> empty = new ArrayList<>();

  private CaptionTable(Path file, CaptionColumns columns) {
    this.file = file;
    this.columns = columns;
  }

  /** Returns whether a file name is that of a table. */
  static boolean isOne(Path file) {
    String name = lower(file);
    return name.endsWith(".csv") || name.endsWith(".tsv") || name.endsWith(".jsonl");
  }

  private static String lower(Path file) {
    return file.toString().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads a table.
   *
   * @return captions by image, in the order of the table
   * @throws FormatException if a column is missing, or a path or caption is empty
   */
  static Map<String, List<String>> read(Path file, CaptionColumns columns) throws IOException {
    CaptionTable table = new CaptionTable(file, columns);
    if (lower(file).endsWith(".jsonl")) {
      table.readJson();
    } else {
      table.readRows();
    }
    ListFile.refuse(file, "has rows without a path or a caption", table.empty);
    if (table.captions.isEmpty()) {
      throw new FormatException(file.toString(), -1, "has no rows");
    }
    return table.captions;
  }

  private void readRows() throws IOException {
    String text = String.join("\n", ListFile.lines(file)) + "\n";
    String body = text.startsWith("\uFEFF") ? text.substring(1) : text;
    CSVFormat format =
        CSVFormat.RFC4180
            .builder()
            .setDelimiter(separator())
            .setHeader()
            .setSkipHeaderRecord(true)
            .setIgnoreEmptyLines(true)
            .get();
    try (CSVParser parser = CSVParser.parse(new StringReader(body), format)) {
      List<String> names = parser.getHeaderNames();
      String image = column("csv_img_key", columns.image(), IMAGES, names);
      String caption = column("csv_caption_key", columns.caption(), CAPTIONS, names);
      for (CSVRecord row : parser) {
        long line = row.getRecordNumber() + 1; // after the header
        if (!row.isSet(image) || !row.isSet(caption)) {
          empty.add("row %d has %d fields".formatted(line, row.size()));
        } else {
          add("row " + line, row.get(image), row.get(caption));
        }
      }
    } catch (FormatException e) {
      throw e;
    } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
      throw new FormatException(file.toString(), -1, "is not a valid table: " + e.getMessage());
    }
  }

  private String separator() {
    if (columns.separator() != null) {
      return columns.separator();
    }
    return lower(file).endsWith(".tsv") ? "\t" : ",";
  }

  private void readJson() throws IOException {
    int number = 0;
    String image = columns.image();
    String caption = columns.caption();
    for (String line : ListFile.lines(file)) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      JsonNode row = row(line, number);
      List<String> names = List.copyOf(row.propertyNames());
      image = image == null ? column("csv_img_key", null, IMAGES, names) : image;
      caption = caption == null ? column("csv_caption_key", null, CAPTIONS, names) : caption;
      String path = row.path(image).asString("");
      JsonNode own = row.path(caption);
      String where = "line " + number;
      if (own.isArray() && !own.isEmpty()) {
        own.forEach(one -> add(where, path, one.asString("")));
      } else {
        add(where, path, own.asString(""));
      }
    }
  }

  private JsonNode row(String line, int number) throws FormatException {
    try {
      JsonNode row = JsonMapper.shared().readTree(line);
      if (row.isObject()) {
        return row;
      }
    } catch (JacksonException e) {
      throw new FormatException(
          file.toString(),
          -1,
          "line %d is not JSON: %s".formatted(number, FormatException.words(e)));
    }
    throw new FormatException(
        file.toString(), -1, "line %d is not a JSON object".formatted(number));
  }

  private String column(String key, @Nullable String asked, List<String> usual, List<String> names)
      throws FormatException {
    for (String name : asked == null ? usual : List.of(asked)) {
      if (names.contains(name)) {
        return name;
      }
    }
    throw new FormatException(
        file.toString(),
        -1,
        "has the columns %s, but not %s: set %s"
            .formatted(String.join(", ", names), asked == null ? "one of " + usual : asked, key));
  }

  private void add(String where, String path, String caption) {
    if (path.isBlank() || caption.isBlank()) {
      empty.add("%s has no %s".formatted(where, path.isBlank() ? "path" : "caption"));
      return;
    }
    captions.computeIfAbsent(path.strip(), p -> new ArrayList<>()).add(caption.strip());
  }
}
