package dev.vit4j.serve;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * A complete HTTP response.
 *
 * @param type its Content-Type; empty without a body
 * @param headers further headers
 */
@SuppressWarnings("ArrayRecordComponent")
record Reply(int status, String type, byte[] body, Map<String, String> headers) {
  static final String JSON = "application/json";

  /**
   * Returns JSON: maps, lists, texts, numbers, booleans and null. A busy server says when to try
   * again.
   */
  static Reply json(int status, Object value) {
    Map<String, String> headers = status == Problem.BUSY ? Map.of("Retry-After", "1") : Map.of();
    return new Reply(status, JSON, JsonMapper.shared().writeValueAsBytes(value), headers);
  }

  /** Returns JSON of a request that succeeded. */
  static Reply json(Object value) {
    return json(200, value);
  }

  /** Returns bytes of a type. */
  static Reply bytes(String type, byte[] body) {
    return new Reply(200, type, body, Map.of());
  }

  /** Returns plain text. */
  static Reply text(int status, String text) {
    return new Reply(
        status, "text/plain;charset=utf-8", text.getBytes(StandardCharsets.UTF_8), Map.of());
  }

  /** Returns {@code {"error": line}}. */
  static Reply error(Problem problem) {
    return json(problem.status(), Map.of("error", problem.line()));
  }

  /** Adds a header. */
  Reply with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Reply(status, type, body, more);
  }
}
