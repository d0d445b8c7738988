package dev.vit4j.distributed;

import org.jspecify.annotations.Nullable;

/** The processes cannot go on together, for a reason that all of them report with the same line. */
public final class RankFailureException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * @param message what is wrong, on which rank, and what to do
   */
  public RankFailureException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
