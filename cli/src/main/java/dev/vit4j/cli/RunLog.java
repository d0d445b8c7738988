package dev.vit4j.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes {@code train.log}, the printed lines of a training, each flushed immediately. A resumed
 * run appends. Lines printed before the run folder exists are buffered.
 */
final class RunLog implements AutoCloseable {
  static final String FILE = "train.log";

  private final List<String> early = new ArrayList<>();
  private @Nullable PrintWriter file;

  void open(Path run) throws IOException {
    file =
        new PrintWriter(
            Files.newBufferedWriter(
                run.resolve(FILE),
                StandardCharsets.UTF_8,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND),
            true);
    early.forEach(file::println);
    early.clear();
  }

  void line(String line) {
    if (file == null) {
      early.add(line);
    } else {
      file.println(line);
    }
  }

  @Override
  public void close() {
    if (file != null) {
      file.close();
    }
  }
}
