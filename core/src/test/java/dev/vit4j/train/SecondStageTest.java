package dev.vit4j.train;

import static dev.vit4j.TensorAssert.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.Fixture;
import dev.vit4j.data.Batch;
import dev.vit4j.data.Column;
import dev.vit4j.input.ModelInput;
import dev.vit4j.input.Preprocess;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.optim.Gradients;
import dev.vit4j.optim.Optimizer;
import dev.vit4j.optim.Optimizers;
import dev.vit4j.recipe.DataKeys;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.task.Task;
import dev.vit4j.task.classification.ClassificationObjective;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training goes on from other weights, with all but some parts frozen. */
class SecondStageTest {
  @TempDir Path output;

  private Recipe recipe() {
    return Digits.recipe()
        .with(
            Map.of(
                "output",
                output.toString(),
                "epochs",
                1,
                "val_split",
                0.8,
                "compute_workers",
                2,
                "weight_decay",
                0.1,
                "ema",
                0.9));
  }

  /** Remembers the remarks. */
  private static final class Stages implements Progress {
    final List<String> lines = new ArrayList<>();

    @Override
    public void stage(String line) {
      lines.add(line);
    }
  }

  private static Map<String, Tensor> weights(Path folder) throws IOException {
    return WeightsFolder.read(folder.resolve(WeightsFolder.WEIGHTS));
  }

  @Test
  void onlyTheNamedPartsChange() throws IOException {
    Run first = Trainer.run(recipe(), Progress.quiet());
    Recipe second =
        recipe()
            .with("init", first.folder().toString())
            .with("unfreeze", "head,norm.bias")
            .with("name", "second")
            .with("model_args.drop_path_rate", 0.5); // frozen blocks leave nothing out
    Stages stages = new Stages();
    Run run = Trainer.run(second, stages);
    assertThat(stages.lines)
        .contains("Weights loaded: " + first.folder())
        .anyMatch(line -> line.contains("1,850 parameters, 98 trainable"));
    Map<String, Tensor> before = weights(first.best());
    Map<String, Tensor> after = weights(run.best());
    assertThat(after.keySet()).isEqualTo(before.keySet());
    after.forEach(
        (name, t) -> {
          if (name.startsWith("head.") || name.equals("norm.bias")) {
            assertThat(t.sub(before.get(name)).maxAbs()).as(name).isPositive();
          } else {
            assertSameBits(name, t, before.get(name));
          }
        });
  }

  @Test
  void weightsComeFromAFolderOrAFileToo() throws IOException {
    Run first = Trainer.run(recipe(), Progress.quiet());
    Recipe again = recipe().with("unfreeze", "head").with("name", "again");
    Map<String, Tensor> before = weights(first.best());
    for (Path source : List.of(first.best(), first.best().resolve(WeightsFolder.WEIGHTS))) {
      Run run = Trainer.run(again.with("init", source.toString()), Progress.quiet());
      assertSameBits("pos_embed", weights(run.best()).get("pos_embed"), before.get("pos_embed"));
    }
  }

  /** A weights folder of the digits' model whose pictures were normalised in its own way. */
  private Path normalisedBy(String name, int channels, double mean, double std) throws IOException {
    Path folder = output.resolve(name);
    try (Model model =
        Models.create("vit_mnist_1850", Map.of("in_chans", channels), Init.seeded(9))) {
      Preprocess preprocess =
          new Preprocess(
              channels,
              28,
              28,
              "bicubic",
              1.0,
              "squash",
              Collections.nCopies(channels, mean),
              Collections.nCopies(channels, std),
              "none");
      WeightsFolder.writeConfig(folder, new WeightsFolder.Loaded(model, preprocess, List.of()));
      WeightsFolder.writeWeights(folder, model, Map.of());
    }
    return folder;
  }

  private static List<String> normalised(Stages stages) {
    return stages.lines.stream().filter(line -> line.startsWith("Normalization")).toList();
  }

  @Test
  void picturesAreNormalisedAsForTheWeights() throws IOException {
    Path source = normalisedBy("half", 1, 0.5, 0.25);
    Recipe silent = recipe().with(Map.of("init", source.toString(), "mean", "none", "std", "none"));
    Stages stages = new Stages();
    Run run = Trainer.run(silent, stages);
    assertThat(normalised(stages))
        .containsExactly("Normalization from the initial weights: mean [0.5], std [0.25]");
    Recipe resolved = Recipe.load(run.folder().resolve(RunFolder.RECIPE));
    assertThat(resolved.find(DataKeys.MEAN)).contains(List.of(0.5));
    assertThat(resolved.find(DataKeys.STD)).contains(List.of(0.25));
    try (WeightsFolder.Loaded best = WeightsFolder.open(run.best())) {
      assertThat(best.preprocess().mean()).containsExactly(0.5);
    }
  }

