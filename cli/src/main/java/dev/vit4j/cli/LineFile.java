package dev.vit4j.cli;

import dev.vit4j.format.AtomicFile;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A text file written line by line, whose name appears when it is complete. */
final class LineFile implements AutoCloseable {
  private final Path file;
  private final Path draft;
  private final BufferedWriter lines;

  LineFile(Path file) throws IOException {
    this.file = file;
    this.draft = Files.createTempFile("vit4j-", ".lines");
    this.lines = Files.newBufferedWriter(draft);
  }

  void add(String line) throws IOException {
    lines.write(line);
    lines.write('\n');
  }

  void keep() throws IOException {
    lines.close();
    AtomicFile.write(file, out -> Files.copy(draft, out));
  }

  @Override
  public void close() throws IOException {
    lines.close();
    Files.deleteIfExists(draft);
  }
}
