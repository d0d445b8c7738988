package dev.vit4j.spark;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * A folder of Parquet files with results, which an interrupted job can continue.
 *
 * <p>Each task writes one file, whose name depends on the partition and not on the attempt, and
 * moves it to the folder when it is complete (version 2 of Hadoop's {@code FileOutputCommitter});
 * the driver allows one attempt of a task to do so at a time. A task that is repeated, because its
 * executor was lost, replaces its file: no row is lost or doubled. Files of finished tasks stay if
 * the driver is killed.
 */
public final class ResultFolder {
  private static final String COMMITTER = "mapreduce.fileoutputcommitter.algorithm.version";

  private final SparkSession spark;
  private final String folder;

  private ResultFolder(SparkSession spark, String folder) {
    this.spark = spark;
    this.folder = folder;
  }

  /**
   * Returns a folder, which may not exist yet.
   *
   * @param folder path or URI of any file system that Spark writes
   */
  public static ResultFolder of(SparkSession spark, String folder) {
    return new ResultFolder(spark, folder);
  }

  /**
   * Returns whether the folder contains files of results.
   *
   * @throws IOException if the file system cannot be asked
   */
  public boolean hasResults() throws IOException {
    Path path = new Path(folder);
    return RemoteFiles.ask(
        path, spark.sparkContext().hadoopConfiguration(), files -> hasResults(path, files));
  }

  private static boolean hasResults(Path path, FileSystem files) throws IOException {
    if (!files.exists(path)) {
      return false;
    }
    if (!files.getFileStatus(path).isDirectory()) {
      throw new IOException(path + " is a file: give a folder");
    }
    for (RemoteIterator<LocatedFileStatus> each = files.listFiles(path, false); each.hasNext(); ) {
      if (each.next().getPath().getName().endsWith(".parquet")) {
        return true;
      }
    }
    return false;
  }

  /**
   * What a folder has of a model.
   *
   * @param images number of rows
   * @param errors number of rows whose image could not be read
   * @param computed number of rows that were added last
   */
  public record Count(long images, long errors, long computed) {}

  /**
   * Computes the images that have no result of this model yet and appends their rows. An image has
   * a result if there is a row with its {@code sha256}, with its {@code path} if there is such a
   * column, and with the model's fingerprint.
   *
   * @param images input of {@link SparkModel#run}
   * @throws IOException if the folder has results with other columns
   */
  public Count append(Dataset<Row> images, SparkModel model) throws IOException {
    Dataset<Row> hashed = model.hashed(images);
    boolean resumes = hasResults();
    long before = 0;
    Dataset<Row> rest = hashed;
    if (resumes) {
      requireColumns(model.run(hashed).columns());
      before = results(model).count();
      rest = without(results(model), hashed);
    }
    model
        .run(rest)
        .write()
        .mode(SaveMode.Append)
        .option("compression", "zstd")
        .option(COMMITTER, "2")
        .parquet(folder);
    Dataset<Row> after = results(model);
    Row counts =
        after
            .agg(functions.count(functions.lit(1)), functions.count(after.col(RowLayout.ERROR)))
            .head();
    return new Count(counts.getLong(0), counts.getLong(1), counts.getLong(0) - before);
  }

  private Dataset<Row> results(SparkModel model) {
    Dataset<Row> all = spark.read().parquet(folder);
    return all.where(all.col(RowLayout.FINGERPRINT).equalTo(model.fingerprint()));
  }

  private void requireColumns(String... columns) throws IOException {
    List<String> names = Arrays.asList(spark.read().parquet(folder).columns());
    if (!names.equals(Arrays.asList(columns))) {
      throw new IOException(
          "%s has the columns %s, not %s: choose another folder"
              .formatted(folder, String.join(", ", names), String.join(", ", columns)));
    }
  }

  /** Returns the rows of {@code images} that have no result. */
  private static Dataset<Row> without(Dataset<Row> results, Dataset<Row> images) {
    List<String> keys =
        Stream.of(RowLayout.SHA256, RowLayout.PATH)
            .filter(Arrays.asList(images.columns())::contains)
            .toList();
    // Without the hint, the encoded images might be shuffled to be joined.
    Dataset<Row> known =
        functions.broadcast(results.select(keys.stream().map(results::col).toArray(Column[]::new)));
    Column same =
        keys.stream()
            .map(key -> images.col(key).eqNullSafe(known.col(key)))
            .reduce(Column::and)
            .orElseThrow();
    return images.join(known, same, "left_anti");
  }
}
