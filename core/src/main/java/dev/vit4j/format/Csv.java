package dev.vit4j.format;

/** Comma-separated values (RFC 4180). */
public final class Csv {
  private Csv() {}

  /** A field as it stands in a row: in quotes if it holds a comma, a quote or a line end. */
  public static String quoted(String field) {
    boolean plain = field.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
  }
}
