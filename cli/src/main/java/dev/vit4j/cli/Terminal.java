package dev.vit4j.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether stderr is a terminal that can rewrite a line. */
final class Terminal {
  private static final Path STDERR = Path.of("/proc/self/fd/2");

  private Terminal() {}

  static boolean isInteractive() {
    String term = System.getenv().getOrDefault("TERM", "");
    return !term.equals("dumb") && System.getenv("CI") == null && isTerminal();
  }

  /** Java tells about stdin and stdout only; Linux names the device, other systems have a test. */
  private static boolean isTerminal() {
    try {
      if (!Files.exists(STDERR.getParent())) {
        return new ProcessBuilder("test", "-t", "2").inheritIO().start().waitFor() == 0;
      }
      String device = STDERR.toRealPath().toString();
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
