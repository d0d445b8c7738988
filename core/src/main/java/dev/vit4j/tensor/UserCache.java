package dev.vit4j.tensor;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The user's folder for files that can be made or downloaded again. */
public final class UserCache {
  private static final String VARIABLE = "VIT4J_CACHE";

  private UserCache() {}

  /** Returns the folder: the variable {@code VIT4J_CACHE}, or {@code ~/.cache/vit4j}. */
  public static Path folder() {
    return folder(System.getenv(VARIABLE));
  }

  /** Returns the folder for a value of {@code VIT4J_CACHE}, which may be missing. */
  public static Path folder(@Nullable String variable) {
    return variable == null || variable.isBlank()
        ? Path.of(System.getProperty("user.home"), ".cache", "vit4j")
        : Path.of(variable);
  }
}
