package dev.vit4j.spark;

import dev.vit4j.recipe.Recipe;
import dev.vit4j.recipe.RunKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import scala.reflect.ClassTag$;

/**
 * Trains a model on a cluster: each task of a barrier stage, which all start together, is a rank.
 */
final class SparkTraining {
  private static final int NAME = 50; // characters of a run's name, which has 64 at most

  private SparkTraining() {}

  static TrainedRun run(SparkSession spark, Recipe recipe, int ranks) throws IOException {
    if (ranks < 1) {
      throw new IllegalArgumentException("ranks must be at least 1, not " + ranks);
    }
    RankTask task = new RankTask(named(recipe).toYaml());
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

  /** Returns the recipe with a name that no other run has, by which a later attempt finds it. */
  private static Recipe named(Recipe recipe) {
    String name = recipe.get(RunKeys.NAME);
    String own = UUID.randomUUID().toString().substring(0, 8);
    Path output = Path.of(recipe.get(RunKeys.OUTPUT)).toAbsolutePath();
    return recipe
        .with(
            RunKeys.NAME.name(),
            "%s-%s-".formatted(name.substring(0, Math.min(NAME, name.length())), own))
        .with(RunKeys.OUTPUT.name(), output.toString());
  }
}
