package dev.vit4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.source.Datasets;
import dev.vit4j.input.Preprocess;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The verbs that use a trained model, on a folder of weights. */
class UseCommandsTest {
  private static final String TIMM = "/fixtures/01-timm-vit/a_cls/";

  @TempDir Path dir;
  private Path weights = Path.of("");

  @BeforeEach
  void makeWeights() throws IOException {
    weights = dir.resolve("w");
    List<String> digits = IntStream.range(0, 10).mapToObj(Integer::toString).toList();
    try (Model model = Models.create("vit_mnist_1850", Map.of(), Init.seeded(3))) {
      Preprocess preprocess =
          new Preprocess(
              1, 28, 28, "bicubic", 1.0, "squash", List.of(0.1307), List.of(0.3081), "digit");
      WeightsFolder.writeConfig(weights, new WeightsFolder.Loaded(model, preprocess, digits));
      WeightsFolder.writeWeights(weights, model, Map.of());
    }
  }

  private Path picture(String name) throws IOException {
    Dataset test = Datasets.open(Datasets.SAMPLE, null).test();
    Path file = dir.resolve("pictures").resolve(name);
    Files.createDirectories(dir.resolve("pictures"));
    ImageIO.write(test.image(0).toBufferedImage(), "png", file.toFile());
    return file;
  }

  @Test
  void summaryListsEveryTensor() {
    Vit vit = Vit.run("summary", "vit_mnist_1850");
    assertThat(vit.code()).isZero();
    assertThat(vit.out())
        .contains("cls_token has 8 parameters", "blocks.1.mlp.fc1.weight has 128 parameters")
        .contains("Total trainable parameters: 1850")
        .contains("├─PatchEmbed (patch_embed)");
  }

  @Test
  void summaryKnowsNamesRecipesAndFolders() {
    JsonNode base =
        Vit.run("summary", "vit_base_patch16_224", "--num-classes", "3", "--json").json();
    assertThat(base.get("params").asLong()).isEqualTo(85_800_963);
    assertThat(base.get("mult_adds").asLong()).isPositive();
    assertThat(base.get("size_mb").asDouble()).isEqualTo(343.203852);
    assertThat(base.get("patches").asString())
        .isEqualTo(
            "224 x 224 / (16 x 16) = 196 patches of 768 numbers; with 1 more, 197 tokens of 768");
    // Parameters, gradients and two moments, and the activations as torchinfo counts them.
    assertThat(base.get("training_mb").asDouble()).isBetween(4 * 343.2 + 160, 4 * 343.2 + 165);
    JsonNode frozen = Vit.run("summary", "resnet18", "--freeze", "backbone", "--json").json();
    assertThat(frozen.has("patches")).isFalse();
    assertThat(frozen.get("training_mb").asDouble()).isBetween(46.8 + 6.1 + 39, 46.8 + 6.2 + 41);
    assertThat(Vit.run("summary", "mnist-1850", "--json").json().get("trainable").asInt())
        .isEqualTo(1850);
    JsonNode folder = Vit.run("summary", weights.toString(), "--json").json();
    assertThat(folder.get("frozen").asInt()).isZero();
    assertThat(folder.get("tensors").get(1).get("count").asInt()).isEqualTo(136);
    assertThat(
            Vit.run("summary", "vit_mnist_1850", "--set", "depth=3", "--json")
                .json()
                .get("params")
                .asInt())
        .isEqualTo(2450);
  }

  @Test
  void traceShowsTheEmbeddingInNineSteps() {
    Vit vit = Vit.run("trace", "vit_mnist_1850", "--print", "tokens", "--print", "head.bias");
    assertThat(vit.code()).isZero();
    assertThat(
            vit.out()
                .lines()
                .filter(l -> l.matches(".*]  +[1-9]  .*"))
                .map(l -> l.replaceAll("^\\S+ +(\\[.*?]) .*", "$1")))
        .containsExactly(
            "[1, 28, 28]",
            "[1, 1, 28, 28]",
            "[1, 8, 4, 4]",
            "[1, 8, 16]",
            "[1, 16, 8]",
            "[1, 1, 8]",
            "[1, 17, 8]",
            "[1, 17, 8]",
            "[1, 17, 8]");
    assertThat(vit.out()).contains("tokens F32[1, 17, 8]", "head.bias F32[10] requires_grad=true");
  }

