package dev.vit4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.data.Masks;
import dev.vit4j.image.Image;
import dev.vit4j.infer.PatchAnswer;
import dev.vit4j.infer.PatchSegmenter;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.weights.ModelSource;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Both outputs are learned together; a frozen backbone stays as it is, to the last bit. */
class MultitaskTrainingTest {
  @TempDir Path dir;
  private Path data;

  @BeforeEach
  void writeImages() throws IOException {
    data = Shapes.write(dir.resolve("data"));
  }

  private Recipe recipe(Map<String, ?> more) {
    Map<String, Object> changes =
        new HashMap<>(
            Map.of(
                "task",
                "multitask",
                "model",
                "multitask_vit",
                "model_args",
                Map.of(
                    "img_size",
                    32,
                    "patch_size",
                    8,
                    "masks_per_patch",
                    2,
                    "backbone",
                    "resnet20_cifar",
                    "depth",
                    1,
                    "dim_feedforward",
                    64,
                    "mask_hidden",
                    64,
                    "mask_dropout",
                    0.1,
                    "pos_embed",
                    "sincos2d"),
                "lr",
                0.002,
                "epochs",
                20));
    changes.putAll(more);
    return Shapes.recipe(data, dir.resolve("runs")).with(changes);
  }

  @Test
  void learnsClassesOfPatchesAndTheirMasks() throws IOException {
    Run run = Trainer.run(recipe(Map.of()), Progress.quiet());
    assertThat(run.test("pixel_accuracy")).isGreaterThan(0.8);
    assertThat(run.test("miou")).isGreaterThan(0.55);
    assertThat(run.test("patch_map")).isGreaterThan(0.8);
    assertThat(run.test("patch_f1")).isGreaterThan(0.7);
    try (PatchSegmenter segmenter = PatchSegmenter.open(run.folder())) {
      Image image = Shapes.ALL.image(39);
      PatchAnswer answer = segmenter.predict(image);
      int[] labels = segmenter.labels(answer);
      int[] truth = Masks.labels(Shapes.ALL.mask(39));
      long right = IntStream.range(0, 1024).filter(i -> labels[i] == truth[i]).count();
      assertThat(right).isGreaterThan(700);
      Image large = segmenter.mask(answer, 64, 96);
      assertThat(large.width()).isEqualTo(96);
      assertThat(segmenter.mask(answer, 32, 32).pixels()).hasSize(1024);
    }
  }

  /** In training mode, neither the weights nor the statistics of its norms change. */
  @Test
  void frozenBackboneIsBitIdenticalAfterAnEpoch() throws IOException {
    Run first = Trainer.run(recipe(Map.of("epochs", 1)), Progress.quiet());
    Run second =
        Trainer.run(
            recipe(
                Map.of(
                    "epochs",
                    1,
                    "init",
                    first.folder().toString(),
                    "freeze",
                    List.of("backbone."))),
            Progress.quiet());
    try (WeightsFolder.Loaded before = ModelSource.open(first.folder());
        WeightsFolder.Loaded after = ModelSource.open(second.folder())) {
      Map<String, Tensor> theirs = after.model().state();
      int changed = 0;
      for (Map.Entry<String, Tensor> e : before.model().state().entrySet()) {
        boolean same =
            Arrays.equals(e.getValue().toBytes().array(), theirs.get(e.getKey()).toBytes().array());
        if (e.getKey().startsWith("backbone.")) {
          assertThat(same).as(e.getKey()).isTrue();
        } else {
          changed += same ? 0 : 1;
        }
      }
      assertThat(changed).isGreaterThan(10);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "model | vit_mnist_1850 | vit_mnist_1850 is a model for classification, not for multitask",
        "task | segmentation | multitask_vit is a model for multitask, not for segmentation",
        "smoothing | 0.1 | smoothing is for classes that exclude each other",
        "aa | rand-m9-n2 | does not transform masks: leave it out for multitask",
      })
  void whatDoesNotFitIsOneLine(String key, String value, String message) {
    Object parsed = value.matches("[\\d.]+") ? Double.valueOf(value) : value;
    Map<String, Object> change =
        key.equals("model") ? Map.of(key, parsed, "model_args", Map.of()) : Map.of(key, parsed);
    assertThatThrownBy(() -> Trainer.run(recipe(change), Progress.quiet()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }
}
