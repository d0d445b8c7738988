package dev.vit4j.serve;

import java.io.IOException;

/** Answers requests of one path; called by several threads concurrently, and may wait. */
@FunctionalInterface
interface Endpoint {
  /**
   * Answers a request, whose body is complete.
   *
   * @throws Problem for an answer with an error
   * @throws IOException if the client sent something that cannot be read: status 400
   * @throws IllegalArgumentException for values that cannot be used: status 400
   */
  Reply answer(Call call) throws IOException;
}
