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
 * Results of the runs of a {@link Study}, with values by metric key.
 *
 * @param group folder of the group
 * @param kind seeds, folds or sweep
 * @param decides metric that selects the best run
 * @param runs completed runs in the order of the plan
 * @param choosing whether the best run is selected
 * @param stopped whether the study was stopped before the end
 */
public record StudyResult(
    Path group, String kind, Metric decides, List<Entry> runs, boolean choosing, boolean stopped) {

  /** Takes a copy of the runs. */
  public StudyResult {
    runs = List.copyOf(runs);
  }

  /**
   * Result of one run; missing values are NaN.
   *
   * @param error reason of a failure; null if the run succeeded
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
        throw new FormatException(file.toString(), -1, "is not a valid run result");
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

    /** Returns a validation value of the best epoch; NaN if the key is missing. */
    public double val(String key) {
      return val.getOrDefault(key, Double.NaN);
    }

    /** Returns a test value; NaN if the key is missing. */
    public double test(String key) {
      return test.getOrDefault(key, Double.NaN);
    }

    /** Returns the name of the run and its folder. */
    public String name() {
      return folder.getFileName().toString();
    }

    /** Reads this run again from its folder. */
    Entry reread() throws IOException {
      return read(folder, changes);
    }

    /** Returns all values by their names in the summaries. */
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
   * Mean and standard deviation over the runs that have a value.
   *
   * @param std standard deviation with n - 1; NaN for fewer than two runs
   */
  public record Spread(double mean, double std, int count) {
    static Spread of(DoubleStream values) {
      double[] v = values.filter(d -> !Double.isNaN(d)).toArray();
      double mean = DoubleStream.of(v).average().orElse(Double.NaN);
      double squares = DoubleStream.of(v).map(d -> (d - mean) * (d - mean)).sum();
      return new Spread(
          mean, v.length < 2 ? Double.NaN : Math.sqrt(squares / (v.length - 1)), v.length);
    }

    /** Returns the values by name. */
    public Map<String, Object> toMap() {
      Map<String, Object> m = new LinkedHashMap<>();
      m.put("mean", mean);
      m.put("std", std);
      m.put("count", count);
      return m;
    }
  }

  /** Returns the mean and deviation of a validation value. */
  public Spread val(String key) {
    return spread(r -> r.val(key));
  }

  /** Returns the mean and deviation of a test value. */
  public Spread test(String key) {
    return spread(r -> r.test(key));
  }

  private Spread spread(ToDoubleFunction<Entry> figure) {
    return Spread.of(runs.stream().mapToDouble(figure));
  }

  /**
   * Returns the run with the best validation value, the lower loss on ties; null if no run is
   * selected or none has a value.
   */
  public @Nullable Entry best() {
    return runs.stream()
        .filter(r -> choosing && !Double.isNaN(r.val(decides.key())))
        .min(
            Comparator.comparingDouble((Entry r) -> order(r.val(decides.key())))
                .thenComparingDouble(r -> r.val(Metric.LOSS.key())))
        .orElse(null);
  }

  /** Returns a number that is lower for better values. */
  private double order(double value) {
    return decides.higherIsBetter() ? -value : value;
  }

  /** Reads all runs again from their folders. */
  StudyResult reread() throws IOException {
    List<Entry> now = new ArrayList<>();
    for (Entry run : runs) {
      now.add(run.reread());
    }
    return new StudyResult(group, kind, decides, now, choosing, stopped);
  }

  /** Returns all values by their names in {@code summary.json}. */
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

  /** Replaces NaN by null, since JSON has no NaN. */
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
