package dev.vit4j.serve;

import java.io.IOException;

/** A request that is answered with an error: an HTTP status and one line that says why. */
final class Problem extends RuntimeException {
  static final int BAD_REQUEST = 400;
  static final int TOO_LARGE = 413;
  static final int WRONG_TYPE = 415;
  static final int INTERNAL = 500;
  static final int BUSY = 503;

  private static final long serialVersionUID = 1;

  private final int status;

  Problem(int status, String message) {
    super(message, null, false, false); // an answer, not a fault: no stack trace
    this.status = status;
  }

  int status() {
    return status;
  }

  String line() {
    return String.valueOf(getMessage());
  }

  /** Beyond a bound: the client should try again soon. */
  static Problem busy(String bound) {
    return new Problem(BUSY, "too busy: %s; try again".formatted(bound));
  }

  /** Returns the answer to a failure; what a client did not cause is an internal error. */
  static Problem of(Throwable failure) {
    if (failure instanceof Problem problem) {
      return problem;
    }
    if (failure instanceof IOException || failure instanceof IllegalArgumentException) {
      return new Problem(BAD_REQUEST, message(failure));
    }
    if (failure instanceof OutOfMemoryError) {
      return busy("out of memory");
    }
    return new Problem(INTERNAL, "internal error: " + message(failure));
  }

  private static String message(Throwable e) {
    String message = e.getMessage();
    return message == null
        ? e.getClass().getSimpleName()
        : message.lines().findFirst().orElse(e.getClass().getSimpleName());
  }
}
