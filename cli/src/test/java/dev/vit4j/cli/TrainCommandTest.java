package dev.vit4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;

class TrainCommandTest {
  @TempDir Path dir;

  private Vit train(String... more) {
    String[] args = new String[more.length + 3];
    args[0] = "train";
    args[1] = "--output";
    args[2] = dir.toString();
    System.arraycopy(more, 0, args, 3, more.length);
    return Vit.run(args);
  }

  /** To take a change over: {@code ./vit train --help > train-help.txt}, 80 columns wide. */
  @Test
  void helpIsPinned() throws IOException {
    try (InputStream text = TrainCommandTest.class.getResourceAsStream("train-help.txt")) {
      assertThat(Vit.run("train", "--help").out())
          .isEqualTo(new String(text.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void flagsSetKeysAndTheLastOneCounts() throws IOException {
    String[] args = {
      "train", "-b8", "--set", "lr=2", "dice=1", "--drop-path=0.1", "--pretrained", "--lr", "3"
    };
    CommandLine.ParseResult train = Main.commandLine().parseArgs(args).subcommand();
    assertThat(RecipeFlags.changes(train, "mnist-sample"))
        .containsExactly(
            Map.entry("batch_size", "8"),
            Map.entry("lr", "3"),
            Map.entry("dice", "1"),
            Map.entry("model_args.drop_path_rate", "0.1"),
            Map.entry("pretrained", true));
  }

  @Test
  void valuesAreThereWhereTheyMustBe() {
    assertThat(train("--lr").err()).contains("'--lr' (RATE)");
    assertThat(train("--lr").code()).isEqualTo(2);
    assertThat(train("--nesterov=false").code()).isEqualTo(2);
  }

  @Test
  void oneEpochGivesOneJsonObjectAndAFolder() throws IOException {
    Vit vit = train("--epochs", "1", "--set", "warmup_epochs=0", "--json");
    assertThat(vit.err())
        .contains("libtorch", "Batch size: 64, 84 batches per epoch", "Epoch: 1 | train_loss");
    assertThat(vit.code()).isZero();
    JsonNode json = vit.json();
    assertThat(json.propertyNames())
        .containsExactly("run", "val_top1", "test_top1", "epochs", "seconds", "best_epoch");
    assertThat(json.get("epochs").asInt()).isEqualTo(1);
    assertThat(json.get("test_top1").asDouble()).isBetween(20.0, 100.0);
    Path run = Path.of(json.get("run").asString());
    assertThat(run).isDirectory().startsWith(dir);
    assertThat(Files.readString(run.resolve(RunLog.FILE)))
        .contains("Dataset loaded", "Train epoch 1/1 [3200/5400]", "test (once, best weights)");

    Vit again = Vit.run("train", "--resume", run.toString());
    assertThat(again.code()).isZero();
    assertThat(again.err()).contains("Nothing to do: this run was already complete after epoch 1.");
    assertThat(again.out()).contains("test (once, best weights): ", "run folder: " + run);

    Path checkpoint = run.resolve("weights/last/training.safetensors");
    Files.write(checkpoint, new byte[] {1, 2, 3});
    Vit corrupt = Vit.run("train", "--resume", run.toString());
    assertThat(corrupt.code()).isEqualTo(1);
    assertThat(corrupt.err()).contains("vit: " + checkpoint);
  }

  @Test
  void aShortenedWarmUpIsSaid() throws IOException {
    Path none = dir.resolve("none");
    String[] start = {"train", "--epochs", "1", "--data", none.toString()};
    Files.createDirectory(none);
    assertThat(Vit.run(start).err())
        .contains("warmup_epochs: 1 instead of the recipe's 2, as the training has 1 epoch");
    String[] told = {"train", "--epochs", "1", "--warmup-epochs", "1", "--data", none.toString()};
    assertThat(Vit.run(told).err()).doesNotContain("instead of the recipe's");
  }

  /** The schedule is refused where the number of batches is known, after the folder is made. */
  @Test
  void aRefusedTrainingLeavesNoFolder() throws IOException {
    Vit refused =
        train("--epochs", "1", "-b", "5400", "--sched", "onecycle", "--warmup-epochs", "0");
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("sched onecycle needs at least 2 steps");
    assertThat(dir.resolve("classification")).isEmptyDirectory();
  }

  @Test
  void anEmptyFileIsNoRecipe() throws IOException {
    Path empty = Files.createFile(dir.resolve("empty.yaml"));
    Vit vit = Vit.run("train", empty.toString());
    assertThat(vit.code()).isEqualTo(1);
    assertThat(vit.err()).contains(empty + ": is empty: a recipe has lines");
  }

  @Test
  void aSweepIsOneGroupAndGoesOn() throws IOException {
    Vit vit = train("--epochs", "1", "-b", "600", "--sweep", "milestones=[1,2],[3]", "--json");
    assertThat(vit.code()).isZero();
    JsonNode json = vit.json();
    assertThat(json.propertyNames())
        .containsExactly("group", "kind", "runs", "val_top1", "test_top1", "best");
    assertThat(json.get("runs")).hasSize(2);
    assertThat(json.get("runs").get(0).propertyNames())
        .containsExactly(
            "run",
            "milestones",
            "epochs",
            "best_epoch",
            "val_top1",
            "val_loss",
            "test_top1",
            "seconds",
            "error");
    assertThat(vit.err()).contains("== milestones=1-2 (run 1 of 2)");
    String group = json.get("group").asString();
    Vit again = Vit.run("train", "--resume", group);
    assertThat(again.code()).isZero();
    assertThat(again.err()).doesNotContain("Epoch: 1");
    assertThat(again.out()).contains("best run by validation: ", "group folder: " + group);
  }

  @Test
  void groupsOfOneKindOnly() {
    assertThat(train("--seeds", "2", "--folds", "2").err())
        .contains("use only one of --seeds, --folds and --sweep");
    assertThat(train("--sweep", "lr").err()).contains("give KEY=VALUE,VALUE");
    assertThat(train("--sweep", "lr=1", "--sweep", "lr=2").err()).contains("was given twice");
    assertThat(train("--sweep", "rate=1,2").err()).contains("unknown key 'rate'");
    assertThat(train("--seeds", "0").code()).isEqualTo(2);
  }

  @Test
  void quietSaysTheResultOnly() {
    Vit vit = train("--epochs", "1", "--set", "warmup_epochs=0", "--quiet", "--val-split", "0");
    assertThat(vit.err()).isEmpty();
    assertThat(vit.out().lines()).hasSize(2);
    assertThat(vit.out()).startsWith("test (once, best weights): ");
  }

  @Test
  void unknownRecipeKeyIsWrongUsage() {
    Vit vit = train("--set", "epoch=3");
    assertThat(vit.code()).isEqualTo(2);
    assertThat(vit.err().lines()).hasSize(1);
    assertThat(vit.err()).contains("unknown key 'epoch'", "epochs");
  }

  @Test
  void badValuesAreWrongUsage() {
    assertThat(train("--epochs", "-1").code()).isEqualTo(2);
    assertThat(train("--epochs", "many").err()).contains("epochs is 'many'");
    assertThat(train("--model", "vit_huge").code()).isEqualTo(2);
    assertThat(train("--set", "novalue").err()).contains("give KEY=VALUE");
    assertThat(train("nonsense").err()).contains("unknown recipe 'nonsense'");
  }

  @Test
  void flagsThatDoNotExistYetAreNotAccepted() {
    assertThat(train("--mixup-mode", "elem").code()).isEqualTo(2);
  }

  @Test
  void augmentationFlagsAreRecipeKeysAndAreSaid() throws IOException {
    Vit vit =
        train(
            "--epochs=1",
            "--set=warmup_epochs=0",
            "--img-size=28",
            "--train-crop=rrc",
            "--scale=0.5,1",
            "--ratio=0.8,1.25",
            "--interpolation=bilinear",
            "--train-interpolation=random",
            "--hflip=0.25",
            "--vflip=0.1",
            "--color-jitter=0.2",
            "--aa=rand-m5-inc1",
            "--reprob=0.25",
            "--remode=pixel",
            "--recount=2",
            "--crop-pct=0.9",
            "--crop-mode=center",
            "--json");
    assertThat(vit.code()).as(vit.err()).isZero();
    assertThat(vit.err())
        .contains(
            "Augmentation: RandomResizedCrop(size=(28, 28), scale=(0.5, 1.0), ratio=(0.8, 1.25),"
                + " interpolation=bilinear bicubic, antialias=True), RandomHorizontalFlip(p=0.25),"
                + " RandomVerticalFlip(p=0.1), RandAugment(rand-m5-inc1), RandomErasing(p=0.25,"
                + " mode=pixel, count=(1, 2))");
    String recipe =
        Files.readString(Path.of(vit.json().get("run").asString()).resolve("recipe.yaml"));
    assertThat(recipe).contains("img_size: [28, 28]\n", "train_crop: rrc\n", "crop_mode: center\n");
  }

  @Test
  void trainingTricksAreFlags() throws IOException {
    Vit vit =
        train(
            "--epochs=1",
            "--set=warmup_epochs=0",
            "--opt=lamb",
            "--lr=5e-3",
            "--layer-decay=0.75",
            "--mixup=0.8",
            "--cutmix=1",
            "--mixup-prob=0.9",
            "--mixup-switch-prob=0.4",
            "--smoothing=0.1",
            "--class-weights=balanced",
            "--ema=0.99",
            "--json");
    assertThat(vit.code()).as(vit.err()).isZero();
    Path first = Path.of(vit.json().get("run").asString());
    assertThat(Files.readString(first.resolve("recipe.yaml")))
        .contains("opt: lamb\n", "layer_decay: 0.75\n", "mixup: 0.8\n", "cutmix: 1.0\n")
        .contains("mixup_prob: 0.9\n", "mixup_switch_prob: 0.4\n", "class_weights: balanced\n")
        .contains("ema: 0.99\n", "ema_warmup: true\n");
    Vit second = train("--epochs=1", "--set=warmup_epochs=0", "--unfreeze=head", "--init=" + first);
    assertThat(second.code()).as(second.err()).isZero();
    assertThat(second.err()).contains("Weights loaded: " + first, "1,850 parameters, 90 trainable");
  }

  @Test
  void badAugmentationIsWrongUsageInOneLine() {
    for (String[] flag :
        new String[][] {
          {"--aa=rand-m99x", "aa is 'rand-m99x': 'm99x' is not one of its options"},
          {"--hflip=2", "hflip is 2: it must be a number, 0 to 1"},
          {"--crop-size=24", "crop_size needs train_crop random"},
          {"--crop-padding=4", "crop_padding needs train_crop random"},
          {"--scale=1,0.5", "scale is [1.0, 0.5]: put the smaller number first"},
          {
            "--img-size=0",
            "img_size is 0: it must be a whole number, 1 to 16384, or [height, width]"
          },
        }) {
      Vit vit = train(flag[0]);
      assertThat(vit.code()).isEqualTo(2);
      assertThat(vit.err().lines()).hasSize(1);
      assertThat(vit.err()).contains(flag[1]);
    }
  }

  @Test
  void missingDataFolderIsSaid() {
    Vit vit = train("mnist-1850", "--data", dir.resolve("nowhere").toString());
    assertThat(vit.code()).isEqualTo(1);
    assertThat(vit.err().lines()).hasSize(1);
    assertThat(vit.err()).contains("nowhere: no such folder", "mnist-sample, mnist, fashion-mnist");
  }

  @Test
  void folderWithoutTheFilesSaysWhichAreMissing() {
    Vit vit = train("mnist-1850", "--data", dir.toString());
    assertThat(vit.code()).isEqualTo(1);
    assertThat(vit.err()).contains("train-images-idx3-ubyte", "vit data fetch mnist");
  }

  @Test
  void resumeOfNoRunIsSaid() {
    Vit vit = Vit.run("train", "--resume", dir.toString());
    assertThat(vit.code()).isEqualTo(1);
    assertThat(vit.err()).contains(dir + " is not a run: it has no recipe.yaml");
  }

  @Test
  void resumeTakesNoRecipe() {
    Vit vit = Vit.run("train", "--resume", dir.toString(), "--epochs", "3");
    assertThat(vit.code()).isEqualTo(2);
    assertThat(vit.err()).contains("remove epochs");
  }

  @Test
  void missingRecipeFileIsSaid() {
    Vit vit = train(dir.resolve("my.yaml").toString());
    assertThat(vit.code()).isEqualTo(1);
    assertThat(vit.err()).contains("my.yaml", "no such file");
  }
}
