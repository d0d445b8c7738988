package dev.vit4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.recipe.Recipe;
import dev.vit4j.train.Progress;
import dev.vit4j.train.Run;
import dev.vit4j.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ranks in the tasks of a barrier stage; here all are threads of one process. */
class SparkTrainingTest {
  @TempDir Path dir;

  private Recipe recipe() throws IOException {
    return Recipe.parse(
            "digits",
            """
            data: mnist-sample
            model: vit_mnist_1850
            epochs: 1
            batch_size: 256
            opt: adam
            lr: 0.01
            mean: [0.1307]
            std: [0.3081]
            compute_workers: 1
            """)
        .with("output", dir.toString());
  }

  @Test
  void twoTasksAreTwoWorkers() throws IOException {
    TrainedRun trained = VitSpark.train(Samples.spark(), recipe(), 2);
    Run workers = Trainer.run(recipe().with("compute_workers", 2), Progress.quiet());
    assertThat(trained.val()).isEqualTo(workers.val());
    assertThat(trained.test()).isEqualTo(workers.test());
    assertThat(Path.of(trained.folder()).getParent()).isEqualTo(dir.resolve("classification"));
    assertThat(Path.of(trained.folder()).getFileName().toString()).matches("digits1");
    assertThat(Files.readString(Path.of(trained.folder(), "environment.json")))
        .contains("\"world_size\" : 2");
  }

  @Test
  void aRankIsNeeded() {
    assertThatThrownBy(() -> VitSpark.train(Samples.spark(), recipe(), 0))
        .hasMessage("ranks must be at least 1, not 0");
  }
}