  @Test
  void aResumeNormalisesAsBefore() throws IOException {
    Path source = normalisedBy("half", 1, 0.5, 0.25);
    Recipe silent =
        recipe()
            .with(Map.of("init", source.toString(), "mean", "none", "std", "none", "epochs", 2));
    Run whole = Trainer.run(silent, Progress.quiet());
    Run stopped =
        Trainer.run(
            silent.with("name", "stopped"),
            new Progress() {
              private int epochs;

              @Override
              public void epoch(EpochRow row, Task task, boolean best) {
                epochs++;
              }

              @Override
              public boolean stopRequested() {
                return epochs > 0;
              }
            });
    assertThat(stopped.stopped()).isTrue();
    Files.delete(source.resolve(WeightsFolder.CONFIG)); // nobody asks it again
    Stages stages = new Stages();
    Run resumed = Trainer.resume(stopped.folder(), stages);
    assertThat(normalised(stages)).isEmpty();
    Map<String, Tensor> expected = weights(RunFolder.last(whole.folder()));
    weights(RunFolder.last(resumed.folder()))
        .forEach((name, t) -> assertSameBits(name, t, expected.get(name)));
  }

  @Test
  void theRecipesWordCountsMoreThanTheWeights() throws IOException {
    Path source = normalisedBy("half", 1, 0.5, 0.25);
    Stages stages = new Stages();
    Run run = Trainer.run(recipe().with("init", source.toString()), stages);
    assertThat(normalised(stages))
        .containsExactly(
            "Normalization from the recipe, mean [0.1307], std [0.3081]; the initial weights use mean [0.5], std [0.25]");
    try (WeightsFolder.Loaded best = WeightsFolder.open(run.best())) {
      assertThat(best.preprocess().mean()).containsExactly(0.1307);
    }
    stages.lines.clear();
    Trainer.run(recipe().with(Map.of("init", run.folder().toString(), "name", "same")), stages);
    assertThat(normalised(stages)).isEmpty();
  }

  @Test
  void weightsOfOtherChannelsDoNotSay() throws IOException {
    Path source = normalisedBy("rgb", 3, 0.5, 0.25);
    Stages stages = new Stages();
    Trainer.run(
        recipe().with(Map.of("init", source.toString(), "mean", "none", "std", "none")), stages);
    assertThat(normalised(stages))
        .singleElement()
        .asString()
        .startsWith("Normalization from the data set, mean [0.1")
        .endsWith(": the initial weights have 3 channels, not 1");
  }

  @Test
  void otherClassesGetAFreshClassifier() throws IOException {
    Path source = output.resolve("twelve");
    try (Model twelve =
        Models.create("vit_mnist_1850", Map.of("num_classes", 12), Init.seeded(9))) {
      Preprocess preprocess =
          new Preprocess(1, 28, 28, "bicubic", 1.0, "squash", List.of(0.5), List.of(0.5), "none");
      WeightsFolder.writeConfig(source, new WeightsFolder.Loaded(twelve, preprocess, List.of()));
      WeightsFolder.writeWeights(source, twelve, Map.of());
    }
    Stages stages = new Stages();
    Recipe ten = recipe().with("init", source.toString()).with("unfreeze", "head");
    Run run = Trainer.run(ten, stages);
    assertThat(stages.lines)
        .contains(
            "Weights loaded: %s; it has 12 classes, the model 10: the classifier (head) is newly initialized"
                .formatted(source));
    Map<String, Tensor> before = weights(source);
    Map<String, Tensor> after = weights(run.best());
    assertThat(after.get("head.weight").shape()).containsExactly(10, 8);
    after.keySet().stream()
        .filter(name -> !name.startsWith("head."))
        .forEach(name -> assertSameBits(name, after.get(name), before.get(name)));
  }

  /** timm's weights for 32 pixels, patches of 8, RGB and 5 classes teach a model of digits. */
  @Test
  void anotherLibrarysWeightsBeginATraining() throws IOException {
    Path source = Fixture.path("01-timm-vit/hub_layout");
    Stages stages = new Stages();
    Recipe digits =
        recipe()
            .with("init", source.toString())
            .with("unfreeze", "head")
            .with("model_args.embed_dim", 24)
            .with("model_args.num_heads", 3)
            .with("model_args.mlp_ratio", 4);
    Run run = Trainer.run(digits, stages);
    assertThat(stages.lines)
        .contains(
            "Weights loaded: "
                + source
                + "; patch kernels resized to 7x7 pixels; patch_embed.proj.weight adapted from 3 to 1 channels; it has 5 classes, the model 10: the classifier (head) is newly initialized")
        .anyMatch(line -> line.contains("timm's names, 32 tensors; configuration: timm's"));
    Map<String, Tensor> before = weights(source);
    Map<String, Tensor> after = weights(run.best());
    for (String name : List.of("pos_embed", "blocks.1.attn.qkv.weight", "norm.bias")) {
      assertSameBits(name, after.get(name), before.get(name));
    }
    assertThat(after.get("patch_embed.proj.weight").shape()).containsExactly(24, 1, 7, 7);
  }

