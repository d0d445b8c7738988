package dev.vit4j.serve;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.json.JsonMapper;

/** Writes a line for each request. */
final class RequestLog {
  private static final double MILLISECOND = 1e6; // nanoseconds
  private static final int MOST = 200; // characters of a path

  private final Consumer<String> lines;
  private final LogFormat format;

  RequestLog(Consumer<String> lines, LogFormat format) {
    this.lines = lines;
    this.format = format;
  }

  /**
   * Writes a line.
   *
   * @param pictures number of images
   * @param bytes of the request's body
   */
  void add(String method, String path, int status, long nanoseconds, int pictures, int bytes) {
    String time = Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
    double ms = nanoseconds / MILLISECOND;
    if (format == LogFormat.JSON) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("time", time);
      row.put("method", method);
      row.put("path", printable(path));
      row.put("status", status);
      row.put("ms", Math.round(ms * 10) / 10.0);
      row.put("pictures", pictures);
      row.put("bytes", bytes);
      lines.accept(JsonMapper.shared().writeValueAsString(row));
    } else {
      lines.accept(
          String.format(
              Locale.ROOT,
              "%s %s %s %d %.1f ms, %d pictures, %d bytes",
              time,
              printable(method),
              printable(path),
              status,
              ms,
              pictures,
              bytes));
    }
  }

  /** A line of the log is one line, and sends nothing to a terminal but text. */
  private static String printable(String text) {
    String cut = text.length() > MOST ? text.substring(0, MOST) + "…" : text;
    return cut.replaceAll("[\\p{Cntrl}\\u0080-\\u009f\\u2028\\u2029]+", " ");
  }
}
