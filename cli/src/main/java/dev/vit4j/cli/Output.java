package dev.vit4j.cli;

import dev.vit4j.infer.output.Resumed;
import java.io.PrintWriter;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where words go: results to stdout, progress and remarks to stderr. With {@code --json} the only
 * result is one JSON object; with {@code --quiet} there are no remarks.
 */
final class Output {
  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean json;
  private final boolean quiet;

  Output(PrintWriter out, PrintWriter err, boolean json, boolean quiet) {
    this.out = out;
    this.err = err;
    this.json = json;
    this.quiet = quiet;
  }

  /** A line of the result, for people; not printed with {@code --json}. */
  void result(String line) {
    if (!json) {
      out.println(line);
      out.flush();
    }
  }

  /** A remark on stderr; not printed with {@code --quiet}. */
  void note(String line) {
    if (!quiet) {
      err.println(line);
      err.flush();
    }
  }

  /** Says where a run goes on. */
  void resumed(Resumed before) {
    if (before.pictures() > 0) {
      note("vit: going on after " + before.pictures() + " pictures");
    }
  }

  /** A part of the work that failed while the rest goes on; printed always. */
  void failure(String line) {
    err.println("vit: " + line.replaceAll("[\\r\\n\\t]+ *", " "));
    err.flush();
  }

  /**
   * The result for programs, printed with {@code --json} only: one object on one line.
   *
   * @param values in the order of printing; numbers that JSON lacks (NaN, infinity) become null
   */
  void json(Map<String, ?> values) {
    if (json) {
      out.println(JsonMapper.shared().writeValueAsString(Json.plain(values)));
      out.flush();
    }
  }

  boolean isJson() {
    return json;
  }

  boolean isQuiet() {
    return quiet;
  }
}
