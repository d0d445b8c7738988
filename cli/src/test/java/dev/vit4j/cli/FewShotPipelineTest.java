package dev.vit4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vit4j.format.NpzFile;
import dev.vit4j.format.Safetensors;
import dev.vit4j.probe.Probe;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** A folder with lists and two test sets: zero-shot, probe, adapter, and their caches. */
class FewShotPipelineTest {
  private static final List<String> CLASSES =
      List.of("Animal_red_fox", "Caltech-101_leaf", "Food-101_blueberry");

  @TempDir Path dir;
  private String model = "";
  private Path data = Path.of("");
  private long pixels;

  @BeforeEach
  void write() throws IOException {
    model = ClipFolder.write(dir.resolve("clip")).toString();
    data = dir.resolve("data");
    pixels = dir.hashCode(); // no test finds the features of another in the cache
    Files.createDirectories(data.resolve("logs"));
    StringBuilder classes = new StringBuilder();
    for (int c = 0; c < CLASSES.size(); c++) {
      classes.append(CLASSES.get(c)).append(' ').append(c).append('\n');
    }
    Files.writeString(data.resolve("logs/classes.txt"), classes);
    list("train.txt", "Trainset", "processed_dataset/Trainset/", 18);
    list("test_a.txt", "TestSetA", "", 12);
    list("test_b.txt", "TestSetB", "", 6);
  }

