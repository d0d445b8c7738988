package dev.vit4j.spark;

import dev.vit4j.recipe.Recipe;
import java.io.IOException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Classifies, embeds and segments the images of a dataset; {@link SparkModel} has the columns.
 * Trains on a cluster.
 */
public final class VitSpark {
  private VitSpark() {}

  /**
   * Returns all image files below folders as rows, for up to about a million files. Unlike Spark's
   * {@code binaryFile} source it has rows for empty files too.
   *
   * @param inputs files, folders or globs of any file system that Spark reads
   * @return {@code path}, {@code content}, and {@code error} of files that cannot be read
   * @throws IOException if there are no images
   */
  public static Dataset<Row> images(SparkSession spark, String... inputs) throws IOException {
    return ImageFiles.read(spark, inputs);
  }

  /**
   * Returns all images in tar archives (.tar, .tar.gz) as rows, as WebDataset stores them. A task
   * reads an archive as a stream.
   *
   * @param inputs archives, folders or globs of any file system that Spark reads
   * @return {@code path}, such as {@code file:/data/0001.tar!/cat.jpg}, {@code content}, and {@code
   *     error} of damaged archives
   * @throws IOException if there are no archives
   */
  public static Dataset<Row> shards(SparkSession spark, String... inputs) throws IOException {
    return TarShards.read(spark, inputs);
  }

  /** Computes features of images with the default options, see {@link SparkModel#run}. */
  public static Dataset<Row> embed(Dataset<Row> images, String model) throws IOException {
    return embed(images, model, SparkOptions.DEFAULT);
  }

  /**
   * Computes features of images.
   *
   * @param model see {@link SparkModel#open}
   * @return see {@link SparkModel#run}, with {@link Output#EMBED}
   * @throws IOException if the model is missing or damaged
   */
  public static Dataset<Row> embed(Dataset<Row> images, String model, SparkOptions options)
      throws IOException {
    return run(images, model, Output.EMBED, options);
  }

  /** Classifies images with the default options, see {@link SparkModel#run}. */
  public static Dataset<Row> predict(Dataset<Row> images, String model) throws IOException {
    return predict(images, model, SparkOptions.DEFAULT);
  }

  /**
   * Classifies images.
   *
   * @param model see {@link SparkModel#open}
   * @return see {@link SparkModel#run}, with {@link Output#PREDICT}
   * @throws IOException if the model is missing or damaged
   */
  public static Dataset<Row> predict(Dataset<Row> images, String model, SparkOptions options)
      throws IOException {
    return run(images, model, Output.PREDICT, options);
  }

  /** Segments images with the default options, see {@link SparkModel#run}. */
  public static Dataset<Row> segment(Dataset<Row> images, String model) throws IOException {
    return segment(images, model, SparkOptions.DEFAULT);
  }

  /**
   * Predicts a class for each pixel of images.
   *
   * @param model see {@link SparkModel#open}
   * @return see {@link SparkModel#run}, with {@link Output#SEGMENT}
   * @throws IOException if the model is missing or damaged
   */
  public static Dataset<Row> segment(Dataset<Row> images, String model, SparkOptions options)
      throws IOException {
    return run(images, model, Output.SEGMENT, options);
  }

  /**
   * Trains a model on the executors: each task of a barrier stage is a rank of a {@link
   * dev.vit4j.train.DistributedTraining}. If an executor is lost, the job fails, and the run can be
   * resumed from its folder. The cluster needs as many free task slots as ranks, and no dynamic
   * allocation; a rank uses {@code spark.task.cpus} cores.
   *
   * @param recipe its data must be on all machines, at the same path; rank 0 writes its {@code
   *     output}
   * @param ranks number of processes, at least 1
   * @throws IOException if the driver cannot start the job; failures of ranks are Spark's
   *     exceptions
   */
  public static TrainedRun train(SparkSession spark, Recipe recipe, int ranks) throws IOException {
    return SparkTraining.run(spark, recipe, ranks);
  }

  private static Dataset<Row> run(
      Dataset<Row> images, String model, Output output, SparkOptions options) throws IOException {
    return SparkModel.open(images.sparkSession(), model, output, options).run(images);
  }
}
