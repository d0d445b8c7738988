import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.regexp_replace;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Compares results of vit spark with those of the command line: {@code EMBED_DIR EMBED_JSONL PREDICT_DIR
 * PREDICT_JSONL}. Fails if a number differs by more than 1e-6, or if an image is missing, doubled, or broken in
 * one of them only.
 */
public final class SparkCompare {
  private static final double MOST = 1e-6;

  public static void main(String[] args) {
    SparkSession spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", false)
            .config("spark.sql.shuffle.partitions", 2)
            .getOrCreate();
    double embed = difference(spark, args[0], "embedding", args[1], "features");
    double predict = difference(spark, args[2], "predictions.probability", args[3], "predictions.probability");
    System.out.printf("largest difference: embed %.2g, predict %.2g%n", embed, predict);
    spark.stop();
    System.exit(embed <= MOST && predict <= MOST ? 0 : 1);
  }

  private static double difference(SparkSession spark, String folder, String column, String json, String key) {
    Map<String, List<Number>> expected = rows(spark.read().json(json), col("source"), key);
    Map<String, List<Number>> found =
        rows(spark.read().parquet(folder), regexp_replace(col("path"), "^file:", ""), column);
    if (!found.keySet().equals(expected.keySet())) {
      throw new IllegalStateException(found.size() + " images, not the " + expected.size() + " of the command line");
    }
    double most = 0;
    for (String image : found.keySet()) {
      List<Number> a = found.get(image);
      List<Number> b = expected.get(image);
      if (a == null || b == null || b.isEmpty()) {
        if (a != null || (b != null && !b.isEmpty())) {
          throw new IllegalStateException(image + " could be read by one of them only");
        }
        continue;
      }
      for (int i = 0; i < a.size(); i++) {
        most = Math.max(most, Math.abs(a.get(i).doubleValue() - b.get(i).doubleValue()));
      }
    }
    return most;
  }

  private static Map<String, List<Number>> rows(Dataset<Row> all, org.apache.spark.sql.Column name, String numbers) {
    Map<String, List<Number>> rows = new HashMap<>();
    for (Row row : all.select(name, col(numbers)).collectAsList()) {
      if (rows.containsKey(row.getString(0))) {
        throw new IllegalStateException(row.getString(0) + " is there twice");
      }
      rows.put(row.getString(0), row.isNullAt(1) ? null : row.getList(1));
    }
    return rows;
  }
}
