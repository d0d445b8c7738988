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
  static final String RETRY_AFTER = "Retry-After";

  /** Returns JSON: maps, lists, texts, numbers, booleans and null. */
  static Reply json(int status, Object value) {
    return new Reply(status, JSON, JsonMapper.shared().writeValueAsBytes(value), Map.of());
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

  /** Returns {@code {"error": line}}; a busy server says when to try again. */
  static Reply error(Problem problem) {
    Reply reply = json(problem.status(), Map.of("error", problem.line()));
    return problem.status() == Problem.BUSY ? reply.with(RETRY_AFTER, "1") : reply;
  }

  /** Adds a header. */
  Reply with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Reply(status, type, body, more);
  }
}
