package dev.vit4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vit4j.data.source.Datasets;
import dev.vit4j.format.TensorFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** {@code vit explain} and {@code vit trace --steps}. */
class ExplainCommandTest {
  @TempDir Path dir;
  private Path seven = Path.of("");

  @BeforeEach
  void writePicture() throws IOException {
    seven = dir.resolve("seven.png");
    ImageIO.write(
        Datasets.open(Datasets.SAMPLE, null).test().image(0).toBufferedImage(),
        "png",
        seven.toFile());
  }

  private Vit explain(String... words) {
    List<String> all = new ArrayList<>(List.of("explain"));
    all.addAll(List.of(words));
    return Vit.run(all.toArray(new String[0]));
  }

  @Test
  void aPictureBecomesAFolderOfFigures() {
    String out = dir.resolve("e").toString();
    Vit vit = explain("vit_mnist_1850", seven.toString(), "-o", out, "--class", "7");
    assertThat(vit.code()).isZero();
    assertThat(vit.out()).contains(seven.toString(), "Report: " + out);
    assertThat(vit.err()).contains("random weights (seed 0)", "No grad-cam: ");
    assertThat(dir.resolve("e/attention.png")).isRegularFile();
    Vit again = explain("vit_mnist_1850", seven.toString(), "-o", out);
    assertThat(again.code()).isEqualTo(1);
    assertThat(again.err()).contains("already exists and is not empty: use another folder");
  }

  @Test
  void textsAreExplained() throws IOException {
    Path clip = ClipFolder.write(dir.resolve("clip"));
    Path out = dir.resolve("e");
    Vit vit =
        explain(
            clip.toString(),
            seven.toString(),
            "--text",
            "a seven",
            "--text",
            "a dog on a meadow",
            "-o",
            out.toString(),
            "--json",
            "-q");
    JsonNode result = vit.json().at("/results/0");
    assertThat(result.get("texts").size()).isEqualTo(2);
    assertThat(result.at("/texts/1/text").asString()).isEqualTo("a dog on a meadow");
    JsonNode words = result.at("/texts/1/words");
    assertThat(words.size()).isEqualTo(5);
    assertThat(words.at("/1/token").asString()).isEqualTo("dog");
    double sum = 0;
    for (JsonNode word : words) {
      sum += word.get("relevance").asDouble();
    }
    assertThat(sum).isPositive();
    assertThat(result.at("/texts/0/similarity").asDouble()).isBetween(-1.0, 1.0);
    assertThat(result.has("class")).isFalse();
    for (String figure : List.of("relevance", "words", "rollout", "positions", "predictions")) {
      assertThat(out.resolve(figure + ".png")).isRegularFile();
    }
    assertThat(out.resolve("report.html")).content().contains("a dog on a meadow: cosine");
    try (TensorFile file = TensorFile.open(out.resolve("maps.safetensors"))) {
      assertThat(file.tensors().get("relevance").shape()).containsExactly(2, 4, 4);
      assertThat(file.tensors().get("words.1").shape()).containsExactly(5);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "clip P | give a text",
        "clip P --text a --class 1 | give one of them",
        "clip P --text a --text a | 2 texts: give 1 to 16, all different",
        "vit_mnist_1850 P --text a | this needs a model that encodes texts",
        "vit_mnist_1850 P --only words | words of vit_mnist_1850 cannot be drawn: it needs texts",
      })
  void mistakesWithTextsAreOneLine(String words, String message) throws IOException {
    String clip = ClipFolder.write(dir.resolve("clip")).toString();
    String line = words.replace("clip P", clip + " P").replace("P", seven.toString());
    Vit vit = explain(line.split(" "));
    assertThat(vit.code()).isEqualTo(2);
    assertThat(vit.err()).contains(message);
  }

  @Test
  void samplesOfADataSetHaveTheirClassAsTitle() throws IOException {
    String out = dir.resolve("e").toString();
    JsonNode json =
        explain(
                "vit_mnist_1850",
                "--data",
                "mnist-sample",
                "--index",
                "7,0",
                "-o",
                out,
                "--json",
                "--only",
                "patches,rollout",
                "--seed",
                "5")
            .json();
    assertThat(json.get("model").asString()).isEqualTo("vit_mnist_1850");
    assertThat(json.get("fresh").asBoolean()).isTrue();
    JsonNode first = json.get("results").get(0);
    assertThat(first.get("source").asString()).isEqualTo("mnist-sample test sample 7");
    assertThat(first.get("predictions")).hasSize(5);
    assertThat(first.get("class").asInt()).isEqualTo(first.at("/predictions/0/index").asInt());
    assertThat(Path.of(first.get("output").asString()))
        .isEqualTo(dir.resolve("e/00000-mnist-sample-test-sample-7"))
        .isDirectoryContaining("glob:**/patches.png")
        .isDirectoryContaining("glob:**/report.html");
    assertThat(first.get("files")).hasSize(4);
    assertThat(json.at("/results/1/label").asInt()).isEqualTo(7);
  }

