import dev.vit4j.recipe.Recipe;
import dev.vit4j.spark.TrainedRun;
import dev.vit4j.spark.VitSpark;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;

/** Trains on a standalone cluster: MASTER JAR RECIPE OUTPUT. Prints the run folder. */
public class SparkTrain {
  public static void main(String[] args) throws Exception {
    try (SparkSession spark =
        SparkSession.builder()
            .master(args[0])
            .appName("train")
            .config("spark.jars", args[1])
            .config("spark.ui.enabled", false)
            .config("spark.executor.memory", "1g")
            .getOrCreate()) {
      Recipe recipe = Recipe.load(Path.of(args[2])).with("output", args[3]);
      TrainedRun run = VitSpark.train(spark, recipe, 2);
      System.out.println(run.folder());
      System.err.println(run);
    }
  }
}
