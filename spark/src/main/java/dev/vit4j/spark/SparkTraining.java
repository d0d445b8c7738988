package dev.vit4j.spark;

import dev.vit4j.recipe.Recipe;
import dev.vit4j.recipe.RunKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import scala.reflect.ClassTag$;

/**
 * Trains a model on a cluster: each task of a barrier stage, which all start together, is a rank.
 */
final class SparkTraining {
  private SparkTraining() {}

  static TrainedRun run(SparkSession spark, Recipe recipe, int ranks) throws IOException {
    if (ranks < 1) {
      throw new IllegalArgumentException("ranks must be at least 1, not " + ranks);
    }
    String output = Path.of(recipe.get(RunKeys.OUTPUT)).toAbsolutePath().toString();
    RankTask task = new RankTask(recipe.with(RunKeys.OUTPUT.name(), output).toYaml());
    List<Integer> numbers = IntStream.range(0, ranks).boxed().toList();
    List<TrainedRun> results =
        JavaRDD.fromRDD(
                JavaSparkContext.fromSparkContext(spark.sparkContext())
                    .parallelize(numbers, ranks)
                    .rdd()
                    .barrier()
                    .mapPartitions(task, false, ClassTag$.MODULE$.apply(TrainedRun.class)),
                ClassTag$.MODULE$.apply(TrainedRun.class))
            .collect();
    return results.get(0);
  }
}
