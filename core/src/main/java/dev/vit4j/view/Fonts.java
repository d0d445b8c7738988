package dev.vit4j.view;

import java.awt.font.FontRenderContext;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.DoubleSupplier;

/** Replaces the various AWT errors on a machine without fonts by one message. */
final class Fonts {
  private static final String ADVICE =
      "cannot draw text: Java found no usable font; install fontconfig and a font"
          + " (Debian, Ubuntu: apt-get install fontconfig fonts-dejavu-core)";
  private static final AtomicBoolean FOUND = new AtomicBoolean();

  private Fonts() {}

  /**
   * Checks once that text can be drawn.
   *
   * @throws IllegalStateException if Java finds no usable font or its font library is missing
   */
  static void require() {
    if (!FOUND.get()) {
      check(
          () ->
              Style.TEXT.getStringBounds("0", new FontRenderContext(null, true, true)).getWidth());
      FOUND.set(true);
    }
  }

  /**
   * AWT throws InternalError, NullPointerException or LinkageError, depending on what is missing.
   */
  static void check(DoubleSupplier widthOfText) {
    try {
      if (!(widthOfText.getAsDouble() > 0)) {
        throw new IllegalStateException(ADVICE);
      }
    } catch (RuntimeException | InternalError | LinkageError e) {
      throw new IllegalStateException(ADVICE, e);
    }
  }
}
