package dev.vit4j.spark;

import dev.vit4j.tensor.Precision;
import dev.vit4j.weights.ModelSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;

/** Brings a model to the driver, and from there to the executors. */
final class ModelPlace {
  private static final String URI = "[a-z][a-z0-9+.-]+://.*|file:/.*";

  private static final int PART = 32 << 20; // bytes; an array of Java's has at most 2 GB

  private ModelPlace() {}

  /**
   * Returns the path of a model on the driver's machine.
   *
   * @param model a path, a published name, or a URI of a Hadoop file system, which is copied
   * @throws IOException if it does not exist
   */
  static Path find(SparkSession spark, String model) throws IOException {
    if (!model.matches(URI)) {
      return ModelSource.find(model);
    }
    org.apache.hadoop.fs.Path from = new org.apache.hadoop.fs.Path(model);
    return RemoteFiles.ask(
        from, spark.sparkContext().hadoopConfiguration(), files -> copied(from, files));
  }

  private static Path copied(org.apache.hadoop.fs.Path from, FileSystem files) throws IOException {
    if (!files.exists(from)) {
      throw new IOException(from + ": no such run, weights folder or weights file");
    }
    if (files.getScheme().equals("file")) {
      return Path.of(from.toUri().getPath());
    }
    Path folder = temporary();
    files.copyToLocalFile(false, from, new org.apache.hadoop.fs.Path(folder.toUri()), true);
    return folder.resolve(from.getName());
  }

  /** Sends a model to the executors, which fetch it from the driver and from each other. */
  static ModelFile send(SparkSession spark, Path model, String fingerprint, Precision precision)
      throws IOException {
    ModelArchive archive = ModelArchive.of(model);
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    List<Broadcast<byte[]>> parts = new ArrayList<>();
    Path folder = temporary();
    Path zip = folder.resolve("model.zip");
    try (OutputStream out = Files.newOutputStream(zip)) {
      archive.write(out);
    }
    try (InputStream in = Files.newInputStream(zip)) {
      for (byte[] part = in.readNBytes(PART); part.length > 0; part = in.readNBytes(PART)) {
        parts.add(context.broadcast(part));
      }
    }
    Files.delete(zip);
    return new ModelFile(
        model.toString(), List.copyOf(parts), archive.entry(), fingerprint, precision);
  }

  /** Creates a folder that is deleted when the driver exits. */
  private static Path temporary() throws IOException {
    Path folder = Files.createTempDirectory("vit4j-spark");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
    return folder;
  }

  /** Deletes a folder with its content. */
  static void delete(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      return; // left to the system
    }
  }
}
