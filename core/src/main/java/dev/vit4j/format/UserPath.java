package dev.vit4j.format;

import java.nio.file.Path;

/** Paths that a user wrote on a command line, in a recipe or in an environment variable. */
public final class UserPath {
  private UserPath() {}

  /**
   * Returns the path that a text names. A leading {@code ~} or {@code ~/} is the home folder, also
   * where no shell has replaced it, as in {@code --output=~/runs}. {@code ./~} is a folder of that
   * name.
   *
   * @throws java.nio.file.InvalidPathException if the file system does not allow the text
   */
  public static Path of(String text) {
    return of(text, Path.of(System.getProperty("user.home")));
  }

  /** Returns the path that a text names, with another home folder. */
  public static Path of(String text, Path home) {
    return text.equals("~") || text.startsWith("~/")
        ? home.resolve(text.substring(Math.min(2, text.length())))
        : Path.of(text);
  }
}
