package dev.vit4j.format;

/** Comma-separated values (RFC 4180). */
public final class Csv {
  private Csv() {}

  /**
   * Returns a field as written in a row: quoted if it contains a comma, a quote or a line break.
   */
  public static String quoted(String field) {
    boolean plain = field.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
  }
}
