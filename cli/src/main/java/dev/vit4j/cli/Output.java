package dev.vit4j.cli;

import dev.vit4j.format.Count;
import dev.vit4j.infer.output.Resumed;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Prints results to stdout, and progress and notes to stderr. With {@code --json} the result is a
 * single JSON object; with {@code --quiet} there are no notes.
 */
final class Output {
  /** Where stdout cannot show all characters, as in the POSIX locale, JSON has them as escapes. */
  private static final JsonMapper MAPPER =
      Charset.defaultCharset().equals(StandardCharsets.UTF_8)
          ? JsonMapper.shared()
          : JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

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

  /** Returns an output that prints nothing. */
  static Output none() {
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    return new Output(nowhere, nowhere, false, true);
  }

  /** Prints a line of the result, unless {@code --json} is set. */
  void result(String line) {
    if (!json) {
      out.println(printable(line));
      out.flush();
    }
  }

  /**
   * Returns a text of any origin as it may be sent to a terminal: without control characters, and
   * on one line. They could move the cursor, or make a file name look like a result.
   */
  static String printable(String text) {
    return text.replaceAll("[\\p{Cntrl}\\u0080-\\u009f\\u2028\\u2029&&[^\t]]+", " ");
  }

  /** Clears the terminal, for a page that is drawn again. */
  void clearScreen() {
    out.print("\033[H\033[2J");
  }

  /** Prints a note to stderr, unless {@code --quiet} is set. */
  void note(String line) {
    if (!quiet) {
      remark(line);
    }
  }

  /** Prints a line about an assumption that a user must see, also with {@code --quiet}. */
  void remark(String line) {
    err.println(printable(line));
    err.flush();
  }

  /** Prints where a resumed run continues. */
  void resumed(Resumed before) {
    if (before.pictures() > 0) {
      note("vit: resuming after " + Count.of(before.pictures(), "image"));
    }
  }

  /** Prints the failure of one item while the others are processed; always printed. */
  void failure(String line) {
    err.println("vit: " + printable(line.replaceAll("[\\r\\n\\t]+ *", " ")));
    err.flush();
  }

  /**
   * Prints the result as one JSON object on one line, if {@code --json} is set.
   *
   * @param values keys and values in output order; NaN and infinity become null
   */
  void json(Map<String, ?> values) {
    if (json) {
      out.println(MAPPER.writeValueAsString(Json.plain(values)));
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
