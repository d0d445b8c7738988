package dev.vit4j.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vit4j.Fixture;
import dev.vit4j.data.Dataset;
import dev.vit4j.data.source.Datasets;
import dev.vit4j.distributed.Ranks;
import dev.vit4j.image.Image;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.task.Evaluator;
import dev.vit4j.task.Measure;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Three ranks that share an evaluation get the numbers of one process, for each task. */
class SharedEvaluationTest {
  private static final String CLIP =
      """
      task: contrastive
      model: clip
      model_args: {img_size: 28, in_chans: 1, embed_dim: 16, vision_patch_size: 7, vision_width: 32,
        vision_layers: 1, vision_head_width: 8, text_width: 16, text_heads: 2, text_layers: 1}
      mean: [0.1307]
      std: [0.3081]
      val_split: 0.5
      """;

  @TempDir Path dir;

  private Recipe recipe(String task) throws IOException {
    return switch (task) {
      case "classification" -> Digits.recipe();
      case "zero-shot" -> Recipe.parse(task, CLIP + "data: mnist-sample\n");
      case "retrieval" ->
          Recipe.parse(task, CLIP + "data: captions\n").with("data_dir", pairs().toString());
      case "segmentation" -> Shapes.recipe(Shapes.write(dir.resolve("data")), dir);
      case "multitask" ->
          Shapes.recipe(Shapes.write(dir.resolve("data")), dir)
              .with(
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
                          1)));
      case "depth" ->
          Recipe.parse(
                  task,
                  """
                  task: depth
                  data: nyu-depth-v2
                  model: vit_seg
                  model_args: {img_size: 32, patch_size: 4, embed_dim: 32, depth: 1, num_heads: 2}
                  """)
              .with("data_dir", Fixture.path("18-depth").toString());
      default -> throw new IllegalArgumentException(task);
    };
  }

  /** A table of images of digits with captions, some of which are equal. */
  private Path pairs() throws IOException {
    StringBuilder csv = new StringBuilder("filepath,title\n");
    Dataset digits = Datasets.open("mnist-sample", null).train();
    for (int i = 0; i < 60; i++) {
      Image image = digits.image(i);
      ImageIO.write(image.toBufferedImage(), "png", dir.resolve(i + ".png").toFile());
      csv.append("%d.png,digit number %d\n".formatted(i, i % 20));
    }
    return Files.writeString(dir.resolve("pairs.csv"), csv.toString());
  }

  private static Map<String, Double> measured(Recipe recipe, Ranks ranks) throws IOException {
    Setup setup = Setup.open(recipe, Progress.quiet(), ranks);
    try {
      Measure measure =
          setup.task().measure(setup.model(), setup.input(), setup.test(), Device.CPU);
      new Evaluator(3, 2, Device.CPU, Precision.F32, ranks)
          .run(measure, setup.model(), setup.input(), setup.test());
      assertThat(measure.evaluation(setup.test().classes()).values()).isEqualTo(measure.values());
      return measure.values();
    } finally {
      setup.model().close();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"classification", "zero-shot", "retrieval", "segmentation", "multitask", "depth"})
  void sameNumbers(String task) throws IOException {
    Recipe recipe = recipe(task);
    Map<String, Double> alone = measured(recipe, Ranks.alone());
    assertThat(alone.get("loss")).isFinite();
    List<Map<String, Double>> ranks = Together.run(3, r -> measured(recipe, r));
    assertThat(ranks).containsOnly(alone);
  }
}
