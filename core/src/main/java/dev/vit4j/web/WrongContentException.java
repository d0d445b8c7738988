package dev.vit4j.web;

import java.io.IOException;

/** A file that came whole, but is not the one that was announced. */
final class WrongContentException extends IOException {
  WrongContentException(String message) {
    super(message);
  }
}
