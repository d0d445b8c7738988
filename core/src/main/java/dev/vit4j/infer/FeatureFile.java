package dev.vit4j.infer;

import dev.vit4j.format.AtomicFile;
import dev.vit4j.format.FloatRows;
import dev.vit4j.format.NpzFile;
import dev.vit4j.format.Safetensors;
import dev.vit4j.tensor.DType;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes features to a file in the format of its extension:
 *
 * <pre>
 * .safetensors  features f32 [N, D], labels i64 [N] of labeled samples; metadata "sources": JSON,
 *               and {@link FeatureOrigin}
 * .npz          the same arrays, and the metadata as arrays of text
 * .csv          source, label of labeled samples, then a column for each number
 * .jsonl        {"source", "label" of a labeled sample, "features"}, one object a line
 * </pre>
 *
 * <p>An image that could not be read has no row; in JSON lines it has an "error" instead of
 * features. Rows are streamed. The file appears when it is complete.
 *
 * @param file output file
 * @param labelled whether the samples have classes
 */
public record FeatureFile(Path file, boolean labelled) {
  /** Name of the tensor with the vectors. */
  public static final String FEATURES = "features";

  /** Name of the metadata, or text array, with the name of the image of each row. */
  public static final String SOURCES = "sources";

  private static final List<String> ENDINGS = List.of(".safetensors", ".npz", ".csv", ".jsonl");

  /**
   * Checks the extension.
   *
   * @throws IllegalArgumentException if the extension is unknown
   */
  public FeatureFile {
    if (ENDINGS.stream().noneMatch(name(file)::endsWith)) {
      throw new IllegalArgumentException(
          "%s: unknown file extension: use one of %s".formatted(file, String.join(", ", ENDINGS)));
    }
  }

  private static String name(Path file) {
    Path name = file.getFileName();
    return name == null ? "" : name.toString().toLowerCase(Locale.ROOT);
  }

  /** Source of the rows, such as {@link Predictor#run}. */
  @FunctionalInterface
  public interface Rows {
    /** Passes all results to the sink. */
    void into(Predictor.Sink<float[]> sink) throws IOException;
  }

  /**
   * Writes the file.
   *
   * @param metadata what is known of the features, see {@link FeatureOrigin}; not written as text
   * @throws IOException if the file cannot be written; it does not exist then
   */
  public void write(Rows rows, Map<String, String> metadata) throws IOException {
    requireFolder();
    if (grows()) {
      AtomicFile.write(file, out -> text(rows, out));
    } else {
      tensors(rows, metadata, name(file).endsWith(".npz"));
    }
  }

  /** Writes the file without metadata. */
  public void write(Rows rows) throws IOException {
    write(rows, Map.of());
  }

  /**
   * Checks that the folder of the file exists, before any image is processed.
   *
   * @throws IOException if it does not exist
   */
  public void requireFolder() throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new IOException("%s: cannot be written: no such folder: %s".formatted(file, folder));
    }
  }

  /** Returns whether the format is text, to which rows can be appended. */
  public boolean grows() {
    return isTable() || name(file).endsWith(".jsonl");
  }

  /** Returns whether the format is CSV. */
  public boolean isTable() {
    return name(file).endsWith(".csv");
  }

  private void text(Rows rows, OutputStream out) throws IOException {
    boolean[] begun = {false};
    rows.into(
        answer -> {
          FeatureRows format =
              new FeatureRows(labelled, answer.error() == null ? answer.found().length : 0);
          if (!isTable()) {
            line(out, JsonMapper.shared().writeValueAsString(format.json(answer)));
            return;
          }
          if (!begun[0] && answer.error() == null) {
            line(out, format.header());
            begun[0] = true;
          }
          for (String row : format.rows(answer)) {
            line(out, row);
          }
        });
  }

  private static void line(OutputStream out, String text) throws IOException {
    out.write((text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private void tensors(Rows from, Map<String, String> metadata, boolean npz) throws IOException {
    List<String> sources = new ArrayList<>();
    List<Long> labels = new ArrayList<>();
    int[] dim = {0};
    try (FloatRows rows = new FloatRows()) {
      from.into(
          answer -> {
            if (answer.error() == null) {
              rows.add(answer.found());
              sources.add(answer.picture().source());
              labels.add((long) answer.picture().label());
              dim[0] = answer.found().length;
            }
          });
      List<Safetensors.Entry> entries = new ArrayList<>();
      long[] shape = {rows.count(), dim[0]};
      entries.add(new Safetensors.Entry(FEATURES, DType.F32, shape, rows.data()));
      if (labelled) {
        long[] count = {labels.size()};
        entries.add(new Safetensors.Entry("labels", DType.I64, count, bytes(labels)));
      }
      if (npz) {
        Map<String, List<String>> texts = new LinkedHashMap<>();
        metadata.forEach((key, value) -> texts.put(key, List.of(value)));
        texts.put(SOURCES, sources);
        NpzFile.write(file, entries, texts);
      } else {
        Map<String, String> all = new LinkedHashMap<>(metadata);
        all.put(SOURCES, JsonMapper.shared().writeValueAsString(sources));
        Safetensors.write(file, entries, all);
      }
    }
  }

  private static ByteBuffer bytes(List<Long> numbers) {
    ByteBuffer bytes =
        ByteBuffer.allocate(numbers.size() * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    numbers.forEach(bytes::putLong);
    return bytes.flip();
  }
}
