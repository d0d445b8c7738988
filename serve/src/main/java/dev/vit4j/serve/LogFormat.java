package dev.vit4j.serve;

/** How the log line of a request looks. */
public enum LogFormat {
  /** Words separated by blanks. */
  TEXT,
  /** One JSON object. */
  JSON
}
