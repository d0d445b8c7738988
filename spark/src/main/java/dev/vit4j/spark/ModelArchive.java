package dev.vit4j.spark;

import dev.vit4j.format.TensorFolder;
import dev.vit4j.weights.ModelSource;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * The files that opening a model reads, as a zip archive that Spark sends to the executors.
 *
 * @param folder folder of the weights
 * @param entry name of the weights file; empty if {@code folder} is opened
 */
record ModelArchive(Path folder, String entry) {
  /** Checkpoint of a training, as large as three models. */
  private static final String CHECKPOINT = "training.safetensors";

  private static final long MAX_CONFIGURATION = 64L << 20; // bytes; tokenizers have some millions

  /** Returns the archive of a run, a weights folder or a weights file. */
  static ModelArchive of(Path model) {
    if (!Files.isDirectory(model)) {
      Path file = model.toAbsolutePath();
      return new ModelArchive(file.resolveSibling("").normalize(), file.getFileName().toString());
    }
    Path best = model.resolve(ModelSource.BEST);
    boolean isRun = Files.isRegularFile(best.resolve(WeightsFolder.WEIGHTS));
    return new ModelArchive(isRun ? best : model, "");
  }

  /** Writes a zip archive, uncompressed since weights hardly shrink. */
  void write(OutputStream to) throws IOException {
    try (ZipOutputStream out = new ZipOutputStream(to)) {
      out.setLevel(Deflater.NO_COMPRESSION);
      for (Path each : files()) {
        out.putNextEntry(new ZipEntry(each.getFileName().toString()));
        Files.copy(each, out);
        out.closeEntry();
      }
    }
  }

  /** Writes the files of an archive into a folder. */
  static void unpack(InputStream zip, Path folder) throws IOException {
    ZipInputStream in = new ZipInputStream(zip);
    for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
      Files.copy(in, folder.resolve(entry.getName()));
    }
  }

  /** Beside a single weights file may lie anything: only its configuration is taken. */
  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(Files::isRegularFile)
          .filter(f -> !f.getFileName().toString().startsWith("."))
          .filter(f -> entry.isEmpty() ? !f.endsWith(CHECKPOINT) : isPart(f))
          .sorted()
          .toList();
    }
  }

  private boolean isPart(Path file) {
    if (file.endsWith(entry)) {
      return true;
    }
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    boolean isConfiguration = name.endsWith(".json") || name.endsWith(".txt");
    boolean isShard = entry.endsWith(".json") && TensorFolder.isWeights(name);
    return isShard || (isConfiguration && file.toFile().length() <= MAX_CONFIGURATION);
  }
}
