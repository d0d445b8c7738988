package dev.vit4j.spark;

import dev.vit4j.tensor.Precision;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a model is opened and run.
 *
 * @param contentColumn column with the encoded images, {@code binary}
 * @param batchSize images per batch, at least 1
 * @param precision null for the default of {@code vit embed} on the driver's machine
 * @param topK number of predicted classes per image, at least 1
 * @param normalize whether embeddings are scaled to length 1
 * @param classes class names for weights that contain none; empty for those of the model
 * @param modelArgs arguments that another library's weights do not contain
 * @param shared whether all machines open the model at the path that the driver uses; else the
 *     driver sends it to them
 */
public record SparkOptions(
    String contentColumn,
    int batchSize,
    @Nullable Precision precision,
    int topK,
    boolean normalize,
    List<String> classes,
    Map<String, Object> modelArgs,
    boolean shared)
    implements Serializable {
  /** The defaults of {@code vit embed} and {@code vit predict}, for Spark's {@code binaryFile}. */
  public static final SparkOptions DEFAULT =
      new SparkOptions("content", 32, null, 5, false, List.of(), Map.of(), false);

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if batch size or top-k are below 1
   */
  public SparkOptions {
    if (batchSize < 1 || topK < 1) {
      throw new IllegalArgumentException(
          "batch size and topk must be at least 1, not %d and %d".formatted(batchSize, topK));
    }
    classes = List.copyOf(classes);
    modelArgs = new LinkedHashMap<>(modelArgs);
  }

  /** Returns these options for images in another column. */
  public SparkOptions withContentColumn(String name) {
    return new SparkOptions(
        name, batchSize, precision, topK, normalize, classes, modelArgs, shared);
  }

  /** Returns these options with another batch size. */
  public SparkOptions withBatchSize(int images) {
    return new SparkOptions(
        contentColumn, images, precision, topK, normalize, classes, modelArgs, shared);
  }

  /** Returns these options with a precision. */
  public SparkOptions withPrecision(Precision other) {
    return new SparkOptions(
        contentColumn, batchSize, other, topK, normalize, classes, modelArgs, shared);
  }

  /** Returns these options with another number of predicted classes. */
  public SparkOptions withTopK(int k) {
    return new SparkOptions(
        contentColumn, batchSize, precision, k, normalize, classes, modelArgs, shared);
  }

  /** Returns these options with embeddings of length 1. */
  public SparkOptions normalized() {
    return new SparkOptions(
        contentColumn, batchSize, precision, topK, true, classes, modelArgs, shared);
  }

  /** Returns these options with class names. */
  public SparkOptions withClasses(List<String> names) {
    return new SparkOptions(
        contentColumn, batchSize, precision, topK, normalize, names, modelArgs, shared);
  }

  /** Returns these options with arguments for another library's weights. */
  public SparkOptions withModelArgs(Map<String, Object> args) {
    return new SparkOptions(
        contentColumn, batchSize, precision, topK, normalize, classes, args, shared);
  }

  /** Returns these options for a model on storage that all machines see at the same path. */
  public SparkOptions onSharedStorage() {
    return new SparkOptions(
        contentColumn, batchSize, precision, topK, normalize, classes, modelArgs, true);
  }
}
