package dev.vit4j.web;

import java.io.IOException;

/** A server's error response that a retry would not change. */
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

  /** The HTTP status, or 0 if the status is not the cause. */
  public int status() {
    return status;
  }
}
