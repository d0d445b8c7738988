package dev.vit4j.serve;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** {@code GET /openapi.json}: the description of all paths in OpenAPI 3.1. */
final class Description implements Endpoint {
  private final Reply reply = Reply.bytes(Reply.JSON, read());

  @Override
  public Reply answer(Call call) {
    return reply;
  }

  private static byte[] read() {
    try (InputStream in = Description.class.getResourceAsStream("openapi.json")) {
      if (in == null) {
        throw new IllegalStateException("openapi.json is missing in the jar");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