  private void list(String list, String folder, String prefix, int count) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < count; i++) {
      Path file = data.resolve("processed_dataset").resolve(folder).resolve(i + ".png");
      Files.createDirectories(file.getParent());
      picture(file, i % CLASSES.size());
      lines.append("%s%d.png %d\n".formatted(prefix, i, i % CLASSES.size()));
    }
    Files.writeString(data.resolve("logs").resolve(list), lines);
  }

  /** Returns a template that no other test has, as the cache outlives a test. */
  private String template(String word) {
    return " --templates {c}_" + word + dir.getFileName();
  }

  /** Noise with more of one color. */
  private void picture(Path file, int color) throws IOException {
    SplittableRandom random = new SplittableRandom(pixels++);
    BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 32 * 32; i++) {
      int noise = random.nextInt(0x40) * 0x010101;
      image.setRGB(i % 32, i / 32, noise | 0xc0 << (16 - 8 * color));
    }
    ImageIO.write(image, "png", file.toFile());
  }

  private Vit vit(String line) {
    List<String> words = new ArrayList<>();
    for (String word : line.split(" ", -1)) {
      words.add(word.equals("M") ? model : word.equals("D") ? data.toString() : word);
    }
    return Vit.run(words.toArray(String[]::new));
  }

  private static List<Boolean> fromCache(Vit vit) {
    assertThat(vit.code()).as(vit.err()).isZero();
    JsonNode found = vit.json().get("from_cache");
    List<Boolean> all = new ArrayList<>();
    found.forEach(one -> all.add(one.asBoolean()));
    return all;
  }

  @Test
  void aProbeLearnsInOneCommand() throws IOException {
    Path folder = dir.resolve("probe");
    Vit vit = vit("probe M --data D --split A -C 9 --json -o " + folder);
    assertThat(fromCache(vit)).containsExactly(false, false);
    JsonNode json = vit.json();
    assertThat(json.get("test_top1").asDouble()).isEqualTo(100);
    assertThat(json.get("count").asInt()).isEqualTo(12);
    assertThat(json.at("/per_class/0/label").asString()).isEqualTo("Animal_red_fox");
    assertThat(vit.err())
        .containsPattern("Features of 18 training images: computed, \\d+ images/s")
        .containsPattern("Features of 12 A images: computed, \\d+ images/s");
    assertThat(folder).isNotEmptyDirectory();

    Vit again = vit("probe M --data D --split A -C 9");
    assertThat(again.out()).isEqualToIgnoringNewLines("Accuracy = 100.000%");
    assertThat(again.err())
        .contains("Features of 18 training images: read from the cache")
        .contains("Features of 12 A images: read from the cache");
    assertThat(vit("probe M --data D --split A -q").err()).isEmpty();
  }

  @Test
  void anotherSplitListOrWeightsAreNotFoundInTheCache() throws IOException {
    String probe = "probe M --data D --json --split ";
    assertThat(fromCache(vit(probe + "A"))).containsExactly(false, false);
    assertThat(fromCache(vit(probe + "test"))).containsExactly(true, true);
    assertThat(fromCache(vit(probe + "a"))).containsExactly(true, true);
    assertThat(fromCache(vit(probe + "B"))).containsExactly(true, false);
    assertThat(fromCache(vit(probe + "B"))).containsExactly(true, true);
    assertThat(vit(probe + "train").json().get("count").asInt()).isEqualTo(18);
    Path list = data.resolve("logs/train.txt");
    List<String> lines = Files.readAllLines(list);
    Files.write(list, lines.subList(0, 15));
    assertThat(fromCache(vit(probe + "A"))).containsExactly(false, true);
    picture(data.resolve("processed_dataset/TestSetA/0.png"), 0);
    assertThat(fromCache(vit(probe + "A"))).containsExactly(true, false);
    Path weights = Path.of(model).resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 3] ^= 1;
    Files.write(weights, bytes);
    assertThat(fromCache(vit(probe + "A"))).containsExactly(false, false);
  }

  @Test
  void adaptersTakeTheTextsOfTheClasses() {
    String adapter = "probe M --data D --split A --head clip-adapter --epochs 20 --json";
    Vit first = vit(adapter + template("a"));
    assertThat(first.err())
        .contains("3 of 3 class names cleaned up: Animal_red_fox → red fox")
        .contains("Class vectors of 3 prompts for 3 classes: computed");
    assertThat(first.json().at("/from_cache/class_vectors").asBoolean()).isFalse();
    assertThat(first.err()).containsPattern("Training on all 18 samples for [12]0 epochs");
    assertThat(fromCache(vit(adapter + template("a")))).containsExactly(true, true, true);
    JsonNode other = vit(adapter + template("b")).json().get("from_cache");
    assertThat(other.get("class_vectors").asBoolean()).isFalse();
    assertThat(other.get("train").asBoolean()).isTrue();
    assertThat(vit("probe M --data D --head tip-adapter --class-prefixes Food-101").err())
        .contains("Animal_red_fox → Animal red fox");
  }

  @Test
  void zeroShotSharesTheCaches() {
    vit("probe M --data D --split A -q");
    String zeroShot = "zeroshot M --dataset D --split A --json -o ";
    Vit first = vit(zeroShot + dir.resolve("1"));
    assertThat(first.json().at("/from_cache/features").asBoolean()).isTrue();
    Vit second = vit(zeroShot + dir.resolve("2"));
    assertThat(fromCache(second)).containsExactly(true, true);
    assertThat(second.json().get("top1")).isEqualTo(first.json().get("top1"));
    assertThat(second.json().get("count").asInt()).isEqualTo(12);
    Vit other = vit(zeroShot + dir.resolve("3") + template("c"));
    assertThat(fromCache(other)).containsExactly(false, true);
  }

  @Test
  void fewShotsAndASweepWorkOnADataSet() {
    JsonNode rows =
        vit("probe M --data D --split A --shots 1,4 --seeds 2 --json").json().get("few_shot");
    assertThat(rows).hasSize(2);
    assertThat(rows.at("/1/test_top1/mean").asDouble()).isGreaterThan(90);
    assertThat(vit("probe M --data D --split A --sweep --json").json().get("sweep").size())
        .isBetween(11, 15);
  }

  @Test
  void embeddedSamplesKeepTheNamesOfTheirClasses() throws IOException {
    for (String ending : List.of("safetensors", "npz")) {
      Path train = dir.resolve("train." + ending);
      Path test = dir.resolve("test." + ending);
      vit("embed M --data D --split train --normalize -q -o " + train);
      vit("embed M --data D --split B --normalize -q -o " + test);
      Path folder = dir.resolve("probe-" + ending);
      Vit vit = vit("probe " + train + " --test " + test + " --json -o " + folder);
      assertThat(vit.json().at("/per_class/2/label").asString()).isEqualTo("Food-101_blueberry");
      try (Probe probe = Probe.open(folder)) {
        assertThat(probe.about().names()).isEqualTo(CLASSES);
      }
    }
    try (Safetensors open = Safetensors.open(dir.resolve("train.safetensors"));
        NpzFile npz = NpzFile.open(dir.resolve("train.npz"))) {
      String names = "[\"Animal_red_fox\",\"Caltech-101_leaf\",\"Food-101_blueberry\"]";
      assertThat(open.metadata()).containsEntry("vit4j.classes", names);
      assertThat(npz.text("vit4j.classes")).containsExactly(names);
    }
    Path raw = dir.resolve("raw.safetensors");
    vit("embed M --data D --split B -q -o " + raw);
    Vit vit = vit("probe " + dir.resolve("train.safetensors") + " --test " + raw);
    assertThat(vit.code()).isEqualTo(2);
    assertThat(vit.err()).contains("raw.safetensors has not: embed both with --normalize");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "probe M --data D --split C | 2 | unknown split 'C': use one of train, val, test, all, A, B",
        "zeroshot M --dataset D --split C | 2 | unknown split 'C': use one of train, val, test, all, A, B",
        "eval M --data mnist-sample --split A | 2 | unknown split 'A': use one of train, val, test",
        "probe M --data D --split val | 2 | has no validation split",
        "probe M | 2 | these weights are not in a run that names its data",
        "probe M --data D --test x.npz | 2 | --test is for files of features",
        "probe M --data D --head adapter --labels a,b | 2 | list train has 3 classes, but 2 class names",
        "probe M --data D --head adapter --templates photo | 2 | {c}",
        "probe M --data D --labels a,b,a | 2 | the label 'a' is given twice",
        "probe M --data D --labels Caltech-101_leaf,Animal_red_fox,Food-101_blueberry | 2 | class 0 of list train is Animal_red_fox, but",
        "probe vit_mnist_1850 --data D | 1 | vit_mnist_1850",
        "probe none.safetensors | 1 | none.safetensors: no such feature file, run, weights folder",
        "probe M --data nowhere | 2 | no data 'nowhere'",
      })
  void mistakesAreOneLine(String words, int code, String message) {
    Vit vit = vit(words);
    assertThat(vit.err().lines().filter(l -> l.startsWith("vit: "))).hasSize(1);
    assertThat(vit.err()).contains(message);
    assertThat(vit.code()).as(vit.err()).isEqualTo(code);
  }

  @Test
  void listsThatDisagreeWithTheClassesAreRefused() throws IOException {
    Files.writeString(data.resolve("logs/classes.txt"), "Animal_red_fox 0\nCaltech-101_leaf 1\n");
    Vit vit = vit("probe M --data D");
    assertThat(vit.code()).isEqualTo(1);
    assertThat(vit.err())
        .contains("train.txt: has labels without a class: ")
        .contains("has label 2, but there are 2 classes");
  }
}
