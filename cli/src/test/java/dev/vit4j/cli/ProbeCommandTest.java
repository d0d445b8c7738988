package dev.vit4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.format.Safetensors;
import dev.vit4j.probe.Probe;
import dev.vit4j.tensor.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class ProbeCommandTest {
  private static final int CLASSES = 3;
  private static final int DIM = 8;

  @TempDir Path dir;
  private String train = "";
  private String test = "";
  private String text = "";

  @BeforeEach
  void makeFeatures() throws IOException {
    train = write("train", 60, 1, true, Map.of("vit4j.classes", "[\"cat\",\"dog\",\"cow\"]"));
    test = write("test", 30, 2, true, Map.of());
    text = write("text", CLASSES, 3, false, Map.of());
  }

  /** Samples around a unit vector of their class. */
  private String write(
      String name, int n, long seed, boolean labelled, Map<String, String> metadata)
      throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    ByteBuffer rows = ByteBuffer.allocate(n * DIM * 4).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer labels = ByteBuffer.allocate(n * 8).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < n; i++) {
      labels.putLong(i % CLASSES);
      for (int d = 0; d < DIM; d++) {
        rows.putFloat((float) ((d == i % CLASSES ? 1 : 0) + 0.35 * random.nextGaussian()));
      }
    }
    List<Safetensors.Entry> entries = new ArrayList<>();
    entries.add(new Safetensors.Entry("features", DType.F32, new long[] {n, DIM}, rows.flip()));
    if (labelled) {
      entries.add(new Safetensors.Entry("labels", DType.I64, new long[] {n}, labels.flip()));
    }
    Path file = dir.resolve(name + ".safetensors");
    Safetensors.write(file, entries, metadata);
    return file.toString();
  }

  @Test
  void trainsEvaluatesAndSaves() throws IOException {
    Path folder = dir.resolve("probe");
    Vit vit = Vit.run("probe", train, "--test", test, "-C", "9", "-o", folder.toString(), "--json");
    assertThat(vit.code()).isZero();
    JsonNode json = vit.json();
    assertThat(json.get("head").asString()).isEqualTo("logreg");
    assertThat(json.get("train_loss").asDouble()).isBetween(0.0, 0.2);
    assertThat(json.get("objective").asDouble())
        .isGreaterThan(9 * 60 * json.get("train_loss").asDouble());
    assertThat(json.get("test_top1").asDouble()).isGreaterThan(80);
    assertThat(json.get("test_top5").asDouble()).isEqualTo(100);
    assertThat(json.get("count").asInt()).isEqualTo(30);
    assertThat(json.get("classes").asInt()).isEqualTo(3);
    assertThat(json.get("iterations").asInt()).isPositive();
    assertThat(json.get("converged").asBoolean()).isTrue();
    assertThat(json.get("per_class").get(2).get("label").asString()).isEqualTo("cow");
    assertThat(json.get("per_class").get(2).get("support").asInt()).isEqualTo(10);
    double sum = 0;
    for (JsonNode row : json.get("per_class")) {
      sum += row.get("accuracy").asDouble();
    }
    assertThat(sum / 3).isCloseTo(json.get("test_top1").asDouble(), within(1e-9));

    try (Probe probe = Probe.open(folder)) {
      assertThat(probe.about().names()).containsExactly("cat", "dog", "cow");
      assertThat(probe.predict(new float[][] {{0, 0, 1, 0, 0, 0, 0, 0}})).containsExactly(2);
    }
    assertThat(Vit.run("probe", train, "-o", folder.toString()).err())
        .contains("already exists and is not empty");
    assertThat(Vit.run("probe", train, "--test", test, "-C", "9").out())
        .isEqualToIgnoringNewLines("Accuracy = %.3f%%".formatted(json.get("test_top1").asDouble()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"knn", "ridge", "tip-adapter", "tip-adapter-f", "clip-adapter", "adapter"})
  void everyHeadLearns(String head) {
    String[] words = {
      "probe",
      train,
      "--test",
      test,
      "--head",
      head,
      "--text-features",
      text,
      "--epochs",
      "40",
      "--eval-every",
      "20",
      "--json",
      "-k",
      "5"
    };
    Vit vit = Vit.run(words);
    assertThat(vit.code()).as(vit.err()).isZero();
    assertThat(vit.json().get("test_top1").asDouble()).isGreaterThan(75);
    assertThat(vit.json().get("train_loss").isNull())
        .isEqualTo(head.equals("knn") || head.equals("ridge"));
    if (head.endsWith("adapter") && !head.startsWith("tip")) {
      assertThat(vit.err())
          .contains("Epoch 20, Loss: ")
          .contains("Accuracy of the network on the 30 test images: ");
    }
  }

  @Test
  void comparesFewShots() {
    Vit vit =
        Vit.run("probe", train, "--test", test, "--shots", "1,4,16", "--seeds", "3", "--json");
    JsonNode rows = vit.json().get("few_shot");
    assertThat(rows).hasSize(3);
    assertThat(rows.get(1).get("shots").asInt()).isEqualTo(4);
    assertThat(rows.get(1).get("runs")).hasSize(3);
    assertThat(rows.get(2).get("test_top1").get("mean").asDouble())
        .isGreaterThan(rows.get(0).get("test_top1").get("mean").asDouble());
    assertThat(Vit.run("probe", train, "--test", test, "--shots", "4", "--seeds", "3").out())
        .startsWith(" 4 shots: Accuracy = ")
        .contains(" ± ");
  }

  @Test
  void sweepsTheStrength() {
    JsonNode json = Vit.run("probe", train, "--test", test, "--sweep", "--json").json();
    assertThat(json.get("sweep").size()).isBetween(13, 15);
    assertThat(json.get("c").asDouble()).isBetween(1e-6, 1e6);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "TRAIN -C 0 | 2 | C must be above 0",
        "TRAIN --head tree | 2 | unknown head 'tree': use logreg, knn",
        "TRAIN --head adapter | 2 | --head adapter needs --text-features FILE",
        "TRAIN --head knn --sweep | 2 | --sweep is for logreg",
        "TRAIN --head knn --metric far | 2 | --metric: unknown value 'far': use one of cosine, euclidean",
        "TRAIN --head knn -k 100 | 2 | k is 100, but",
        "TRAIN --shots 2 | 2 | it needs --test",
        "TRAIN --shots 90 --test TEST | 2 | a class with only 20 samples: use at most 20 shots",
        "TRAIN --seeds 2 | 2 | --seeds needs --shots",
        "TRAIN -j 0 | 2 | --threads must be at least 1",
        "TEXT | 2 | has no labels: embed a data set",
        "TRAIN --test TEXT | 2 | has no labels: embed a data set",
        "TRAIN --test none.npz | 1 | none.npz: cannot be read: no such file",
      })
  void mistakesAreOneLine(String words, int code, String message) {
    String line = words.replace("TRAIN", train).replace("TEST", test).replace("TEXT", text);
    Vit vit = Vit.run(("probe " + line).split(" ", -1));
    assertThat(vit.err()).contains(message);
    assertThat(vit.err().lines().filter(l -> l.startsWith("vit: "))).hasSize(1);
    assertThat(vit.code()).isEqualTo(code);
  }

  @Test
  void featuresOfAnotherModelAreRefused() throws IOException {
    String mine =
        write("mine", 30, 1, true, Map.of("vit4j.model", "vit", "vit4j.fingerprint", "a"));
    String theirs =
        write("theirs", 30, 1, true, Map.of("vit4j.model", "clip", "vit4j.fingerprint", "b"));
    Vit vit = Vit.run("probe", mine, "--test", theirs);
    assertThat(vit.code()).isEqualTo(2);
    assertThat(vit.err())
        .contains(
            "have features of different models, clip and vit: embed both with the same model");
    Path broken = Files.writeString(dir.resolve("broken.safetensors"), "nothing");
    assertThat(Vit.run("probe", broken.toString()).code()).isEqualTo(1);
  }
}
