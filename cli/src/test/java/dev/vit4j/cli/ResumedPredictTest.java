package dev.vit4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.source.Datasets;
import dev.vit4j.input.Preprocess;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code vit predict --resume}: an interruption loses and repeats nothing. */
class ResumedPredictTest {
  private static final int PICTURES = 12;

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
      WeightsFolder.writeConfig(
          weights, new WeightsFolder.Loaded(model, preprocess, List.of("zero, \"null\"", "one")));
      WeightsFolder.writeWeights(weights, model, Map.of());
    }
    pictures = Files.createDirectories(dir.resolve("some, \"odd\" pictures"));
    Dataset test = Datasets.open(Datasets.SAMPLE, null).test();
    for (int i = 0; i < PICTURES; i++) {
      Path file = pictures.resolve("%02d.png".formatted(i));
      ImageIO.write(test.image(i).toBufferedImage(), "png", file.toFile());
    }
    Files.write(pictures.resolve("05.png"), new byte[] {1, 2, 3}); // a broken one
  }

  private Vit predict(String csv, String jsonl, String... more) {
    String[] words = {
      "predict",
      weights.toString(),
      pictures.toString(),
      "--topk",
      "3",
      "--batch-size",
      "4",
      "--csv",
      dir.resolve(csv).toString(),
      "--jsonl",
      dir.resolve(jsonl).toString()
    };
    String[] all = Arrays.copyOf(words, words.length + more.length);
    System.arraycopy(more, 0, all, words.length, more.length);
    return Vit.run(all);
  }

  @Test
  void goesOnWhereverItWasCut() throws IOException {
    assertThat(predict("whole.csv", "whole.jsonl").code()).isEqualTo(1);
    byte[] csv = Files.readAllBytes(dir.resolve("whole.csv"));
    byte[] jsonl = Files.readAllBytes(dir.resolve("whole.jsonl"));
    assertThat(Files.readAllLines(dir.resolve("whole.jsonl"))).hasSize(PICTURES);
    for (double share : new double[] {0, 0.01, 0.2, 0.41, 0.5, 0.77, 0.999, 1}) {
      Path csvPart = dir.resolve("cut.csv.part");
      Path jsonlPart = dir.resolve("cut.jsonl.part");
      Files.write(csvPart, Arrays.copyOf(csv, (int) (csv.length * share)));
      Files.write(jsonlPart, Arrays.copyOf(jsonl, (int) (jsonl.length * (1 - share / 2))));
      Vit vit = predict("cut.csv", "cut.jsonl", "--resume");
      assertThat(vit.err()).doesNotContain("Exception");
      assertThat(dir.resolve("cut.csv")).hasBinaryContent(csv);
      assertThat(dir.resolve("cut.jsonl")).hasBinaryContent(jsonl);
      assertThat(csvPart).doesNotExist();
      assertThat(jsonlPart).doesNotExist();
      Files.delete(dir.resolve("cut.csv"));
      Files.delete(dir.resolve("cut.jsonl"));
    }
  }

  @Test
  void saysHowManyPicturesItSkipsAndHowManyFailed() throws IOException {
    predict("a.csv", "a.jsonl");
    Files.move(dir.resolve("a.csv"), dir.resolve("a.csv.part"));
    Files.move(dir.resolve("a.jsonl"), dir.resolve("a.jsonl.part"));
    Vit vit = predict("a.csv", "a.jsonl", "--resume");
    assertThat(vit.code()).isEqualTo(1); // the broken one is among the first
    assertThat(vit.err()).contains("resuming after 8 images", "vit: 1 image could not be read");
    assertThat(predict("b.csv", "b.jsonl").err()).contains("vit: 1 image could not be read");
  }

  @Test
  void refusesWhatItWouldSpoil() throws IOException {
    Path part = Files.writeString(dir.resolve("a.csv.part"), "left");
    Vit vit = predict("a.csv", "a.jsonl");
    assertThat(vit.code()).isEqualTo(1);
    assertThat(vit.err())
        .contains(part + " is left from an interrupted run: continue with --resume");
    Files.delete(part);

    predict("a.csv", "a.jsonl");
    Files.move(dir.resolve("a.csv"), part);
    Files.move(dir.resolve("a.jsonl"), dir.resolve("a.jsonl.part"));
    Files.delete(pictures.resolve("00.png"));
    vit = predict("a.csv", "a.jsonl", "--resume");
    assertThat(vit.code()).isEqualTo(1);
    assertThat(vit.err()).contains("is of other images: ", "00.png: delete it");

    vit = Vit.run("predict", weights.toString(), pictures.toString(), "--resume");
    assertThat(vit.code()).isEqualTo(2);
    assertThat(vit.err()).contains("--resume continues a file");
  }
}
