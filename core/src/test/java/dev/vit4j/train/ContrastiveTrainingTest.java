package dev.vit4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.Labels;
import dev.vit4j.data.source.Datasets;
import dev.vit4j.image.Image;
import dev.vit4j.infer.Answering;
import dev.vit4j.model.EncodesText;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.task.contrastive.Contrastive;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole trainings of small models of images and texts. */
class ContrastiveTrainingTest {
  @TempDir Path dir;

  private Recipe recipe() throws IOException {
    return Recipe.parse(
            "clip",
            """
            task: contrastive
            data: mnist-sample
            model: clip
            model_args: {img_size: 28, in_chans: 1, embed_dim: 16, vision_patch_size: 7, vision_width: 32,
              vision_layers: 2, vision_head_width: 8, text_width: 16, text_heads: 2, text_layers: 1}
            templates: ["a photo of the number {c}.", "{}"]
            epochs: 2
            batch_size: 50
            lr: 0.003
            sched: constant
            mean: [0.1307]
            std: [0.3081]
            compute_workers: 1
            """)
        .with("output", dir.resolve("runs").toString());
  }

  @Test
  void learnsTheDigitsFromCaptions() throws IOException {
    Run run = Trainer.run(recipe(), Progress.quiet());
    assertThat(run.decides().key()).isEqualTo("top1");
    assertThat(run.val("top1")).isGreaterThan(60);
    assertThat(run.test("top1")).isGreaterThan(60);
    assertThat(run.test("top5")).isGreaterThan(run.test("top1"));
    assertThat(Files.readString(run.folder().resolve("log.csv")))
        .startsWith("epoch,train_loss,val_loss,val_top1,val_top5,lr,");
    assertThat(run.folder().resolve("report.html")).exists();
    try (WeightsFolder.Loaded loaded = WeightsFolder.open(run.best())) {
      assertThat(loaded.task()).isEqualTo("contrastive");
      assertThat(loaded.metadata()).containsEntry("templates", "a photo of the number {c}.\n{}");
      Tensor scale = loaded.model().as(EncodesText.class).logitScale();
      assertThat(scale.item()).isBetween(1.0, 100.001);
    }
    Dataset test = Datasets.open("mnist-sample", null).test();
    try (Answering<?> answering =
        new Contrastive().answering(WeightsFolder.open(run.best()), Device.CPU, null, 1, 3)) {
      assertThat(answers(answering, test.image(0)))
          .hasSize(4)
          .first()
          .isEqualTo("Top predictions:");
    }
  }

  private static <A> List<String> answers(Answering<A> answering, Image image) {
    return answering.lines(answering.answers(List.of(image)).get(0));
  }

  /** Images of digits with captions in a table; the digits of a row have one caption. */
  private Path pairs() throws IOException {
    Dataset digits = Datasets.open("mnist-sample", null).train();
    StringBuilder csv = new StringBuilder("filepath,title\n");
    for (int i = 0; i < 1000; i++) {
      int index = (i * 997) % digits.size();
      String name = "images/%d.png".formatted(i);
      Path file = dir.resolve(name);
      Files.createDirectories(file.getParent());
      ImageIO.write(digits.image(index).toBufferedImage(), "png", file.toFile());
      int label = Labels.of(digits).label(index);
      csv.append("%s,the digit %d\n".formatted(name, label));
    }
    return Files.writeString(dir.resolve("pairs.csv"), csv.toString());
  }

  @Test
  void learnsPairsAndMeasuresRetrieval() throws IOException {
    Recipe recipe =
        recipe()
            .with(
                Map.of(
                    "data",
                    "captions",
                    "data_dir",
                    pairs().toString(),
                    "batch_size",
                    20,
                    "grad_accum",
                    2,
                    "epochs",
                    8));
    Run run = Trainer.run(recipe, Progress.quiet());
    assertThat(run.decides().key()).isEqualTo("image_to_text_R@1");
    assertThat(run.test("image_to_text_R@1")).isGreaterThan(30);
    assertThat(run.test("image_to_text_R@5")).isGreaterThan(run.test("image_to_text_R@1"));
    assertThat(run.test("text_to_image_R@1")).isBetween(0.0, 100.0);
    assertThat(Files.readString(run.folder().resolve("log.csv")))
        .contains("val_image_to_text_R@1,val_image_to_text_R@5")
        .contains("val_text_to_image_R@10");
    assertThat(Files.readString(run.folder().resolve("report.html")))
        .contains("Captions found for images");
  }

  /** A locked image tower keeps its weights (LiT). */
  @Test
  void aFrozenTowerKeepsItsWeights() throws IOException {
    Run first = Trainer.run(recipe().with("epochs", 1), Progress.quiet());
    Recipe locked =
        recipe()
            .with("epochs", 1)
            .with("init", first.best().toString())
            .with("freeze", "visual")
            .with("weight_decay", 0.1);
    Run run = Trainer.run(locked, Progress.quiet());
    try (WeightsFolder.Loaded before = WeightsFolder.open(first.best());
        WeightsFolder.Loaded after = WeightsFolder.open(run.best())) {
      Map<String, Tensor> old = before.model().state();
      after
          .model()
          .state()
          .forEach(
              (name, t) -> {
                boolean same = Arrays.equals(t.toFloats(), old.get(name).toFloats());
                assertThat(same).as(name).isEqualTo(name.startsWith("visual"));
              });
    }
  }

  @Test
  void weightsOfAnotherActivationAreRefused() throws IOException {
    Run first = Trainer.run(recipe().with("epochs", 1), Progress.quiet());
    Recipe other =
        recipe().with("init", first.best().toString()).with("model_args.quick_gelu", true);
    assertThatThrownBy(() -> Trainer.run(other, Progress.quiet()))
        .hasMessageContaining("trained with quick_gelu false, but the model has true");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "templates|a photo|is neither a template with {c}, nor openai",
        "batch_size|1|batch_size 1 has no other captions",
        "smoothing|0.1|for other tasks",
        "mixup|0.2|captions cannot be mixed",
        "contrastive_loss|siglip|needs a logit bias",
        "model|vit_mnist_1850|is a model for classification, not for contrastive",
        "model_args.vocab_size|1000|vocab_size of the model is 1,000",
        "freeze|backbone|has no head to train",
      })
  void refusesWhatDoesNotFitInOneLine(String key, String value, String message) throws IOException {
    Recipe recipe = recipe();
    assertThatThrownBy(() -> Trainer.run(recipe.with(key, value), Progress.quiet()))
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
    assertThat(dir.resolve("runs")).doesNotExist();
  }

  @Test
  void captionsAreNoClasses() throws IOException {
    Recipe recipe =
        Digits.recipe()
            .with(Map.of("data", "captions", "data_dir", pairs().toString()))
            .with("output", dir.toString());
    assertThatThrownBy(() -> Trainer.run(recipe, Progress.quiet()))
        .hasMessageContaining("is a data set for contrastive, not for classification");
    assertThat(List.of(dir.toFile().list())).doesNotContain("classification");
  }
}
