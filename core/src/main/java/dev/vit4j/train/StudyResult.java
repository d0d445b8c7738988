package dev.vit4j.train;

import dev.vit4j.format.AtomicFile;
import dev.vit4j.format.Csv;
import dev.vit4j.format.FormatException;
import dev.vit4j.metric.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the runs of a {@link Study} gave. Values go by metric key.
 *
 * @param group the folder
 * @param kind seeds, folds or sweep
 * @param decides the metric of the task that the best run is chosen by
 * @param runs those that are done, in the order of the plan
 * @param choosing whether one of them is to be chosen
 * @param stopped whether it was asked to stop before its end
 */
public record StudyResult(
    Path group, String kind, Metric decides, List<Entry> runs, boolean choosing, boolean stopped) {

  /** Takes a copy of the runs. */
  public StudyResult {
    runs = List.copyOf(runs);
  }

  /**
   * One run; what it does not have is NaN.
   *
   * @param error why it did not come to its end; null for most
   */
  public record Entry(
      Path folder,
      Map<String, String> changes,
      int epochs,
      int bestEpoch,
      Map<String, Double> val,
      Map<String, Double> test,
      double seconds,
      @Nullable String error) {

    static Entry read(Path folder, Study.Point point) throws IOException {
      return read(folder, point.changes());
    }

    private static Entry read(Path folder, Map<String, String> changes) throws IOException {
      Path file = folder.resolve(RunFolder.RESULT);
      try {
        JsonNode r = JsonMapper.shared().readTree(Files.readString(file));
        return new Entry(
            folder,
            changes,
            r.path("epochs").asInt(0),
            r.path("best_epoch").asInt(0),
            numbers(r, "val_"),
            numbers(r, "test_"),
            r.path("seconds").asDouble(Double.NaN),
            r.has("error") ? r.get("error").asString() : null);
      } catch (JacksonException e) {
        throw new FormatException(file.toString(), -1, "is not a run's result");
      }
    }

    private static Map<String, Double> numbers(JsonNode result, String prefix) {
      Map<String, Double> numbers = new LinkedHashMap<>();
      result.properties().stream()
          .filter(e -> e.getKey().startsWith(prefix))
          .forEach(
              e -> numbers.put(e.getKey().substring(prefix.length()), e.getValue().asDouble()));
      return numbers;
    }

    /** A value of the best epoch's validation; NaN if there is none of this key. */
    public double val(String key) {
      return val.getOrDefault(key, Double.NaN);
    }

    /** A value of the test; NaN if there is none of this key. */
    public double test(String key) {
      return test.getOrDefault(key, Double.NaN);
    }

    /** The run's name, its folder's. */
    public String name() {
      return folder.getFileName().toString();
    }

    /** The same run as its folder tells it now. */
    Entry reread() throws IOException {
      return read(folder, changes);
    }

    /** All values under the names that the summaries have. */
    Map<String, Object> toMap(Metric decides) {
      Map<String, Object> m = new LinkedHashMap<>();
      m.put("run", name());
      m.putAll(changes);
      m.put("epochs", epochs);
      m.put("best_epoch", bestEpoch);
      m.put("val_" + decides.key(), val(decides.key()));
      m.put("val_loss", val(Metric.LOSS.key()));
      m.put("test_" + decides.key(), test(decides.key()));
      m.put("seconds", seconds);
      m.put("error", error);
      return m;
    }
  }

  /**
   * Mean and spread over the runs that have a figure.
   *
   * @param std standard deviation with n - 1; NaN below two runs
   */
  public record Spread(double mean, double std, int count) {
    static Spread of(DoubleStream values) {
      double[] v = values.filter(d -> !Double.isNaN(d)).toArray();
      double mean = DoubleStream.of(v).average().orElse(Double.NaN);
      double squares = DoubleStream.of(v).map(d -> (d - mean) * (d - mean)).sum();
      return new Spread(
          mean, v.length < 2 ? Double.NaN : Math.sqrt(squares / (v.length - 1)), v.length);
    }

    /** The values under their names. */
    public Map<String, Object> toMap() {
      Map<String, Object> m = new LinkedHashMap<>();
      m.put("mean", mean);
      m.put("std", std);
      m.put("count", count);
      return m;
    }
  }

  /** A value of the validation over the runs. */
  public Spread val(String key) {
    return spread(r -> r.val(key));
  }

  /** A value of the test over the runs. */
  public Spread test(String key) {
    return spread(r -> r.test(key));
  }

  private Spread spread(ToDoubleFunction<Entry> figure) {
    return Spread.of(runs.stream().mapToDouble(figure));
  }

  /**
   * The point of a grid with the best validation, of equals the one with the lowest loss; null
   * where nothing is chosen, or no run has a figure.
   */
  public @Nullable Entry best() {
    return runs.stream()
        .filter(r -> choosing && !Double.isNaN(r.val(decides.key())))
        .min(
            Comparator.comparingDouble((Entry r) -> order(r.val(decides.key())))
                .thenComparingDouble(r -> r.val(Metric.LOSS.key())))
        .orElse(null);
  }

  /** The better a value, the lower. */
  private double order(double value) {
    return decides.higherIsBetter() ? -value : value;
  }

  /** With the runs as their folders tell them now. */
  StudyResult reread() throws IOException {
    List<Entry> now = new ArrayList<>();
    for (Entry run : runs) {
      now.add(run.reread());
    }
    return new StudyResult(group, kind, decides, now, choosing, stopped);
  }

  /** All figures under the names of {@code summary.json}. */
  public Map<String, Object> toMap() {
    Map<String, Object> m = new LinkedHashMap<>();
    m.put("group", group.toString());
    m.put("kind", kind);
    m.put("runs", runs.stream().map(r -> r.toMap(decides)).toList());
    m.put("val_" + decides.key(), val(decides.key()).toMap());
    m.put("test_" + decides.key(), test(decides.key()).toMap());
    Entry best = best();
    m.put("best", best == null ? null : best.name());
    return m;
  }

  /** Writes {@code summary.csv} and {@code summary.json}. */
  void write() throws IOException {
    List<String> lines = new ArrayList<>();
    for (Entry run : runs) {
      Map<String, Object> row = run.toMap(decides);
      if (lines.isEmpty()) {
        lines.add(String.join(",", row.keySet()));
      }
      lines.add(row.values().stream().map(StudyResult::cell).collect(Collectors.joining(",")));
    }
    AtomicFile.writeString(group.resolve("summary.csv"), String.join("\n", lines) + "\n");
    AtomicFile.writeString(
        group.resolve("summary.json"),
        JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(withoutNaN(toMap()))
            + "\n");
  }

  private static String cell(@Nullable Object value) {
    if (value == null || (value instanceof Double d && d.isNaN())) {
      return "";
    }
    return Csv.quoted(value.toString());
  }

  /** JSON has no NaN: null stands for it. */
  private static @Nullable Object withoutNaN(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<Object, @Nullable Object> plain = new LinkedHashMap<>();
      map.forEach((k, v) -> plain.put(k, withoutNaN(v)));
      return plain;
    }
    if (value instanceof List<?> list) {
      return list.stream().map(StudyResult::withoutNaN).toList();
    }
    return value instanceof Double d && !Double.isFinite(d) ? null : value;
  }
}
