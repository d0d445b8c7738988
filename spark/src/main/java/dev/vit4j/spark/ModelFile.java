package dev.vit4j.spark;

import dev.vit4j.tensor.Precision;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.SparkFiles;

/**
 * Where an executor finds the model, and what it must be.
 *
 * @param path the model's path on the driver
 * @param archive name of the archive that the driver sends, an unpacked folder on the executor;
 *     empty if the executor sees {@code path}
 * @param entry path of the model in the archive; empty for the archive itself
 * @param fingerprint {@link Fingerprint} of the model
 */
record ModelFile(
    String path, String archive, String entry, String fingerprint, Precision precision)
    implements Serializable {
  /**
   * Returns the model's path on this machine.
   *
   * @throws IOException if it is not there
   */
  Path here() throws IOException {
    if (!archive.isEmpty()) {
      return Path.of(SparkFiles.get(archive)).resolve(entry);
    }
    if (!Files.exists(Path.of(path))) {
      throw new IOException(
          path
              + ": no such file or folder on this executor: put the model on storage that all"
              + " machines see, or let the driver send it (without shared)");
    }
    return Path.of(path);
  }
}
