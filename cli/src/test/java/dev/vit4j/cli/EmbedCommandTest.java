package dev.vit4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.Labels;
import dev.vit4j.data.source.Datasets;
import dev.vit4j.format.Safetensors;
import dev.vit4j.input.Preprocess;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class EmbedCommandTest {
  @TempDir Path dir;
  private Path weights = Path.of("");
  private Path pictures = Path.of("");

  @BeforeEach
  void makeFiles() throws IOException {
    weights = dir.resolve("w");
    try (Model model = Models.create("vit_mnist_1850", Map.of(), Init.seeded(3))) {
      Preprocess preprocess =
          new Preprocess(
              1, 28, 28, "bicubic", 1.0, "squash", List.of(0.1307), List.of(0.3081), "digit");
      WeightsFolder.writeConfig(weights, new WeightsFolder.Loaded(model, preprocess, List.of()));
      WeightsFolder.writeWeights(weights, model, Map.of());
    }
    pictures = Files.createDirectories(dir.resolve("pictures"));
    Dataset test = Datasets.open(Datasets.SAMPLE, null).test();
    for (int i = 0; i < 5; i++) {
      Path file = pictures.resolve(i + ".png");
      ImageIO.write(test.image(i).toBufferedImage(), "png", file.toFile());
    }
  }

  @Test
  void aBrokenPictureIsSaidAndLeftOut() throws IOException {
    Files.write(pictures.resolve("3.png"), new byte[] {1, 2, 3});
    Path file = dir.resolve("f.csv");
    Vit vit =
        Vit.run("embed", weights.toString(), pictures.toString(), "-o", file.toString(), "--json");
    assertThat(vit.code()).isEqualTo(1);
    JsonNode json = vit.json();
    assertThat(json.get("count").asInt()).isEqualTo(4);
    assertThat(json.get("dim").asInt()).isEqualTo(8);
    assertThat(json.get("normalized").asBoolean()).isFalse();
    assertThat(json.get("output").asString()).isEqualTo(file.toString());
    assertThat(json.get("failed")).hasSize(1);
    assertThat(json.get("failed").get(0).get("source").asString()).endsWith("3.png");
    assertThat(vit.err()).contains("1 image could not be read");
    List<String> lines = Files.readAllLines(file);
    assertThat(lines).hasSize(5).first().isEqualTo("source,0,1,2,3,4,5,6,7");
    assertThat(lines.get(4)).startsWith(pictures.resolve("4.png").toString() + ",");
  }

  private Vit embed(Path file, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "embed",
                weights.toString(),
                pictures.toString(),
                "-b",
                "2",
                "-o",
                file.toString()));
    words.addAll(List.of(more));
    return Vit.run(words.toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(strings = {"csv", "jsonl"})
  void goesOnWhereverItWasCut(String ending) throws IOException {
    Files.copy(pictures.resolve("0.png"), pictures.resolve("3, \"too\".png"));
    Files.write(pictures.resolve("1.png"), new byte[] {1, 2, 3});
    Path whole = dir.resolve("whole." + ending);
    assertThat(embed(whole).code()).isEqualTo(1);
    byte[] bytes = Files.readAllBytes(whole);
    Path file = dir.resolve("cut." + ending);
    Path part = dir.resolve("cut." + ending + ".part");
    for (double share : new double[] {0, 0.01, 0.2, 0.41, 0.5, 0.6, 0.77, 0.999, 1}) {
      Files.write(part, Arrays.copyOf(bytes, (int) (bytes.length * share)));
      Vit vit = embed(file, "--resume", "--json");
      assertThat(file).hasBinaryContent(bytes);
      assertThat(part).doesNotExist();
      assertThat(vit.json().get("count").asInt()).isEqualTo(5);
      assertThat(vit.err()).contains("vit: 1 image could not be read");
      Files.delete(file);
    }
    Files.write(part, bytes);
    assertThat(embed(file, "--resume").err()).contains("vit: resuming after 4 images");
  }

  @Test
  void aResumeSpoilsNothing() throws IOException {
    Path file = dir.resolve("f.csv");
    Path part = dir.resolve("f.csv.part");
    Files.writeString(part, "source,0,1\na.png,1,2\nb.png,1,2\n");
    assertThat(embed(file).err())
        .contains(part + " is left from an interrupted run: continue with --resume");
    assertThat(embed(file, "--resume").err()).contains(part + " has other columns");
    String header = "source,0,1,2,3,4,5,6,7\n";
    Files.writeString(part, header + "a.png,1\nb.png,1\n");
    assertThat(embed(file, "--resume").err())
        .contains(part + " is of other images: unexpected row of a.png");
    assertThat(part).hasContent(header + "a.png,1\nb.png,1\n");
    Files.move(part, dir.resolve("other"));
    Path lines = dir.resolve("f.jsonl");
    embed(lines);
    Files.move(lines, dir.resolve("f.jsonl.part"));
    Files.copy(pictures.resolve("0.png"), pictures.resolve("1a.png"));
    assertThat(embed(lines, "--resume").err()).contains("2.png: delete it");
    Vit vit = embed(dir.resolve("f.npz"), "--resume");
    assertThat(vit.code()).isEqualTo(2);
    assertThat(vit.err()).contains("--resume needs a .csv or .jsonl file");
  }

  @Test
  void samplesHaveLabelsAndVectorsLengthOne() throws IOException {
    Path file = dir.resolve("f.safetensors");
    Vit vit =
        Vit.run(
            "embed",
            weights.toString(),
            "--data",
            "mnist-sample",
            "--limit",
            "40",
            "--normalize",
            "-o",
            file.toString());
    assertThat(vit.code()).isZero();
    assertThat(vit.out()).isEqualToIgnoringNewLines(file + ": 40 vectors of 8 numbers");
    Dataset test = Datasets.open(Datasets.SAMPLE, null).test();
    try (Safetensors found = Safetensors.open(file)) {
      assertThat(found.tensors().get("features").shape()).containsExactly(40, 8);
      assertThat(found.data("labels").asLongBuffer().get(39)).isEqualTo(Labels.of(test).label(39));
      double squares = 0;
      for (int i = 0; i < 8; i++) {
        squares += Math.pow(found.data("features").asFloatBuffer().get(8 + i), 2);
      }
      assertThat(squares).isCloseTo(1, within(1e-5));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "embed W P | 2 | missing required option: '--output=FILE'",
        "embed W P -o f.txt | 2 | unknown file extension",
        "embed W -o f.csv | 2 | give either images",
        "embed W P -o W/config.csv -b 0 | 2 | batch size and threads must be at least 1",
        "embed W nothing.png -o f.csv | 1 | no image could be read",
        "embed nothing P -o f.csv | 1 | no such run, weights folder or weights file",
        "embed W nothing.png -o none/f.npz | 1 | no such folder",
      })
  void mistakesAreOneLine(String words, int code, String message) {
    String line =
        words.replace(" P", " " + pictures).replace(" W", " " + weights).replace("f.", dir + "/f.");
    Vit vit = Vit.run(line.split(" ", -1));
    assertThat(vit.err()).contains(message);
    assertThat(vit.code()).isEqualTo(code);
    assertThat(dir.resolve("f.csv")).doesNotExist();
    assertThat(dir.resolve("f.csv.part")).doesNotExist();
  }

  @Test
  void nothingIsOverwritten() throws IOException {
    Path file = Files.writeString(dir.resolve("f.npz"), "mine");
    Vit vit = Vit.run("embed", weights.toString(), pictures.toString(), "-o", file.toString());
    assertThat(vit.err()).contains("already exists");
    assertThat(vit.code()).isEqualTo(1);
    assertThat(file).hasContent("mine");
  }

  @Test
  void summaryShowsWhatIsLeftToLearn() {
    JsonNode json =
        Vit.run(
                "summary",
                "vit_base_patch16_224",
                "--num-classes",
                "3",
                "--freeze",
                "backbone",
                "--json")
            .json();
    assertThat(json.get("params").asLong()).isEqualTo(85_800_963);
    assertThat(json.get("trainable").asLong()).isEqualTo(2_307);
    assertThat(
            Vit.run("summary", "pizza-steak-sushi-features", "--num-classes", "3", "--json")
                .json()
                .get("trainable")
                .asLong())
        .isEqualTo(2_307);
  }
}
