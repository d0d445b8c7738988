package dev.vit4j.cli;

import dev.vit4j.data.Datasets;
import dev.vit4j.data.Splits;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which data set, and where its files are. */
final class DataSource {
  @Parameters(
      index = "0",
      paramLabel = "NAME",
      description = "A data set's name (see vit data list).")
  String name = "";

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder with its files; the cache folder if left out.")
  @Nullable Path dir;

  Splits open() throws IOException {
    return Datasets.open(name, dir);
  }

  /** Where files are looked for, and fetched to. */
  Path folder() {
    return dir == null ? Datasets.folder(name) : dir;
  }
}