  @Test
  void traceGivesTimmsNumbersOnTimmsTensors() throws Exception {
    Path fixture = Path.of(UseCommandsTest.class.getResource(TIMM + "io.safetensors").toURI());
    Path folder = timmFolder(fixture.resolveSibling("model_kwargs.json"));
    Files.copy(fixture.resolveSibling("model.safetensors"), folder.resolve(WeightsFolder.WEIGHTS));
    Path saved = dir.resolve("out.safetensors");
    Vit vit =
        Vit.run("trace", folder.toString(), "--input", fixture + ":x", "--save", saved.toString());
    assertThat(vit.err()).contains("Saved");
    assertThat(vit.code()).isZero();
    Map<String, Tensor> golden = WeightsFolder.read(fixture);
    Map<String, Tensor> mine = WeightsFolder.read(saved);
    Map<String, String> names =
        Map.of(
            "logits", "logits",
            "patch_embed", "patch_embed",
            "tokens", "tokens_in",
            "block.2", "block_2",
            "block.0.attention", "attn_probs_block_0",
            "norm", "forward_features");
    names.forEach(
        (my, timms) ->
            assertThat(mine.get(my).sub(golden.get(timms)).maxAbs()).as(my).isLessThan(1e-4));
    Vit again = Vit.run("trace", folder.toString(), "--save", saved.toString());
    assertThat(again.code()).isEqualTo(1);
    assertThat(again.err()).contains("already exists");
  }

  private Path timmFolder(Path kwargs) throws IOException {
    Map<String, Object> args = new LinkedHashMap<>();
    ((Map<?, ?>)
            JsonMapper.shared()
                .convertValue(JsonMapper.shared().readTree(kwargs).get("kwargs"), Map.class))
        .forEach((k, v) -> args.put((String) k, v));
    Path folder = dir.resolve("timm");
    try (Model model = Models.create("vit_tiny_patch16_224", args, Init.unset())) {
      List<Double> half = List.of(0.5, 0.5, 0.5);
      Preprocess p = new Preprocess(3, 32, 32, "bicubic", 1.0, "squash", half, half, "none");
      WeightsFolder.writeConfig(folder, new WeightsFolder.Loaded(model, p, List.of()));
    }
    return folder;
  }

  @Test
  void evalWritesWhatItFound() throws IOException {
    Path output = dir.resolve("eval");
    String[] words = {
      "eval", weights.toString(), "--data", "mnist-sample", "--output", output.toString(), "--json"
    };
    JsonNode json = Vit.run(words).json();
    assertThat(json.get("count").asInt()).isEqualTo(1000);
    assertThat(json.get("top5").asDouble()).isBetween(30.0, 100.0);
    assertThat(json.get("loss").asDouble()).isBetween(2.0, 3.0);
    assertThat(json.get("per_class")).hasSize(10);
    assertThat(output).isDirectoryContaining("glob:**/confusion.png");
    assertThat(ImageIO.read(output.resolve("mistakes.png").toFile())).isNotNull();
    assertThat(Files.readAllLines(output.resolve("confusion.csv"))).hasSize(11);
    Vit again = Vit.run(words);
    assertThat(again.code()).isEqualTo(1);
    assertThat(again.err()).contains("not empty");
  }

  @Test
  void predictNamesClassesAndBrokenPictures() throws IOException {
    Path good = picture("good.png");
    Path bad = Files.write(dir.resolve("pictures/bad.png"), new byte[] {1, 2, 3});
    Path gone = Files.createSymbolicLink(dir.resolve("pictures/z.png"), dir.resolve("nowhere"));
    Path csv = dir.resolve("p.csv");
    Path plots = dir.resolve("plots");
    Vit vit =
        Vit.run(
            "predict",
            weights.toString(),
            good.getParent().toString(),
            "--topk",
            "3",
            "--json",
            "--csv",
            csv.toString(),
            "--plot",
            plots.toString());
    assertThat(vit.code()).isEqualTo(1);
    assertThat(vit.err()).contains("vit: " + bad, "vit: " + gone);
    JsonNode results = vit.json().get("results");
    assertThat(results.get(0).get("error").asString()).contains("bad.png");
    assertThat(results.get(1).get("source").asString()).isEqualTo(good.toString());
    JsonNode first = results.get(1).get("predictions").get(0);
    assertThat(first.get("label").asString()).isEqualTo("" + first.get("index").asInt());
    assertThat(results.get(1).get("predictions")).hasSize(3);
    assertThat(Files.readAllLines(csv)).hasSize(1 + 1 + 3 + 1);
    assertThat(plots).isDirectoryContaining("glob:**/00001-good.png");
    assertThat(Vit.run("predict", weights.toString(), good.toString()).out())
        .containsPattern("(?m)^ {15}\\d: \\d+\\.\\d\\d%$");
  }

  @Test
  void predictOnDataSaysEverySample() {
    Vit vit = Vit.run("predict", weights.toString(), "--data", "mnist-sample", "--limit", "64");
    assertThat(vit.code()).isZero();
    List<String> lines = vit.out().lines().toList();
    assertThat(lines.get(0)).matches("Idx:0 GT:7 Pred:\\d isAcc:(True|False)");
    assertThat(lines.get(1)).isEqualTo("-".repeat(30));
    assertThat(vit.out()).containsPattern("Correct: \\d+ of 64 \\(\\d+\\.\\d\\d %\\)");
  }

