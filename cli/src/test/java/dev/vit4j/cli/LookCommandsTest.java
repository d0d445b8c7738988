package dev.vit4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vit4j.recipe.Recipe;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The verbs that only look: recipes, models, data, doctor. */
class LookCommandsTest {
  @TempDir Path dir;

  @Test
  void recipesAreListedAndPrinted() {
    assertThat(Vit.run("recipes").out()).contains("mnist-sample", "mnist-1850", "fashion-mnist");
    assertThat(Vit.run("recipes", "mnist-sample").out())
        .contains("#   vit train\n", "name: mnist-sample\n", "opt: adam\n");
    assertThat(Vit.run("recipes", "--keys").out()).contains("warmup_epochs", "log_interval");
    JsonNode keys = Vit.run("recipes", "--keys", "--json").json().get("keys");
    assertThat(keys.get(0).propertyNames())
        .containsExactly("name", "topic", "meaning", "default", "values");
    assertThat(keys.findValuesAsString("name")).contains("warmup_epochs", "mean", "log_interval");
    assertThat(Vit.run("recipes").out().lines().skip(1).map(line -> line.split(" ", 2)[0]))
        .isEqualTo(Recipe.names());
    assertThat(Vit.run("recipes", "--json").json().get("recipes")).hasSize(Recipe.names().size());
    Vit unknown = Vit.run("recipes", "mnist-sampel");
    assertThat(unknown.code()).isEqualTo(2);
    assertThat(unknown.err()).contains("mnist-sample");
  }

  @Test
  void modelsAreListedWithTheirCounts() {
    assertThat(Vit.run("models").out())
        .containsPattern("vit_mnist_1850 +1,850 +\\[1, 28, 28\\] +10")
        .containsPattern("vit_base_patch16_224 +86,567,656 +\\[3, 224, 224\\] +1,000");
    JsonNode tiny = Vit.run("models", "deit_tiny_patch", "--json").json().get("models");
    assertThat(tiny).hasSize(1);
    assertThat(tiny.get(0).get("params").asLong()).isEqualTo(5_717_416);
    assertThat(Vit.run("models", "swin").code()).isEqualTo(2);
    assertThat(Vit.run("models", "vit-l-14-336").out())
        .contains("ViT-L-14-336-quickgelu", ".openai");
    JsonNode clip = Vit.run("models", "RN101-quick", "--json").json().get("models").get(0);
    assertThat(clip.get("open_clip").toString())
        .isEqualTo("[\"RN101-quickgelu.openai\",\"RN101-quickgelu.yfcc15m\"]");
  }

  @Test
  void dataSetsAreListed() {
    assertThat(Vit.run("data", "list").out()).contains("mnist-sample", "6,000", "1,000");
    assertThat(Vit.run("data", "list", "--json").json().get("datasets")).hasSize(12);
    assertThat(Vit.run("data").code()).isEqualTo(2);
  }

  @Test
  void dataSetIsDescribed() {
    Vit info = Vit.run("data", "info", "mnist-sample");
    assertThat(info.out())
        .contains("Number of datapoints: 6000", "First batch: pixels [64, 1, 28, 28], labels [64]");
    JsonNode json = Vit.run("data", "info", "mnist-sample", "-b", "128", "--json").json();
    assertThat(json.at("/first_batch/pixels/0").asInt()).isEqualTo(128);
    assertThat(json.at("/train/classes/7").asInt()).isEqualTo(600);
    assertThat(json.at("/test/count").asInt()).isEqualTo(1000);
  }

  @Test
  void samplesAreDrawn() throws IOException {
    Path file = dir.resolve("grid.png");
    Vit show = Vit.run("data", "show", "mnist-sample", "-n", "9", "--output", file.toString());
    assertThat(show.code()).isZero();
    assertThat(show.out()).contains(file.toString());
    BufferedImage picture = ImageIO.read(file.toFile());
    assertThat(picture.getWidth()).isGreaterThan(300);
    assertThat(Vit.run("data", "show", "mnist-sample", "-n", "0").code()).isEqualTo(2);
  }

  @Test
  void goodDataIsVerified() {
    Vit verify = Vit.run("data", "verify", "mnist-sample");
    assertThat(verify.code()).isZero();
    assertThat(verify.out()).contains("6,000 samples read, 0 bad", "1,000 samples read, 0 bad");
  }

  @Test
  void brokenDataFailsInOneLine() throws IOException {
    Files.write(dir.resolve("train-images-idx3-ubyte"), new byte[] {0, 0, 8, 3, 0});
    Files.write(dir.resolve("train-labels-idx1-ubyte"), new byte[] {0, 0, 8, 1});
    Vit verify = Vit.run("data", "verify", "mnist", "--data", dir.toString());
    assertThat(verify.code()).isEqualTo(1);
    assertThat(verify.err().lines()).hasSize(1);
    assertThat(verify.err()).contains("train-images-idx3-ubyte");
  }

  @Test
  void builtInDataIsNotFetched() {
    Vit fetch = Vit.run("data", "fetch", "mnist-sample");
    assertThat(fetch.code()).isEqualTo(2);
    assertThat(fetch.err()).contains("built in");
  }

  @Test
  void doctorTellsOfTheMachine() {
    Vit doctor = Vit.run("doctor", "--output", dir.toString());
    assertThat(doctor.code()).isZero();
    assertThat(doctor.out()).contains("libtorch   2.", "GPUs", "cache", "none running in " + dir);
    JsonNode json = Vit.run("doctor", "--output", dir.toString(), "--json").json();
    assertThat(json.get("cores").asInt()).isPositive();
    assertThat(json.get("memory_bytes").asLong()).isPositive();
    assertThat(json.get("libtorch").asString()).startsWith("2.");
    assertThat(json.get("trainings")).isEmpty();
  }

  @Test
  void doctorFindsATrainingThatRuns() throws IOException {
    Path run = Files.createDirectories(dir.resolve("classification/digits1"));
    String environment =
        "[{\"pid\": 1, \"started\": \"2001-01-01T00:00:00Z\"}, {\"pid\": %d, \"started\": \"%s\"}]"
            .formatted(ProcessHandle.current().pid(), "2999-01-01T00:00:00Z");
    Files.writeString(run.resolve("environment.json"), environment);
    JsonNode all = Vit.run("doctor", "--output", dir.toString(), "--json").json().get("trainings");
    assertThat(all).hasSize(1);
    assertThat(all.get(0).get("pid").asLong()).isEqualTo(ProcessHandle.current().pid());
    Files.writeString(run.resolve("result.json"), "{}"); // it is done
    assertThat(Vit.run("doctor", "--output", dir.toString(), "--json").json().get("trainings"))
        .isEmpty();
  }
}
