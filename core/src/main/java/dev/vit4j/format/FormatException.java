package dev.vit4j.format;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import tools.jackson.core.JacksonException;

/** Reports a malformed file: the message is one line with file, byte offset and reason. */
public final class FormatException extends IOException {
  private static final int LONGEST_REASON = 2000;

  private final String source;
  private final long offset;

  /**
   * @param source the file (or other source) as named by the user
   * @param offset the byte at which reading failed, or -1 if unknown
   * @param reason what is wrong; control characters are replaced by spaces, since it may contain
   *     names from hostile files
   */
  public FormatException(String source, long offset, String reason) {
    super(oneLine(source) + (offset < 0 ? ": " : ": at byte " + offset + ": ") + oneLine(reason));
    this.source = source;
    this.offset = offset;
  }

  /** The file or other source, as given. */
  public String source() {
    return source;
  }

  /** The byte at which reading failed, or -1. */
  public long offset() {
    return offset;
  }

  /** Describes a file that cannot be opened or read, without the JDK's class names. */
  public static FormatException unreadable(Path file, IOException cause) {
    if (cause instanceof FormatException same) {
      return same;
    }
    FormatException e = new FormatException(file.toString(), -1, "cannot be read: " + words(cause));
    e.initCause(cause);
    return e;
  }

  /**
   * Returns the reason of an I/O failure as text; the JDK's message is often only the file name.
   */
  public static String words(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "no such file or folder";
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof EOFException) {
      return "the file ends too early";
    }
    if (e instanceof FileSystemException f && f.getReason() != null) {
      return f.getReason();
    }
    return Objects.requireNonNullElse(e.getMessage(), e.getClass().getSimpleName());
  }

  /** Returns a JSON parser's message without its advice to programmers. */
  public static String words(JacksonException e) {
    return e.getOriginalMessage().replaceFirst(":? *\\(?enable `[^`]*` to allow\\)?", "");
  }

  private static String oneLine(String text) {
    String line = text.replaceAll("[\\p{Cntrl}\\u0085\\u2028\\u2029]+", " ");
    return line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON) + "…";
  }
}
