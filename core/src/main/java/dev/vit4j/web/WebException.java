package dev.vit4j.web;

import java.io.IOException;

/** A server's answer that asking again would not mend. */
public final class WebException extends IOException {
  private final int status;

  WebException(String message) {
    super(message);
    this.status = 0;
  }

  WebException(int status) {
    super("HTTP status " + status);
    this.status = status;
  }

  /** The HTTP status, or 0 where that was not what is wrong. */
  public int status() {
    return status;
  }
}
