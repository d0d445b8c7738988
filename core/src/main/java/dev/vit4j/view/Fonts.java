package dev.vit4j.view;

import java.awt.font.FontRenderContext;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.DoubleSupplier;

/** Turns AWT's many ways of failing on a machine without fonts into one line of advice. */
final class Fonts {
  private static final String ADVICE =
      "cannot draw text: Java found no usable font; install fontconfig and a font"
          + " (Debian, Ubuntu: apt-get install fontconfig fonts-dejavu-core)";
  private static final AtomicBoolean FOUND = new AtomicBoolean();

  private Fonts() {}

  /**
   * Makes sure, once, that text can be drawn at all.
   *
   * @throws IllegalStateException when Java finds no usable font or its font library is missing
   */
  static void require() {
    if (!FOUND.get()) {
      check(
          () ->
              Style.TEXT.getStringBounds("0", new FontRenderContext(null, true, true)).getWidth());
      FOUND.set(true);
    }
  }

  /** AWT throws InternalError, NullPointerException or a LinkageError, depending on what lacks. */
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
