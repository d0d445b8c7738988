package dev.vit4j.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether stdout and stderr are terminals. */
final class Terminal {
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  private Terminal() {}

  /** Returns whether stderr is a terminal that can rewrite a line. */
  static boolean isInteractive() {
    String term = System.getenv().getOrDefault("TERM", "");
    return !term.equals("dumb") && System.getenv("CI") == null && isTerminal(2);
  }

  /** Returns whether stdout is a terminal, for which lines are kept short. */
  static boolean showsResults() {
    return isTerminal(1);
  }

  /**
   * Java only checks stdin and stdout together; Linux names the device, others have {@code test}.
   */
  private static boolean isTerminal(int descriptor) {
    try {
      if (!Files.exists(DESCRIPTORS)) {
        return new ProcessBuilder("test", "-t", "" + descriptor).inheritIO().start().waitFor() == 0;
      }
      String device = DESCRIPTORS.resolve("" + descriptor).toRealPath().toString();
      return device.startsWith("/dev/pts/")
          || device.startsWith("/dev/tty")
          || device.equals("/dev/console");
    } catch (IOException e) {
      return false; // a pipe has no path; Windows has no such test
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
