package dev.vit4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class ZeroshotCommandTest {
  @TempDir Path dir;
  private String model = "";

  @BeforeEach
  void writeModel() throws IOException {
    model = ClipFolder.write(dir.resolve("clip")).toString();
  }

  private static final String PICTURE = "../docs/pictures/seven.png";

  @Test
  void labelsAreRanked() {
    Vit vit = Vit.run("zeroshot", model, PICTURE, "--labels", "a digit,a cat,a dog", "-q");
    assertThat(vit.err()).isEmpty();
    List<String> lines = vit.out().lines().toList();
    assertThat(lines.get(0)).isEqualTo(PICTURE);
    assertThat(lines.get(1)).isEqualTo("Top predictions:");
    assertThat(lines).hasSize(5);
    assertThat(lines.get(2))
        .matches(" +a (digit|cat|dog): \\d+\\.\\d\\d% {2}cosine -?\\d\\.\\d{4}");
  }

  @Test
  void jsonHasProbabilityAndSimilarity() {
    Vit vit = Vit.run("zeroshot", model, PICTURE, "--labels", "cat,dog", "--json", "-q");
    JsonNode predictions = vit.json().at("/results/0/predictions");
    assertThat(predictions.size()).isEqualTo(2);
    double sum = 0;
    for (JsonNode p : predictions) {
      sum += p.get("probability").asDouble();
      assertThat(p.get("similarity").asDouble()).isBetween(-1.0, 1.0);
      assertThat(p.get("label").asString()).isIn("cat", "dog");
    }
    assertThat(sum).isBetween(0.9999, 1.0001);
  }

  @Test
  void aClassesFileIsCleanedUp() throws IOException {
    Path file =
        Files.writeString(dir.resolve("classes.txt"), "Animal_Sea_Lion 0\nFood-101_pizza 1\n");
    Vit vit = Vit.run("zeroshot", model, PICTURE, "--classes", file.toString());
    assertThat(vit.err()).contains("Animal_Sea_Lion → Sea Lion");
    assertThat(vit.out()).contains("Sea Lion: ").contains("pizza: ");
  }

  @Test
  void evaluatesADataSet() {
    Path out = dir.resolve("out");
    Vit vit =
        Vit.run(
            "zeroshot", model, "--dataset", "mnist-sample", "--json", "-q", "-o", out.toString());
    assertThat(vit.json().get("count").asInt()).isEqualTo(1000);
    assertThat(vit.json().get("top1").asDouble()).isBetween(0.0, 100.0);
    assertThat(out.resolve("confusion.csv")).exists();
  }

  @Test
  void textsAreEmbedded() {
    Path file = dir.resolve("t.jsonl");
    Vit vit =
        Vit.run(
            "embed",
            model,
            "--text",
            "a cat",
            "--text",
            "a dog",
            "-o",
            file.toString(),
            "--json",
            "-q");
    assertThat(vit.json().get("count").asInt()).isEqualTo(2);
    assertThat(file).content().contains("\"source\":\"a cat\"");
  }

  @Test
  void imagesAreFoundByText() {
    Path file = dir.resolve("f.safetensors");
    assertThat(Vit.run("embed", model, "../docs/pictures", "-o", file.toString(), "-q").err())
        .isEmpty();
    Vit vit = Vit.run("search", file.toString(), "a red car", "-k", "2", "--json", "-q");
    assertThat(vit.json().get("results").size()).isEqualTo(2);
  }

  @Test
  void similaritiesAreDrawnAsAMatrix() throws IOException {
    Path png = dir.resolve("m.png");
    Vit vit =
        Vit.run(
            "zeroshot",
            model,
            PICTURE,
            PICTURE,
            "--labels",
            "cat,dog,car",
            "--matrix",
            png.toString(),
            "-k",
            "3",
            "--json",
            "-q");
    JsonNode matrix = vit.json().get("matrix");
    assertThat(matrix.get("labels").size()).isEqualTo(3);
    assertThat(matrix.get("sources").size()).isEqualTo(2);
    for (JsonNode p : vit.json().at("/results/1/predictions")) {
      assertThat(matrix.at("/similarities/1/" + p.get("index").asInt()))
          .isEqualTo(p.get("similarity"));
    }
    assertThat(ImageIO.read(png.toFile()).getWidth()).isGreaterThan(400);
  }

  @Test
  void textsAreTraced() {
    Vit vit = Vit.run("trace", model, PICTURE, "--text", "a cat", "--text", "a dog", "-q");
    assertThat(vit.out())
        .containsPattern("image_features +\\[1, 24\\]")
        .containsPattern("text_features +\\[2, 24\\]")
        .containsPattern("logits_per_image +\\[1, 2\\]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "zeroshot M P | 2 | give class names, either --labels \"A,B\" or --classes FILE",
        "zeroshot M P --labels a,a | 2 | twice",
        "zeroshot M P --labels a,,b | 2 | empty",
        "zeroshot M P --labels a,b --templates photo | 2 | {c}",
        "zeroshot M --labels a,b | 2 | give either images",
        "zeroshot M P --labels a,b --matrix m.jpg | 2 | must be a .png file",
        "zeroshot M --dataset mnist-sample --matrix m.png | 2 | --matrix draws images",
        "zeroshot M --dataset mnist-sample --labels a,b | 2 | has 10 classes, but 2 class names",
        "zeroshot vit_mnist_1850 P --labels a,b | 2 | needs a model that encodes texts",
        "embed M P --text a -o X.csv | 2 | leave out images",
        "trace vit_mnist_1850 --text a | 2 | needs a model that encodes texts",
      })
  void badInputIsOneLine(String words, int code, String message) {
    String[] all = words.split(" ");
    for (int i = 0; i < all.length; i++) {
      all[i] =
          switch (all[i]) {
            case "M" -> model;
            case "P" -> PICTURE;
            case "X.csv" -> dir.resolve("x.csv").toString();
            default -> all[i];
          };
    }
    Vit vit = Vit.run(all);
    assertThat(vit.err().lines().filter(l -> l.startsWith("vit: ")).toList()).hasSize(1);
    assertThat(vit.err()).contains(message);
    assertThat(vit.code()).isEqualTo(code);
  }
}
