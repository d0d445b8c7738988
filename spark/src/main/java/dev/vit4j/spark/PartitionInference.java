package dev.vit4j.spark;

import java.io.IOException;
import java.util.Iterator;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;

/**
 * Runs the model on the rows of a partition.
 *
 * @param fingerprint {@link Fingerprint} of the result
 */
record PartitionInference(
    ModelFile model, Output output, SparkOptions options, RowLayout layout, String fingerprint)
    implements MapPartitionsFunction<Row, Row> {
  @Override
  public Iterator<Row> call(Iterator<Row> rows) throws IOException {
    if (!rows.hasNext()) {
      return rows; // does not open the model
    }
    return new BatchedRows(rows, ExecutorModels.get(model, output, options), this);
  }
}
