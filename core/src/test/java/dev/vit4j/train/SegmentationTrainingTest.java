package dev.vit4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.Masks;
import dev.vit4j.data.source.DataSpec;
import dev.vit4j.data.source.Datasets;
import dev.vit4j.image.Image;
import dev.vit4j.infer.SegmentAnswering;
import dev.vit4j.infer.Segmenter;
import dev.vit4j.input.ModelInput;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.task.Evaluation;
import dev.vit4j.task.Evaluator;
import dev.vit4j.task.catalog.Tasks;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Precision;
import dev.vit4j.weights.WeightsFolder;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whole trainings of segmentation models on small images. */
class SegmentationTrainingTest {
  private static final String COLUMNS =
      "epoch,train_loss,train_pixel_accuracy,val_loss,val_miou,val_pixel_accuracy,lr,seconds,images_per_second,data_wait";

  @TempDir Path dir;
  private Path data;

  @BeforeEach
  void write() throws IOException {
    data = Shapes.write(dir.resolve("data"));
  }

  private Recipe recipe() {
    return Shapes.recipe(data, dir.resolve("runs"));
  }

  private Recipe recipe(String model) {
    return model.equals("vit_seg")
        ? recipe()
        : recipe()
            .with("model", model)
            .with("model_args", Map.of("width", 8, "layers", List.of(1, 1)));
  }

  /** The columns of the log, by name. */
  private static Map<String, double[]> log(Run run) throws IOException {
    List<String> lines = Files.readAllLines(run.folder().resolve("log.csv"));
    assertThat(lines.get(0)).isEqualTo(COLUMNS);
    String[] names = lines.get(0).split(",", -1);
    Map<String, double[]> columns = new HashMap<>();
    for (int c = 0; c < names.length; c++) {
      int column = c;
      columns.put(
          names[c],
          lines.stream()
              .skip(1)
              .mapToDouble(line -> Double.parseDouble(line.split(",", -1)[column]))
              .toArray());
    }
    return columns;
  }

  @ParameterizedTest
  @ValueSource(strings = {"vit_seg", "fcn_resnet18_cifar"})
  void learnsTheShapes(String model) throws IOException {
    Run run = Trainer.run(recipe(model), Progress.quiet());
    Map<String, double[]> log = log(run);
    double[] loss = log.get("train_loss");
    assertThat(loss).hasSize(8);
    assertThat(loss[7]).isLessThan(0.7 * loss[0]);
    assertThat(run.val("miou")).isGreaterThan(0.7);
    assertThat(run.test("miou")).isGreaterThan(0.7);
    assertThat(run.test("pixel_accuracy")).isGreaterThan(0.85);
    int best =
        IntStream.range(0, 8)
            .boxed()
            .max(
                Comparator.comparingDouble((Integer i) -> log.get("val_miou")[i])
                    .thenComparing(i -> -log.get("val_loss")[i]))
            .orElseThrow();
    assertThat(run.bestEpoch()).isEqualTo(best + 1);
    assertThat(run.val("miou")).isEqualTo(log.get("val_miou")[best]);
    assertThat(run.decides().key()).isEqualTo("miou");

    JsonNode result = JsonMapper.shared().readTree(run.folder().resolve("result.json"));
    assertThat(result.propertyNames())
        .containsExactlyInAnyOrder(
            "best_epoch",
            "val_miou",
            "val_pixel_accuracy",
            "val_loss",
            "test_miou",
            "test_pixel_accuracy",
            "test_loss",
            "epochs",
            "seconds");
    assertThat(result.get("test_miou").asDouble()).isEqualTo(run.test("miou"));
    assertThat(Files.readString(run.folder().resolve("report.html")))
        .contains("test mean IoU", "By class", "Worst images", "Confusion of pixels")
        .doesNotContain("http");
    for (String file : List.of("batch.png", "curves.png", "confusion.png", "worst.png")) {
      assertThat(run.folder().resolve(file)).isNotEmptyFile();
    }
  }