  @Test
  void resumeNeedsTheFirstWeightsNoMore() throws IOException {
    Run first = Trainer.run(recipe(), Progress.quiet());
    Recipe second = recipe().with("init", first.best().toString()).with("epochs", 2);
    Run whole = Trainer.run(second, Progress.quiet());
    Run stopped = Trainer.run(second, ResumeTest.stopAfter(3));
    Files.move(first.folder(), output.resolve("elsewhere"));
    Run resumed = Trainer.resume(stopped.folder(), Progress.quiet());
    Map<String, Tensor> expected = weights(whole.best());
    weights(resumed.best()).forEach((name, t) -> assertSameBits(name, t, expected.get(name)));
  }

  private Recipe resnet() {
    return recipe()
        .with(
            Map.of(
                "model",
                "resnet18_cifar",
                "model_args",
                Map.of("img_size", 28, "layers", List.of(1, 1), "width", 4),
                "compute_workers",
                3));
  }

  /** The head of a ResNet has another name; its norms are shared by three workers. */
  @Test
  void aResNetsHeadIsTrainedAlone() throws IOException {
    Run first = Trainer.run(resnet(), Progress.quiet());
    Recipe second = resnet().with("init", first.folder().toString()).with("unfreeze", "head");
    Run run = Trainer.run(second, Progress.quiet());
    for (Path folder : List.of(run.best(), RunFolder.last(run.folder()))) {
      Map<String, Tensor> before = weights(first.best());
      weights(folder)
          .forEach(
              (name, t) -> {
                if (name.startsWith("fc.")) {
                  assertThat(t.sub(before.get(name)).maxAbs()).as(name).isPositive();
                } else {
                  assertSameBits(name, t, before.get(name));
                }
              });
    }
  }

  @Test
  void batchNormsOfSeveralWorkersAreTheSameEveryTime() throws IOException {
    Run whole = Trainer.run(resnet(), Progress.quiet());
    Run pieces = Trainer.run(resnet(), ResumeTest.stopAfter(2));
    Trainer.resume(pieces.folder(), Progress.quiet());
    Map<String, Tensor> expected =
        WeightsFolder.read(RunFolder.last(whole.folder()).resolve(Checkpoint.FILE));
    assertThat(expected.get("model.bn1.running_mean").maxAbs()).isPositive();
    assertThat(expected.get("model.bn1.num_batches_tracked").toLongs()).containsExactly(4);
    WeightsFolder.read(RunFolder.last(pieces.folder()).resolve(Checkpoint.FILE))
        .forEach((name, t) -> assertSameBits(name, t, expected.get(name)));
  }

  /** Not a weight, not a statistic of a batch norm, not a counter. */
  @Test
  void frozenBatchNormsKeepTheirStatistics() {
    try (Model model = new Normed(4, 10)) {
      Recipe recipe = Digits.recipe().with("unfreeze", "head").with("compute_workers", 1);
      FineTuning.freeze(model, recipe);
      assertThat(model.trainableCount()).isEqualTo(4 * 10 + 10);
      Map<String, Tensor> before = new LinkedHashMap<>();
      model.state().forEach((name, t) -> before.put(name, t.copy()));
      steps(model, recipe);
      model
          .state()
          .forEach(
              (name, t) -> {
                if (name.startsWith("fc.")) {
                  assertThat(t.sub(before.get(name)).maxAbs()).as(name).isPositive();
                } else {
                  assertSameBits(name, t, before.get(name));
                }
              });
      FineTuning.freeze(model, recipe.with("unfreeze", List.of()));
      steps(model, recipe.with("unfreeze", List.of()));
      model.state().forEach((n, t) -> assertThat(t.sub(before.get(n)).maxAbs()).as(n).isPositive());
      assertThat(model.buffers().get("norm.num_batches_tracked").toLongs()).containsExactly(5);
    }
  }

  private static void steps(Model model, Recipe recipe) {
    Preprocess preprocess =
        new Preprocess(1, 28, 28, "bicubic", 1.0, "squash", List.of(0.5), List.of(0.5), "none");
    byte[] pixels = new byte[16 * 28 * 28];
    new SplittableRandom(1).nextBytes(pixels);
    long[] labels = new SplittableRandom(2).longs(16, 0, 10).toArray();
    Batch batch =
        Batch.of(
            new int[16],
            new Column.Bytes(pixels, 1, 28, 28),
            Map.of(Batch.LABEL, new Column.Longs(labels)));
    ClassificationObjective objective =
        new ClassificationObjective(
            recipe, model, ModelInput.pictures(preprocess), null, Device.CPU);
    try (Workers workers = new Workers(model, objective, recipe, Device.CPU);
        Optimizer optimizer = Optimizers.of(recipe, model)) {
      workers.train(true);
      for (int step = 0; step < 5; step++) {
        workers.run(batch, step, 1, 1);
        optimizer.step(0.1);
        Gradients.clear(workers.parameters());
      }
    }
  }

  @Test
  void partsThatAreNotThere() {
    assertThatThrownBy(() -> Trainer.run(recipe().with("unfreeze", "blocks.7"), Progress.quiet()))
        .hasMessage("cannot unfreeze 'blocks.7': no parameter name starts with it");
    assertThatThrownBy(() -> recipe().with(Map.of("freeze", "head", "unfreeze", "norm")))
        .hasMessage("freeze and unfreeze exclude each other: set only one of them");
  }
}
