package dev.vit4j.spark;

import java.io.IOException;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The images in tar archives as rows, as WebDataset stores them: one partition for each archive.
 */
final class TarShards {
  private static final List<String> ENDINGS = List.of(".tar", ".tar.gz", ".tgz");

  private TarShards() {}

  /** Returns the rows of the images in archives. */
  static Dataset<Row> read(SparkSession spark, String... paths) throws IOException {
    List<String> tars =
        FileList.of(spark, ENDINGS, paths).stream().map(FileList.Entry::path).toList();
    SerializableConfiguration hadoop = ImageFiles.hadoop(spark);
    return spark.createDataFrame(
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(tars, tars.size())
            .flatMap(tar -> new TarRows(tar, hadoop.value())),
        ImageFiles.SCHEMA);
  }
}
