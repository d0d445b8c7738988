package dev.vit4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vit4j.data.Splits;
import dev.vit4j.data.source.Datasets;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.train.Progress;
import dev.vit4j.train.Run;
import dev.vit4j.train.Trainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All of CamVid at 128 x 96 pixels. */
@Tag("fulldata")
class FullCamVidTest {
  private static final Path ARCHIVE =
      Path.of(System.getProperty("vit4j.shared", ""), "data", "camvid-128x96", "camvid_128x96.zip");

  /** The counts are numpy's. */
  @Test
  void pixelCountsAreTheKnownOnes() throws IOException {
    Splits splits = Datasets.open("camvid", ARCHIVE);
    assertThat(splits.all()).extracting(s -> s.size()).containsExactly(367, 101, 233);
    assertThat(splits.train().targets().counts())
        .containsExactly(
            760018, 1048600, 44457, 1427228, 202237, 438527, 52665, 50802, 264579, 28862, 13120);
    assertThat(splits.test().targets().counts())
        .containsExactly(
            488471, 704341, 33525, 738927, 265256, 322409, 28864, 33901, 113638, 18111, 5448);
  }

  /** Majority class alone gives 0.03. */
  @Test
  void threeEpochsOfARecipeLearn(@TempDir Path dir) throws IOException {
    Recipe recipe =
        Recipe.named("camvid-vit")
            .with(
                Map.of(
                    "data_dir",
                    ARCHIVE.toString(),
                    "output",
                    dir.toString(),
                    "epochs",
                    3,
                    "warmup_epochs",
                    1,
                    "ema",
                    "none"));
    Run run = Trainer.run(recipe, Progress.console());
    assertThat(run.test("miou")).isGreaterThan(0.15);
    assertThat(run.test("pixel_accuracy")).isGreaterThan(0.5);
  }
}
