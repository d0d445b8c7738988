package dev.vit4j.spark;

import dev.vit4j.tensor.Precision;
import dev.vit4j.weights.ModelSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.SparkSession;
import scala.jdk.javaapi.CollectionConverters;

/** Brings a model to the driver, and from there to the executors. */
final class ModelPlace {
  private static final String URI = "[a-z][a-z0-9+.-]+://.*|file:/.*";

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
    FileSystem files = from.getFileSystem(spark.sparkContext().hadoopConfiguration());
    if (!files.exists(from)) {
      throw new IOException(model + ": no such run, weights folder or weights file");
    }
    if (files.getScheme().equals("file")) {
      return Path.of(from.toUri().getPath());
    }
    Path folder = temporary();
    files.copyToLocalFile(false, from, new org.apache.hadoop.fs.Path(folder.toUri()), true);
    return folder.resolve(from.getName());
  }

  /** Sends a model to all executors, unless it has been sent before. */
  static ModelFile send(SparkSession spark, Path model, String fingerprint, Precision precision)
      throws IOException {
    ModelArchive archive = ModelArchive.of(model);
    String name = "vit4j-" + fingerprint;
    List<String> sent = CollectionConverters.asJava(spark.sparkContext().listArchives());
    if (sent.stream().noneMatch(a -> a.endsWith("#" + name))) {
      Path zip = temporary().resolve(name + ".zip");
      archive.write(zip);
      spark.sparkContext().addArchive(zip.toUri() + "#" + name);
    }
    return new ModelFile(model.toString(), name, archive.entry(), fingerprint, precision);
  }

  /** Creates a folder that is deleted when the driver exits. */
  private static Path temporary() throws IOException {
    Path folder = Files.createTempDirectory("vit4j-spark");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
    return folder;
  }

  private static void delete(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      return; // left to the system
    }
  }
}
