package dev.vit4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.DatasetSummary;
import dev.vit4j.data.source.Datasets;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.train.Progress;
import dev.vit4j.train.Run;
import dev.vit4j.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The full MNIST that the checks run on is the published one, and a short training learns it. */
@Tag("fulldata")
class FullMnistTest {
  @ParameterizedTest
  @CsvSource({
    "train-images-idx3-ubyte.gz, f68b3c2dcbeaaa9fbdd348bbdeb94873",
    "train-labels-idx1-ubyte.gz, d53e105ee54ea40749a09fcbcd1e9432",
    "t10k-images-idx3-ubyte.gz, 9fb629c4189551a2d022fa330f9573f3",
    "t10k-labels-idx1-ubyte.gz, ec29112dd5afa0611ce80d1b7f02629c"
  })
  void filesAreThePublishedOnes(String name, String md5)
      throws IOException, NoSuchAlgorithmException {
    byte[] content = Files.readAllBytes(folder().resolve(name));
    byte[] digest = MessageDigest.getInstance("MD5").digest(content);
    assertThat(HexFormat.of().formatHex(digest)).isEqualTo(md5);
  }

  @Test
  void meanAndDeviationAreTheKnownOnes() throws IOException {
    Dataset train = Datasets.open("mnist", folder()).train();
    DatasetSummary summary = DatasetSummary.of(train);
    assertThat(summary.size()).isEqualTo(60_000);
    assertThat(summary.mean().get(0)).isCloseTo(0.1307, within(5e-5));
    assertThat(summary.std().get(0)).isCloseTo(0.3081, within(5e-5));
  }

  /**
   * Six epochs reach over 92 %; far less means that something no longer learns. The average of the
   * weights has a shorter memory here: the recipe's would still hold the first epochs.
   */
  @Test
  void sixEpochsOfTheRecipeLearn(@TempDir Path output) throws IOException {
    Recipe recipe =
        Recipe.named("mnist-1850")
            .with("data_dir", folder().toString())
            .with("output", output.toString())
            .with("epochs", 6)
            .with("ema", 0.9);
    Run run = Trainer.run(recipe, Progress.console());
    assertThat(run.test("top1")).isGreaterThan(92);
    assertThat(run.epochs()).isEqualTo(6);
  }

  private static Path folder() {
    return Path.of(System.getProperty("vit4j.shared", ""), "data", "mnist");
  }
}
