package dev.vit4j.data;

import java.io.IOException;

/** Reports a sample that cannot be read; the message names its data set, index and file. */
public final class UnreadableSampleException extends IOException {
  UnreadableSampleException(String message, Exception cause) {
    super(message, cause);
  }
}
