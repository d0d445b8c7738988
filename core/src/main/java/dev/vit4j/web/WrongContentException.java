package dev.vit4j.web;

import java.io.IOException;

/** A complete file with a wrong checksum. */
final class WrongContentException extends IOException {
  WrongContentException(String message) {
    super(message);
  }
}
