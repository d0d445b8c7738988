package dev.vit4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.Fixture;
import dev.vit4j.data.Dataset;
import dev.vit4j.data.Depths;
import dev.vit4j.data.source.DataSpec;
import dev.vit4j.data.source.Datasets;
import dev.vit4j.format.FormatException;
import dev.vit4j.image.Image;
import dev.vit4j.image.PixelValues;
import dev.vit4j.infer.DepthAnswering;
import dev.vit4j.infer.DepthEstimator;
import dev.vit4j.input.ModelInput;
import dev.vit4j.metric.DepthResult;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.task.Evaluation;
import dev.vit4j.task.Evaluator;
import dev.vit4j.task.catalog.Tasks;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Precision;
import dev.vit4j.weights.WeightsFolder;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole trainings on made-up scenes whose depth follows from their brightness. */
class DepthTrainingTest {
  @TempDir Path dir;

  private Recipe recipe() {
    try {
      return Recipe.parse(
              "scenes",
              """
              task: depth
              data: nyu-depth-v2
              model: vit_seg
              model_args: {img_size: 32, patch_size: 4, embed_dim: 32, depth: 1, num_heads: 2}
              epochs: 12
              batch_size: 4
              opt: adamw
              lr: 0.01
              sched: cosine
              hflip: 0.5
              workers: 0
              compute_workers: 2
              """)
          .with("data_dir", Fixture.path("18-depth").toString())
          .with("output", dir.resolve("runs").toString());
    } catch (FormatException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Dataset test() throws IOException {
    return Datasets.open(DataSpec.of("nyu-depth-v2", Fixture.path("18-depth")), note -> {}).test();
  }

  /** The error of the best constant, which knows the mean of the test set. */
  private static double constantRmse() throws IOException {
    double sum = 0;
    double squares = 0;
    long count = 0;
    Dataset test = test();
    for (int i = 0; i < test.size(); i++) {
      for (float t : PixelValues.numbers(Depths.of(test).depths(i))) {
        if (Depths.isKnown(t)) {
          sum += t;
          squares += (double) t * t;
          count++;
        }
      }
    }
    return Math.sqrt(squares / count - Math.pow(sum / count, 2));
  }

  @ParameterizedTest
  @CsvSource({"silog", "l1"})
  void learnsDepthsFromBrightness(String loss) throws IOException {
    Run run = Trainer.run(recipe().with("depth_loss", loss), Progress.quiet());
    assertThat(run.decides().key()).isEqualTo("rmse");
    assertThat(run.test("rmse")).isLessThan(0.6 * constantRmse());
    assertThat(run.test("delta1")).isGreaterThan(0.6).isLessThanOrEqualTo(run.test("delta2"));
    List<String> log = Files.readAllLines(run.folder().resolve("log.csv"));
    assertThat(log.get(0))
        .isEqualTo(
            "epoch,train_loss,train_delta1,val_loss,val_rmse,val_abs_rel,val_delta1,val_delta2,val_delta3,lr,seconds,images_per_second,data_wait");
    assertThat(Files.readString(run.folder().resolve("report.html")))
        .contains("test RMSE", "test AbsRel", "Worst images");
    for (String file : List.of("batch.png", "curves.png", "worst.png")) {
      assertThat(run.folder().resolve(file)).isNotEmptyFile();
    }
    try (WeightsFolder.Loaded loaded = WeightsFolder.open(run.best())) {
      Evaluation again =
          Tasks.of(loaded)
              .evaluate(
                  new Evaluator(3, 2, Device.CPU, Precision.F32),
                  loaded,
                  ModelInput.pictures(loaded.preprocess()),
                  test());
      assertThat(again.values()).isEqualTo(run.test());
      assertThat(again.toMap())
          .containsOnlyKeys(
              "data", "count", "pixels", "rmse", "abs_rel", "delta1", "delta2", "delta3", "loss");
    }
    DepthResult result = new DepthResult();
    try (DepthEstimator estimator = DepthEstimator.open(run.best())) {
      Dataset test = test();
      for (int i = 0; i < test.size(); i++) {
        result.add(PixelValues.numbers(Depths.of(test).depths(i)), estimator.depths(test.image(i)));
      }
      assertThat(result.rmse()).isCloseTo(run.test("rmse"), within(1e-5));
      drawsMillimeters(new DepthAnswering(estimator), test.image(0));
    }
  }

  private static void drawsMillimeters(DepthAnswering answering, Image image) throws IOException {
    float[] answer = answering.answers(List.of(answering.fit(() -> image))).get(0);
    BufferedImage drawn = answering.drawings().get("masks").of(image, answer);
    assertThat(drawn.getType()).isEqualTo(BufferedImage.TYPE_USHORT_GRAY);
    assertThat(drawn.getRaster().getSample(5, 9, 0))
        .isEqualTo((int) Math.round(1000 * Math.exp(answer[9 * 32 + 5])));
    assertThat(answering.lines(answer).get(0)).matches(" +depth: [\\d.]+ to [\\d.]+ m, median .*");
    assertThat(answering.drawings().get("plot").of(image, answer).getWidth()).isGreaterThan(400);
  }

  @Test
  void interruptionsAndWorkersChangeNoBit() throws IOException {
    Recipe recipe = recipe().with("epochs", 2).with("train_crop", "rrc");
    Run whole = Trainer.run(recipe, Progress.quiet());
    Run stopped = Trainer.run(recipe.with("workers", 2), ResumeTest.stopAfter(10));
    Run resumed = Trainer.resume(stopped.folder(), Progress.quiet());
    assertThat(SavedTensors.of(RunFolder.last(resumed.folder())))
        .isEqualTo(SavedTensors.of(RunFolder.last(whole.folder())));
    assertThat(resumed.test()).isEqualTo(whole.test());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mixup | 0.2 | mixup and cutmix mix the labels of whole images: leave them at 0 for depth",
        "dice | 0.5 | smoothing, dice and class_weights are for classes: leave them out for depth",
        "aa | rand-m9 | aa rand-m9 does not transform masks: leave it out for depth",
        "data | mnist-sample | is a data set for classification, not for depth"
      })
  void refusesWhatDoesNotFit(String key, String value, String reason) {
    Recipe recipe =
        recipe()
            .with(key, value.matches("[\\d.]+") ? (Object) Double.valueOf(value) : value)
            .with("data_dir", key.equals("data") ? null : Fixture.path("18-depth").toString());
    assertThatThrownBy(() -> Trainer.run(recipe, Progress.quiet()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }
}
