package dev.vit4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** All commands with a segmentation model and images with masks. */
class SegmentationCommandsTest {
  private static final int SIDE = 32;

  @TempDir static Path dir;
  private static Path data;
  private static Path run;
  private static JsonNode trained;

  @BeforeAll
  static void trainOnSquares() throws IOException {
    data = dir.resolve("squares");
    for (int i = 0; i < 12; i++) {
      sample("train", i, SIDE, SIDE);
    }
    for (int i = 0; i < 3; i++) {
      sample("val", i, SIDE, SIDE);
      sample("test", i, SIDE, SIDE + 16 * i);
    }
    Files.write(data.resolve("classes.txt"), List.of("ground", "red square", "sky"));
    Path recipe =
        Files.write(
            dir.resolve("squares.yaml"),
            List.of(
                "task: segmentation",
                "data: segmentation-folder",
                "data_dir: " + data,
                "model: vit_seg",
                "model_args: {patch_size: 4, embed_dim: 32, depth: 1, num_heads: 2}",
                "img_size: 32",
                "epochs: 6",
                "batch_size: 4",
                "opt: adamw",
                "lr: 0.01",
                "output: " + dir.resolve("runs")));
    Vit vit = Vit.run("train", recipe.toString(), "--json");
    assertThat(vit.code()).as(vit.err()).isZero();
    trained = vit.json();
    run = Path.of(trained.get("run").asString());
  }