  @ParameterizedTest
  @CsvSource({"train", "infer", "serve"})
  void benchMeasures(String work) {
    JsonNode json =
        Vit.run("bench", work, "--model", "vit_mnist_1850", "-b", "4", "--threads", "2", "--json")
            .json();
    assertThat(json.get("batch").asInt()).isEqualTo(4);
    assertThat(json.get("threads").asInt()).isEqualTo(2);
    assertThat(json.get("precision").asString()).isEqualTo("f32");
    assertThat(json.get("median_ms").asDouble()).isPositive();
    assertThat(json.get("images_per_second").asDouble()).isPositive();
    assertThat(json.has("peak_rss_mb")).isTrue();
  }

  @Test
  void benchMeasuresTexts() {
    JsonNode json = bench("text", "-b", "2", "--tokens", "5");
    assertThat(json.get("texts_per_second").asDouble()).isPositive();
    assertThat(json.has("images_per_second")).isFalse();
  }

  @Test
  void benchTrainsOnImagesAndTexts() {
    assertThat(bench("train", "-b", "2").get("images_per_second").asDouble()).isPositive();
  }

  private static JsonNode bench(String work, String... more) {
    List<String> words = new ArrayList<>(List.of("bench", work, "--runs", "1", "--json"));
    words.addAll(List.of("--model", "RN50"));
    words.addAll(List.of(more));
    return Vit.run(words.toArray(String[]::new)).json();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bench text --model vit_mnist_1850 | 2 | this needs a model that encodes texts",
        "bench text --model RN50 --tokens 78 | 2 | a text of RN50 has 2 to 77 tokens, not 78",
        "serve W --port 0 --classes imagenet | 1 | 1,000 class names given, but",
        "serve W --port 0 --model-args num_heads=3 | 1 | num_heads cannot be set",
        "bench serve --model RN50 | 2 | RN50 predicts nothing: measure another model",
        "bench infer --model vit_mnist_1850 --tokens 7 | 2 | --tokens is for vit bench text",
        "predict nothing x.png | 1 | nothing: no such run, weights folder or weights file",
        "predict W | 2 | give either images (FILE or DIR) or a data set",
        "predict W x.png --topk 0 | 2 | --topk must be at least 1",
        "predict W x.png --limit 0 | 2 | --limit must be at least 1",
        "eval W | 2 | set it with --data NAME or --data DIR",
        "eval W --data nowhere | 2 | no data 'nowhere'",
        "eval W --data mnist-sample -b 0 | 2 | batch size must be at least 1",
        "summary vit_nothing | 2 | unknown model 'vit_nothing'",
        "summary vit_mnist_1850 --set heads | 2 | --model-args",
        "summary W --num-classes 3 | 2 | num_classes cannot be set",
        "summary vit_mnist_1850 -b 0 | 2 | batch size must be at least 1",
        "trace nothing | 2 | no model 'nothing'",
        "trace W --input x | 2 | must be [image=]FILE.safetensors:TENSOR",
        "trace W --print nothing | 2 | no tensor or parameter 'nothing'",
        "bench infer --model nothing | 2 | unknown model 'nothing'",
        "bench infer --model vit_mnist_1850 --threads 0 | 2 | must be at least 1",
        "bench infer --model vit_mnist_1850 --precision f8 | 2 | use f32, bf16 or int8",
        "bench infer --model resnet18 --precision int8 | 2 | use f32 or bf16",
        "bench train --model vit_mnist_1850 --precision int8 | 2 | precision",
      })
  void mistakesAreOneLine(String words, int code, String message) {
    Vit vit = Vit.run(words.replace("W", weights.toString()).split(" ", -1));
    assertThat(vit.err()).contains(message);
    assertThat(vit.err().lines().filter(l -> l.startsWith("vit: "))).hasSize(1);
    assertThat(vit.code()).isEqualTo(code);
  }

  @Test
  void exportWritesOnnxOnce() {
    String file = dir.resolve("model.onnx").toString();
    String[] words = {"export", weights.toString(), "--format", "onnx", "-o", file};
    Vit vit = Vit.run(words);
    assertThat(vit.err()).doesNotContain("Exception");
    assertThat(vit.code()).isZero();
    assertThat(vit.out()).contains("Exported vit_mnist_1850 as ONNX, opset 17: " + file);
    assertThat(Path.of(file)).isNotEmptyFile();
    Vit again = Vit.run(words);
    assertThat(again.code()).isEqualTo(1);
    assertThat(again.err()).contains("already exists");
    Vit named =
        Vit.run("export", weights.toString(), "--format", "onnx", "--names", "timm", "-o", file);
    assertThat(named.code()).isEqualTo(2);
    assertThat(named.err()).contains("--names does not apply to onnx");
  }
}
