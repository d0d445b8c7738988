package dev.vit4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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

  @Test
  void oneEpochGivesOneJsonObjectAndAFolder() throws IOException {
    Vit vit = train("--epochs", "1", "--set", "warmup_epochs=0", "--json");
    assertThat(vit.err())
        .contains("libtorch", "Batch size: 64, 84 batches an epoch", "Epoch: 1 | train_loss");
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
    assertThat(again.err())
        .contains("Nothing left to do: this run was done before, after epoch 1.");
    assertThat(again.out()).contains("test (once, best weights): ", "run folder: " + run);

    Path checkpoint = run.resolve("weights/last/training.safetensors");
    Files.write(checkpoint, new byte[] {1, 2, 3});
    Vit corrupt = Vit.run("train", "--resume", run.toString());
    assertThat(corrupt.code()).isEqualTo(1);
    assertThat(corrupt.err()).contains("vit: " + checkpoint);
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
    assertThat(again.out()).contains("best in validation: ", "group folder: " + group);
  }

  @Test
  void groupsOfOneKindOnly() {
    assertThat(train("--seeds", "2", "--folds", "2").err())
        .contains("give one of --seeds, --folds and --sweep");
    assertThat(train("--sweep", "lr").err()).contains("give KEY=VALUE,VALUE");
    assertThat(train("--sweep", "lr=1", "--sweep", "lr=2").err()).contains("was given before");
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
    assertThat(train("--mixup", "0.8").code()).isEqualTo(2);
    assertThat(train("--img-size", "32").code()).isEqualTo(2);
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
    assertThat(vit.err()).contains("leave out epochs");
  }

  @Test
  void missingRecipeFileIsSaid() {
    Vit vit = train(dir.resolve("my.yaml").toString());
    assertThat(vit.code()).isEqualTo(1);
    assertThat(vit.err()).contains("my.yaml", "no such file");
  }
}
