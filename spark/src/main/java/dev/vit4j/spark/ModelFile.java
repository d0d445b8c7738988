package dev.vit4j.spark;

import dev.vit4j.tensor.Precision;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.broadcast.Broadcast;

/**
 * Where an executor finds the model, and what it must be.
 *
 * <p>The model is sent as broadcast variables: in Spark 4.2, tasks of a dataset do not get what
 * {@code SparkContext.addFile} and {@code addArchive} add after the session has started.
 *
 * @param path the model's path on the driver
 * @param parts pieces of a {@link ModelArchive}, in order; empty if the executor sees {@code path}
 * @param entry path of the model in the archive; empty for the archive itself
 * @param fingerprint {@link Fingerprint} of the model
 */
record ModelFile(
    String path,
    List<Broadcast<byte[]>> parts,
    String entry,
    String fingerprint,
    Precision precision)
    implements Serializable {
  /** Uses the model's files on this machine. */
  @FunctionalInterface
  interface Use<T> {
    T of(Path model) throws IOException;
  }

  /**
   * Calls a function with the model's path on this machine, which may be temporary.
   *
   * @throws IOException if the model is not there, or the function fails
   */
  <T> T use(Use<T> function) throws IOException {
    if (parts.isEmpty()) {
      if (!Files.exists(Path.of(path))) {
        throw new IOException(
            path
                + ": no such file or folder on this executor: put the model on storage that all"
                + " machines see, or let the driver send it");
      }
      return function.of(Path.of(path));
    }
    Path folder = Files.createTempDirectory("vit4j-model");
    try {
      try (InputStream in = new Parts(parts.iterator())) {
        ModelArchive.unpack(in, folder);
      }
      return function.of(folder.resolve(entry));
    } finally {
      ModelPlace.delete(folder);
    }
  }

  /** Reads the parts, of which one is in memory at a time. */
  private static final class Parts extends InputStream {
    private final Iterator<Broadcast<byte[]>> rest;
    private InputStream part = InputStream.nullInputStream();

    Parts(Iterator<Broadcast<byte[]>> rest) {
      this.rest = rest;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
      int count = part.read(to, offset, length);
      while (count < 0 && rest.hasNext()) {
        part = new ByteArrayInputStream(rest.next().value());
        count = part.read(to, offset, length);
      }
      return count;
    }
  }
}