  /** As bench/peers/miou.py counts them: from the PNG files, with nothing of ours but the masks. */
  @ParameterizedTest
  @ValueSource(strings = {"vit_seg", "fcn_resnet18_cifar"})
  void thePredictedFilesGiveTheMeanIouOfTheTest(String model) throws IOException {
    Run run = Trainer.run(recipe(model).with("epochs", 2), Progress.quiet());
    Dataset test =
        Datasets.open(DataSpec.of(Datasets.SEGMENTATION_FOLDER, data), note -> {}).test();
    long[][] counts = new long[3][3];
    try (SegmentAnswering answering = new SegmentAnswering(Segmenter.open(run.best()))) {
      for (int i = 0; i < test.size(); i++) {
        Image image = test.image(i);
        float[] answer = answering.answers(List.of(answering.fit(() -> image))).get(0);
        int[] predicted = indices(answering.drawings().get("masks").of(image, answer));
        byte[] labels = Masks.of(test).mask(i).pixels();
        for (int p = 0; p < labels.length; p++) {
          if (labels[p] != (byte) 255) {
            counts[labels[p]][predicted[p]]++;
          }
        }
      }
    }
    double sum = 0;
    for (int c = 0; c < 3; c++) {
      long union = -counts[c][c];
      for (int o = 0; o < 3; o++) {
        union += counts[c][o] + counts[o][c];
      }
      sum += (double) counts[c][c] / union;
    }
    assertThat(sum / 3).isEqualTo(run.test("miou"));
    try (WeightsFolder.Loaded loaded = WeightsFolder.open(run.best())) {
      assertThat(loaded.task()).isEqualTo("segmentation");
      Evaluation again =
          Tasks.of(loaded)
              .evaluate(
                  new Evaluator(4, 3, Device.CPU, Precision.F32),
                  loaded,
                  ModelInput.pictures(loaded.preprocess()),
                  test);
      assertThat(again.values().get("miou")).isEqualTo(sum / 3);
    }
  }

  /** The palette indices of a mask after a PNG file has stored it. */
  private static int[] indices(BufferedImage mask) throws IOException {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(mask, "png", png);
    BufferedImage read = ImageIO.read(new ByteArrayInputStream(png.toByteArray()));
    assertThat(read.getColorModel()).isInstanceOf(IndexColorModel.class);
    return read.getRaster().getSamples(0, 0, read.getWidth(), read.getHeight(), 0, (int[]) null);
  }

  private static void assertSame(Run actual, Run expected) throws IOException {
    assertThat(SavedTensors.of(RunFolder.last(actual.folder())))
        .isEqualTo(SavedTensors.of(RunFolder.last(expected.folder())));
    assertThat(SavedTensors.of(actual.best())).isEqualTo(SavedTensors.of(expected.best()));
    Map<String, double[]> log = log(actual);
    for (String column : COLUMNS.split(",seconds", -1)[0].split(",", -1)) {
      assertThat(log.get(column)).as(column).isEqualTo(log(expected).get(column));
    }
    assertThat(actual.bestEpoch()).isEqualTo(expected.bestEpoch());
    assertThat(actual.test()).isEqualTo(expected.test());
  }

  @ParameterizedTest
  @ValueSource(strings = {"vit_seg", "fcn_resnet18_cifar"})
  void loadersAndInterruptionsChangeNoBit(String model) throws IOException {
    Recipe recipe =
        recipe(model)
            .with(Map.of("epochs", 3, "train_crop", "rrc", "color_jitter", 0.2, "ema", 0.9));
    Run whole = Trainer.run(recipe, Progress.quiet());
    assertSame(Trainer.run(recipe.with("workers", 2), Progress.quiet()), whole);
    Run stopped = Trainer.run(recipe, ResumeTest.stopAfter(10)); // in the middle of the second
    assertThat(stopped.stopped()).isTrue();
    assertSame(Trainer.resume(stopped.folder(), Progress.quiet()), whole);
  }

  /** Faults of the data that appear after the check: the folder must be free for another try. */
  @Test
  void aFailedStartGivesTheRunsLockBack() throws IOException {
    Recipe recipe =
        recipe().with(Map.of("epochs", 2, "class_weights", "balanced", "freeze", "backbone"));
    Run stopped = Trainer.run(recipe, ResumeTest.stopAfter(3));
    Path mask = data.resolve("train/masks/5.png");
    Path away = dir.resolve("5.png");
    Progress breaking =
        new Progress() {
          @Override
          public void stage(String line) {
            if (line.startsWith("Features: ")) { // the last thing said before the run is locked
              try {
                Files.move(mask, away);
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            }
          }
        };
    assertThatThrownBy(() -> Trainer.resume(stopped.folder(), breaking))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("train/masks/5.png");
    Files.move(away, mask);
    RunLock.take(stopped.folder()).close();
    Run resumed = Trainer.resume(stopped.folder(), Progress.quiet());
    assertThat(resumed.stopped()).isFalse();
    assertSame(resumed, Trainer.run(recipe, Progress.quiet()));
  }

  /** A backbone that is frozen keeps its bits; its classifier learns. */
  @Test
  void aFrozenBackboneTrainsTheClassifierAlone() throws IOException {
    Recipe recipe = recipe().with("epochs", 1).with("freeze", "backbone");
    Run one = Trainer.run(recipe, Progress.quiet());
    Run two = Trainer.run(recipe.with("epochs", 2), Progress.quiet());
    Map<String, ByteBuffer> first = SavedTensors.of(RunFolder.last(one.folder()));
    Map<String, ByteBuffer> second = SavedTensors.of(RunFolder.last(two.folder()));
    first.forEach(
        (name, bytes) -> {
          if (name.contains("classifier")) {
            assertThat(second.get(name)).as(name).isNotEqualTo(bytes);
          } else {
            assertThat(second.get(name)).as(name).isEqualTo(bytes);
          }
        });
  }
}
