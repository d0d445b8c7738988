package dev.vit4j.infer;

import dev.vit4j.format.AtomicFile;
import dev.vit4j.format.Csv;
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
 * Features as a file, by its ending:
 *
 * <pre>
 * .safetensors  features f32 [N, D], labels i64 [N] of labelled samples; metadata "sources": JSON
 * .npz          the same arrays, and sources as text
 * .csv          source, label of labelled samples, then a column for each number
 * .jsonl        {"source", "label" of a labelled sample, "features"}, one object a line
 * </pre>
 *
 * <p>A picture that could not be read has no row. Rows are written as they come; few are in memory.
 * The file appears when it is complete.
 *
 * @param file that is written
 * @param labelled whether the samples have classes
 */
public record FeatureFile(Path file, boolean labelled) {
  private static final List<String> ENDINGS = List.of(".safetensors", ".npz", ".csv", ".jsonl");
  private static final String SOURCES = "sources";

  /**
   * Checks the ending.
   *
   * @throws IllegalArgumentException if no format has it
   */
  public FeatureFile {
    if (ENDINGS.stream().noneMatch(name(file)::endsWith)) {
      throw new IllegalArgumentException(
          "%s: its ending says no format: use one of %s"
              .formatted(file, String.join(", ", ENDINGS)));
    }
  }

  private static String name(Path file) {
    Path name = file.getFileName();
    return name == null ? "" : name.toString().toLowerCase(Locale.ROOT);
  }

  /** Where the rows come from, such as {@link Predictor#run}. */
  @FunctionalInterface
  public interface Rows {
    /** Hands all answers to the sink. */
    void into(Predictor.Sink sink) throws IOException;
  }

  /**
   * Writes the file.
   *
   * @throws IOException if it cannot be written; nothing is there then
   */
  public void write(Rows rows) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) { // now, not after the last picture
      throw new IOException("%s: cannot be written: no such folder: %s".formatted(file, folder));
    }
    String name = name(file);
    if (name.endsWith(".csv")) {
      AtomicFile.write(file, out -> csv(rows, out));
    } else if (name.endsWith(".jsonl")) {
      AtomicFile.write(file, out -> rows.into(answer -> line(out, json(answer))));
    } else {
      tensors(rows, name.endsWith(".npz"));
    }
  }

  private void csv(Rows rows, OutputStream out) throws IOException {
    boolean[] begun = {false};
    rows.into(
        answer -> {
          if (answer.error() == null) {
            float[] numbers = answer.numbers();
            if (!begun[0]) {
              line(out, header(numbers.length));
            }
            begun[0] = true;
            StringBuilder row = new StringBuilder(Csv.quoted(answer.picture().source()));
            row.append(labelled ? "," + answer.picture().label() : "");
            for (float number : numbers) {
              row.append(',').append(number);
            }
            line(out, row.toString());
          }
        });
  }

  private String header(int dim) {
    StringBuilder header = new StringBuilder(labelled ? "source,label" : "source");
    for (int i = 0; i < dim; i++) {
      header.append(',').append(i);
    }
    return header.toString();
  }

  private String json(Predictor.Answer answer) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("source", answer.picture().source());
    if (labelled) {
      object.put("label", answer.picture().label());
    }
    if (answer.error() == null) {
      object.put("features", answer.numbers());
    } else {
      object.put("error", answer.error());
    }
    return JsonMapper.shared().writeValueAsString(object);
  }

  private static void line(OutputStream out, String text) throws IOException {
    out.write((text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private void tensors(Rows from, boolean npz) throws IOException {
    List<String> sources = new ArrayList<>();
    List<Long> labels = new ArrayList<>();
    int[] dim = {0};
    try (FloatRows rows = new FloatRows()) {
      from.into(
          answer -> {
            if (answer.error() == null) {
              rows.add(answer.numbers());
              sources.add(answer.picture().source());
              labels.add((long) answer.picture().label());
              dim[0] = answer.numbers().length;
            }
          });
      List<Safetensors.Entry> entries = new ArrayList<>();
      long[] shape = {rows.count(), dim[0]};
      entries.add(new Safetensors.Entry("features", DType.F32, shape, rows.data()));
      if (labelled) {
        long[] count = {labels.size()};
        entries.add(new Safetensors.Entry("labels", DType.I64, count, bytes(labels)));
      }
      if (npz) {
        NpzFile.write(file, entries, Map.of(SOURCES, sources));
      } else {
        String json = JsonMapper.shared().writeValueAsString(sources);
        Safetensors.write(file, entries, Map.of(SOURCES, json));
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
