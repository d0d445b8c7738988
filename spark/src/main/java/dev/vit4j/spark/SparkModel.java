package dev.vit4j.spark;

import dev.vit4j.infer.ReadyModel;
import dev.vit4j.infer.Segmenter;
import dev.vit4j.input.FitToModel;
import dev.vit4j.model.Encodes;
import dev.vit4j.model.Segments;
import dev.vit4j.task.catalog.Tasks;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Precision;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * A trained model with one of its outputs, ready to run on datasets. The driver opens the model
 * once to check it; each executor opens it once, with the first task that needs it, and all tasks
 * of that executor share its weights.
 */
public final class SparkModel {
  private static final String CLASSIFICATION = "classification";

  private final ModelFile file;
  private final Output output;
  private final SparkOptions options;
  private final String fingerprint;

  private SparkModel(ModelFile file, Output output, SparkOptions options) {
    this.file = file;
    this.output = output;
    this.options = options;
    this.fingerprint = Fingerprint.of(file.fingerprint(), output, file.precision(), options);
  }

  /**
   * Opens and checks a model, and makes it available to all executors.
   *
   * @param model a run, a weights folder or file on the driver, a published name that was fetched,
   *     or a URI of a Hadoop file system
   * @throws IOException if it is missing or damaged
   * @throws IllegalArgumentException if it does not have this output
   */
  public static SparkModel open(
      SparkSession spark, String model, Output output, SparkOptions options) throws IOException {
    Path path = ModelPlace.find(spark, model);
    Precision precision = options.precision();
    String fingerprint;
    try (WeightsFolder.Loaded loaded = ExecutorModels.open(path, options)) {
      require(loaded, output, model);
      if (precision == null) {
        precision = ReadyModel.precisionFor(loaded.model(), Device.CPU);
      }
      fingerprint = Fingerprint.of(loaded);
    }
    ModelFile file =
        options.shared() || spark.sparkContext().isLocal()
            ? new ModelFile(path.toAbsolutePath().toString(), List.of(), "", fingerprint, precision)
            : ModelPlace.send(spark, path, fingerprint, precision);
    return new SparkModel(file, output, options);
  }

  private static void require(WeightsFolder.Loaded loaded, Output output, String model) {
    new FitToModel(loaded.preprocess()); // throws if it cannot read images
    switch (output) {
      case EMBED -> loaded.model().as(Encodes.class);
      case SEGMENT -> {
        loaded.model().as(Segments.class);
        Segmenter.requireWholeImages(loaded.preprocess());
      }
      case PREDICT -> {
        if (loaded.model().numClasses() == 0) {
          throw new IllegalArgumentException(
              model + ": the model has no classes and computes features only: use embed");
        }
        String task = Tasks.of(loaded).name();
        if (!task.equals(CLASSIFICATION)) {
          throw new IllegalArgumentException(
              "%s is a model for %s: predict needs one for classification".formatted(model, task));
        }
      }
    }
  }

  /**
   * Returns the fingerprint of the results: a SHA-256 of weights, arguments, preprocessing, class
   * names, output, precision, and of the options that change the result.
   */
  public String fingerprint() {
    return fingerprint;
  }

  /** Returns the output. */
  public Output output() {
    return output;
  }

  /**
   * Computes the output for each row. An image that cannot be read is a row with a null output and
   * an {@code error}.
   *
   * @param images a column of encoded images, by default {@code content}; if there is a column
   *     {@code path}, it names the images in messages. Images that are null keep the reason in a
   *     column {@code error}
   * @return all columns of {@code images} but that of the images; {@code sha256} of the encoded
   *     image, 64 hexadecimal digits; {@code width} and {@code height} in pixels; the output;
   *     {@code fingerprint}; {@code error}, null if there was none
   * @throws IllegalArgumentException if a column is missing, or one of the result's already there
   */
  public Dataset<Row> run(Dataset<Row> images) {
    Dataset<Row> hashed = hashed(images);
    RowLayout layout = new RowLayout(hashed.schema(), options.contentColumn(), output);
    return hashed.mapPartitions(
        new PartitionInference(file, output, options, layout, fingerprint),
        Encoders.row(layout.result()));
  }

  /** Adds the column {@code sha256}, unless there is one. */
  Dataset<Row> hashed(Dataset<Row> images) {
    new RowLayout(images.schema(), options.contentColumn(), output); // throws if it does not fit
    return Arrays.asList(images.columns()).contains(RowLayout.SHA256)
        ? images
        : images.withColumn(
            RowLayout.SHA256, functions.sha2(images.col(options.contentColumn()), 256));
  }
}