  /** A red square on gray, one pixel of its left edge ignored; there is no sky. */
  private static void sample(String split, int i, int height, int width) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    BufferedImage mask = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    Graphics2D g = image.createGraphics();
    g.setColor(new Color(90 + i, 100, 95));
    g.fillRect(0, 0, width, height);
    g.setColor(new Color(220, 30 + 2 * i, 40));
    g.fillRect(4 + i, 8, 12, 12);
    g.dispose();
    for (int y = 8; y < 20; y++) {
      for (int x = 4 + i; x < 16 + i; x++) {
        mask.getRaster().setSample(x, y, 0, x == 4 + i ? 255 : 1);
      }
    }
    for (String part : List.of("images", "masks")) {
      Path file = data.resolve(part).resolve(split).resolve(split + i + ".png");
      Files.createDirectories(file.getParent());
      ImageIO.write(part.equals("images") ? image : mask, "png", file.toFile());
    }
  }

  private static Path test(int i) {
    return data.resolve("images/test/test" + i + ".png");
  }

  private static Vit good(Object... words) {
    Vit vit = Vit.run(Arrays.stream(words).map(Object::toString).toArray(String[]::new));
    assertThat(vit.code()).as(vit.err()).isZero();
    return vit;
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void evalMeasuresWhatTheTrainingMeasured() throws IOException {
    Path folder = dir.resolve("eval");
    Vit vit = good("eval", run, "-o", folder, "--json");
    JsonNode json = vit.json();
    List<String> keys = new ArrayList<>(json.propertyNames());
    assertThat(keys)
        .containsExactly(
            "data",
            "count",
            "pixels",
            "miou",
            "pixel_accuracy",
            "mean_class_accuracy",
            "mean_dice",
            "frequency_weighted_iou",
            "loss",
            "per_class",
            "output");
    assertThat(json.get("count").asInt()).isEqualTo(3);
    assertThat(json.get("pixels").asInt()).isEqualTo(32 * (32 + 48 + 64) - 3 * 12);
    assertThat(json.get("miou").asDouble())
        .isCloseTo(trained.get("test_miou").asDouble(), within(1e-6))
        .isGreaterThan(0.6);
    JsonNode rows = json.get("per_class");
    assertThat(rows.get(1).get("label").asString()).isEqualTo("red square");
    double mean = (rows.get(0).get("iou").asDouble() + rows.get(1).get("iou").asDouble()) / 2;
    if (rows.get(2).get("iou").isNull()) { // the class that does not occur counts in no mean
      assertThat(json.get("miou").asDouble()).isCloseTo(mean, within(1e-9));
    }
    assertThat(rows.get(2).get("share").asDouble()).isZero();
    assertThat(names(folder))
        .containsExactly(
            "confusion.csv", "confusion.png", "metrics.json", "per_class.csv", "worst.png");
    assertThat(good("eval", run, "-o", dir.resolve("eval2")).out())
        .contains("class", "red square", "mIoU 0.", "3 images, 4,572 pixels");
  }

  @Test
  void predictCountsAreas() {
    JsonNode json = good("predict", run, test(0), "--json").json();
    JsonNode areas = json.get("results").get(0).get("areas");
    assertThat(areas.get(0).get("label").asString()).isEqualTo("ground");
    int all = 0;
    for (JsonNode area : areas) {
      all += area.get("pixels").asInt();
      assertThat(area.get("share").asDouble())
          .isCloseTo(area.get("pixels").asInt() / 1024.0, within(1e-12));
    }
    assertThat(all).isEqualTo(SIDE * SIDE);
    assertThat(good("predict", run, test(0)).out())
        .startsWith(test(0).toString())
        .containsPattern("ground: [789]\\d\\.\\d\\d%");
  }

  @Test
  void masksHaveTheSizeAndTheNameOfTheirImages() throws IOException {
    Path masks = dir.resolve("masks");
    Path plots = dir.resolve("plots");
    good("predict", run, data.resolve("images/test"), "--masks", masks, "--plot", plots);
    assertThat(names(masks)).containsExactly("test0.png", "test1.png", "test2.png");
    assertThat(names(plots))
        .containsExactly("00000-test0.png", "00001-test1.png", "00002-test2.png");
    BufferedImage mask = ImageIO.read(masks.resolve("test2.png").toFile());
    assertThat(mask.getColorModel()).isInstanceOf(IndexColorModel.class);
    assertThat(mask.getWidth()).isEqualTo(64);
    assertThat(mask.getHeight()).isEqualTo(32);
    assertThat(mask.getRaster().getSample(10, 14, 0)).isEqualTo(1); // in the square
    assertThat(mask.getRaster().getSample(55, 28, 0)).isZero();
    Vit again = Vit.run("predict", run.toString(), test(0).toString(), "--masks", masks.toString());
    assertThat(again.code()).isEqualTo(1);
    assertThat(again.err()).contains("test0.png: already exists");
  }

  @Test
  void predictGoesOnWhereItWasCut() throws IOException {
    Path csv = dir.resolve("areas.csv");
    Path jsonl = dir.resolve("areas.jsonl");
    Object[] words = {
      "predict", run, data.resolve("images/train"), "-b", "2", "--csv", csv, "--jsonl", jsonl
    };
    good(words);
    assertThat(Files.readAllLines(csv))
        .element(0)
        .isEqualTo("source,rank,index,label,pixels,share,error");
    assertThat(Files.readAllLines(jsonl)).hasSize(12);
    byte[] whole = bytes(csv);
    byte[] lines = bytes(jsonl);
    Object[] more = Arrays.copyOf(words, words.length + 1);
    more[words.length] = "--resume";
    for (double share : new double[] {0.1, 0.5, 0.93}) {
      Files.delete(csv);
      Files.delete(jsonl);
      Path part = csv.resolveSibling("areas.csv.part");
      Files.write(part, Arrays.copyOf(whole, (int) (whole.length * share)));
      Path other = jsonl.resolveSibling("areas.jsonl.part");
      Files.write(other, Arrays.copyOf(lines, (int) (lines.length * (1 - share))));
      good(more);
      assertThat(csv).hasBinaryContent(whole);
      assertThat(jsonl).hasBinaryContent(lines);
    }
  }

  @Test
  void samplesAreComparedWithTheirMasks() {
    String out = good("predict", run, "--data", data).out();
    assertThat(out.lines().toList()).hasSize(4);
    assertThat(out).contains("Idx:0 mIoU ", "Idx:2 mIoU ", "All 3 images: mIoU ");
  }

  @Test
  void dataIsDescribedDrawnAndVerified() throws IOException {
    Vit info = good("data", "info", data, "-b", "2", "--json");
    JsonNode classes = info.json().get("train").get("classes");
    assertThat(classes.get("red square").asInt()).isEqualTo(12 * 11 * 12);
    assertThat(classes.get("ground").asInt()).isEqualTo(12 * (32 * 32 - 144));
    assertThat(classes.get("sky").asInt()).isZero();
    assertThat(info.json().get("first_batch").toString())
        .isEqualTo("{\"pixels\":[2,3,224,224],\"masks\":[2,224,224]}");
    assertThat(good("data", "info", data).out()).contains("Classes: 3, in pixels", "masks [");
    Path png = dir.resolve("show.png");
    good("data", "show", data, "-n", "4", "-o", png);
    assertThat(ImageIO.read(png.toFile()).getWidth()).isGreaterThan(500);
    Vit one = good("data", "show", data, "--index", "1", "-o", png, "--json");
    assertThat(one.json().get("label").asString()).isEqualTo("ground, red square");
    assertThat(good("data", "verify", data, "--json").json().get("checked").asInt()).isEqualTo(18);
  }

  @Test
  void brokenMasksAreNamed() throws IOException {
    Path broken = dir.resolve("broken");
    for (String part : List.of("images", "masks")) {
      Files.createDirectories(broken.resolve(part));
      for (int i = 0; i < 4; i++) {
        Files.copy(
            data.resolve(part).resolve("train/train" + i + ".png"),
            broken.resolve(part).resolve(i + ".png"));
      }
    }
    Files.write(broken.resolve("classes.txt"), List.of("ground", "red square"));
    Path mask = broken.resolve("masks/2.png");
    Files.write(mask, Arrays.copyOf(bytes(mask), 50));
    ImageIO.write(new BufferedImage(5, 5, 10), "png", broken.resolve("masks/3.png").toFile());
    Vit vit = Vit.run("data", "verify", broken.toString(), "--json");
    assertThat(vit.code()).isEqualTo(1);
    assertThat(vit.json().get("bad")).hasSize(2);
    assertThat(vit.json().get("bad").toString()).contains("2.png", "3.png", "5 x 5");
  }

  @ParameterizedTest
  @CsvSource({"hf, exported", "safetensors, e.safetensors", "pth, e.pth", "onnx, e.onnx"})
  void exportWrites(String format, String name) {
    Path to = dir.resolve(name);
    good("export", run, "--format", format, "-o", to);
    assertThat(to).exists();
    if (format.equals("hf")) {
      String mine = good("predict", run, test(1)).out();
      assertThat(good("predict", to, test(1)).out()).isEqualTo(mine);
    }
  }

  @Test
  void modelsAreDescribed() {
    assertThat(good("summary", run).out()).contains("classifier.weight has 96 parameters");
    String trace = good("trace", run).out();
    assertThat(trace).contains("pixels", "feature_map", "grid_logits", "logits", "[1, 3, 32, 32]");
    assertThat(good("trace", run, "--steps").out()).contains("patch_embed.grid", "tokens");
    assertThat(good("inspect", run).out()).contains("backbone.blocks.0.attn.qkv.weight");
    assertThat(good("models", "fcn").out()).contains("fcn_resnet50", "32,957,013");
    JsonNode models = good("models", "vit_seg", "--json").json().get("models");
    assertThat(models.get(0).get("classes").asInt()).isEqualTo(21);
  }

  @ParameterizedTest
  @CsvSource({"train", "infer"})
  void benchMeasures(String work) {
    JsonNode json =
        good("bench", work, "--model", "fcn_resnet18_cifar", "-b", "2", "--runs", "1", "--json")
            .json();
    assertThat(json.get("median_ms").asDouble()).isPositive();
  }

  @Test
  void whatDoesNotFitIsOneLine() {
    refused("explain RUN IMAGE", "this needs a model that classifies images: vit_seg does not");
    refused("embed RUN IMAGE -o OUT", "this needs a model that encodes images: vit_seg does not");
    refused("eval RUN --data mnist-sample", "no masks: segmentation needs a data set with masks");
    refused("predict RUN --data mnist-sample --limit 1", "no masks");
    refused("eval DIGITS --data DATA", "has no class labels: classification needs one class");
    refused("predict DIGITS IMAGE --masks OUT", "use --plot");
    refused("trace fcn_resnet18_cifar --steps", "has no patch embedding");
    refused("bench train --model vit_huge_patch14_224 -b 1", "has no classes");
  }

  private static void refused(String words, String message) {
    Path digits = Objects.requireNonNull(digits());
    String[] args =
        Stream.of(words.split(" "))
            .map(
                word ->
                    switch (word) {
                      case "RUN" -> run.toString();
                      case "IMAGE" -> test(0).toString();
                      case "OUT" -> dir.resolve("out.npz").toString();
                      case "DATA" -> data.toString();
                      case "DIGITS" -> digits.toString();
                      default -> word;
                    })
            .toArray(String[]::new);
    Vit vit = Vit.run(args);
    assertThat(vit.code()).as(words).isIn(1, 2);
    assertThat(vit.err().lines().filter(l -> l.startsWith("vit: ")).toList())
        .as(words)
        .hasSize(1)
        .first()
        .asString()
        .contains(message);
    assertThat(vit.out()).as(words).isEmpty();
  }

  /** A classifier that has been written, not trained. */
  private static Path digits() {
    Path folder = dir.resolve("digits");
    if (!Files.exists(folder)) {
      good("train", "mnist-sample", "--epochs", "1", "--output", folder, "--quiet");
    }
    return folder.resolve("classification/mnist-sample1");
  }
}
