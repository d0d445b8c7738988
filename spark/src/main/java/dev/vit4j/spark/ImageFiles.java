package dev.vit4j.spark;

import dev.vit4j.image.Image;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/** Image files as rows. */
final class ImageFiles {
  /** Columns of images from files and archives. */
  static final StructType SCHEMA =
      new StructType()
          .add(RowLayout.PATH, DataTypes.StringType, false)
          .add("content", DataTypes.BinaryType)
          .add(RowLayout.ERROR, DataTypes.StringType);

  /** Larger files are not read. */
  static final long MAX_BYTES = 256L << 20;

  private static final int MOST = 1000; // files of a task, so that a repeated one takes little
  private static final int LEAST = 32;
  private static final int ROUNDS = 8; // tasks per core, so that all end at about the same time

  private ImageFiles() {}

  /** Returns the rows of the image files below folders. */
  static Dataset<Row> read(SparkSession spark, String... paths) throws IOException {
    List<FileList.Entry> files = FileList.of(spark, Image.ENDINGS, paths);
    SparkContext context = spark.sparkContext();
    SerializableConfiguration hadoop = hadoop(spark);
    return spark.createDataFrame(
        JavaSparkContext.fromSparkContext(context)
            .parallelize(files, tasks(files.size(), context.defaultParallelism()))
            .map(file -> row(file, hadoop.value())),
        SCHEMA);
  }

  /**
   * Returns the number of tasks: if there are more than cores, a multiple of these, so that no core
   * is idle in the last round.
   */
  static int tasks(int files, int cores) {
    int share = ceil(files, ROUNDS * cores);
    int tasks = ceil(files, Math.max(LEAST, Math.min(MOST, share)));
    return tasks <= cores ? tasks : ceil(tasks, cores) * cores;
  }

  private static int ceil(int all, int size) {
    return (all + size - 1) / size;
  }

  /** Returns the session's settings of file systems, for tasks. */
  static SerializableConfiguration hadoop(SparkSession spark) {
    return new SerializableConfiguration(
        new Configuration(spark.sparkContext().hadoopConfiguration()));
  }

  /** Failures that may pass, such as those of a network, are thrown: Spark repeats the task. */
  private static Row row(FileList.Entry file, Configuration hadoop) throws IOException {
    String path = file.path();
    if (file.length() > MAX_BYTES) {
      return refused(path, "is too large for an image: %d bytes".formatted(file.length()));
    }
    Path from = new Path(path);
    try (InputStream in = from.getFileSystem(hadoop).open(from)) {
      return RowFactory.create(path, in.readNBytes((int) MAX_BYTES), null);
    } catch (FileNotFoundException e) {
      return refused(path, "no such image file any more");
    } catch (AccessControlException e) {
      return refused(path, "permission denied");
    }
  }

  /** Returns the row of a file or entry that is not read. */
  static Row refused(String path, String reason) {
    return RowFactory.create(path, null, path + ": " + reason);
  }
}