  @Test
  void aBrokenPictureDoesNotStopTheOthers() throws IOException {
    Path bad = Files.write(dir.resolve("bad.png"), new byte[] {1, 2, 3});
    String out = dir.resolve("e").toString();
    Vit vit =
        explain(
            "resnet18_cifar",
            bad.toString(),
            seven.toString(),
            "-o",
            out,
            "--json",
            "--only",
            "grad-cam");
    assertThat(vit.code()).isEqualTo(1);
    assertThat(vit.err()).contains("vit: " + bad);
    assertThat(vit.json().at("/results/0/error").asString()).contains("bad.png");
    assertThat(dir.resolve("e/00001-seven/grad-cam.png")).isRegularFile();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "vit_mnist_1850 | 2 | give either images (FILE or DIR) or samples",
        "vit_mnist_1850 nothing.png -o NEW | 1 | nothing.png",
        "nothing SEVEN -o NEW | 2 | no model 'nothing'",
        "vit_mnist_1850 SEVEN -o NEW --only rolout | 2 | no figure 'rolout'",
        "resnet18_cifar SEVEN -o NEW --only attention | 2 | the model has no attention over one grid of tokens",
        "cct_2_3x2_32 SEVEN -o NEW --only patches | 2 | the model has no patches",
        "vit_mnist_1850 SEVEN -o NEW --class 10 | 2 | no class '10'",
        "vit_mnist_1850 SEVEN -o NEW --class cat | 2 | no class 'cat'",
        "vit_mnist_1850 SEVEN -o NEW --maps 8 | 2 | maps 0 to 7",
        "vit_mnist_1850 SEVEN -o SEVEN | 1 | is a file: use another folder",
        "vit_mnist_1850 --data mnist-sample --index 1000 -o NEW | 2 | has samples 0 to 999",
      })
  void mistakesAreOneLine(String words, int code, String message) {
    String[] all =
        words
            .replace("SEVEN", seven.toString())
            .replace("NEW", dir.resolve("new").toString())
            .split(" ", -1);
    Vit vit = explain(all);
    assertThat(vit.err()).contains(message);
    assertThat(vit.err().lines().filter(l -> l.startsWith("vit: "))).hasSize(1);
    assertThat(vit.code()).isEqualTo(code);
    assertThat(dir.resolve("new")).doesNotExist();
  }

  @Test
  void tooManyPicturesAreRefused() {
    String[] words = new String[203];
    Arrays.fill(words, "x.png");
    words[0] = "explain";
    words[1] = "vit_mnist_1850";
    Vit vit = Vit.run(words);
    assertThat(vit.code()).isEqualTo(2);
    assertThat(vit.err()).contains("201 images: at most 200");
  }

  @Test
  void traceNamesTheNineSteps() {
    Vit vit = Vit.run("trace", "vit_base_patch16_224", "--set", "depth=1", "--steps");
    assertThat(vit.out().lines().skip(1).map(l -> l.replaceAll(" {2,}", "|")))
        .containsExactly(
            "1|picture|[3, 224, 224]|one image [C, H, W]",
            "2|pixels|[1, 3, 224, 224]|with the batch dimension [B, C, H, W]",
            "3|patch_embed.grid|[1, 768, 14, 14]|projected: the output of a convolution [B, D, h, w]",
            "4|patch_embed.flat|[1, 768, 196]|the flattened grid [B, D, N]",
            "5|patch_embed|[1, 196, 768]|one token per patch [B, N, D]",
            "6|cls_token|[1, 1, 768]|class token, shared by all images [B, 1, D]",
            "7|tokens_with_cls|[1, 197, 768]|prepended to the patches [B, N + 1, D]",
            "8|pos_embed|[1, 197, 768]|position embedding [1, N + 1, D]",
            "9|tokens|[1, 197, 768]|added: the encoder's input [B, N + 1, D]");
    JsonNode json =
        Vit.run("trace", "vit_mnist_1850", seven.toString(), "--steps", "--json").json();
    assertThat(json.get("steps")).hasSize(9);
    assertThat(json.at("/steps/8/name").asString()).isEqualTo("tokens");
    assertThat(json.at("/steps/8/shape/1").asInt()).isEqualTo(17);
  }

  @Test
  void stepsOfAModelWithoutClassTokenSaySo() {
    Vit vit =
        Vit.run(
            "trace",
            "vit_mnist_1850",
            "--set",
            "class_token=false",
            "--set",
            "global_pool=avg",
            "--steps");
    assertThat(vit.out())
        .containsPattern("6  cls_token +none +the model has no class token")
        .containsPattern("7  tokens_with_cls +none")
        .containsPattern("9  tokens +\\[1, 16, 8]");
    Vit resnet = Vit.run("trace", "resnet18_cifar", "--steps");
    assertThat(resnet.code()).isEqualTo(2);
    assertThat(resnet.err()).contains("resnet18_cifar has no patch embedding");
    Vit two = Vit.run("trace", "vit_mnist_1850", seven.toString(), "--image", seven.toString());
    assertThat(two.code()).isEqualTo(2);
    assertThat(two.err()).contains("use only one of IMAGE, --image and --input");
  }
}
