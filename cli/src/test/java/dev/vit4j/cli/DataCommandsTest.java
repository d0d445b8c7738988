package dev.vit4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code vit data} on folders, archives and lists of own pictures. */
class DataCommandsTest {
  @TempDir Path dir;
  private Path root;

  @BeforeEach
  void write() throws IOException {
    root = dir.resolve("pets");
    int red = 0;
    for (String part : new String[] {"train", "test"}) {
      for (String pet : new String[] {"cat", "dog"}) {
        for (int i = 0; i < 4; i++) {
          picture(root.resolve(part).resolve(pet).resolve(i + ".png"), 20 + i, 30, red++);
        }
      }
    }
  }

  private static void picture(Path file, int width, int height, int red) throws IOException {
    Files.createDirectories(file.getParent());
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, ((10 * red) << 16) | (8 * y));
      }
    }
    ImageIO.write(image, "png", file.toFile());
  }

  @Test
  void infoTellsSizesClassesAndAResizedBatch() {
    Vit info = Vit.run("data", "info", root.toString(), "-b", "3");
    assertThat(info.out())
        .contains("Dataset pets train", "Number of datapoints: 8")
        .contains("Shape: from 30 x 20 with 3 channels to 30 x 23 with 3 channels")
        .contains("cat", "50.00 %  ####################")
        .contains("First batch after Resize(size=[224, 224]")
        .contains("pixels [3, 3, 224, 224], labels [3]");
    JsonNode json = Vit.run("data", "info", "folder", "--data", root.toString(), "--json").json();
    assertThat(json.get("train").get("shape").isNull()).isTrue();
    assertThat(json.get("train").get("largest").get(2).asInt()).isEqualTo(23);
    assertThat(json.get("test").get("classes").get("dog").asInt()).isEqualTo(4);
  }

  @Test
  void showDrawsAGridOfAllClassesOrOneSample() throws IOException {
    Path grid = dir.resolve("grid.png");
    Vit show = Vit.run("data", "show", root.toString(), "-n", "4", "-o", grid.toString());
    assertThat(show.err()).isEmpty();
    assertThat(show.out()).contains("4 samples drawn: " + grid);
    assertThat(ImageIO.read(grid.toFile()).getWidth()).isGreaterThan(100);
    Path one = dir.resolve("one.png");
    JsonNode json =
        Vit.run(
                "data",
                "show",
                root.toString(),
                "--index",
                "5",
                "--split",
                "test",
                "-o",
                one.toString(),
                "--json")
            .json();
    assertThat(json.get("label").asString()).isEqualTo("dog");
    assertThat(json.get("source").asString()).endsWith("1.png");
    assertThat(one).exists();
    Vit out = Vit.run("data", "show", root.toString(), "--index", "8");
    assertThat(out.code()).isEqualTo(2);
    assertThat(out.err()).contains("--index is 8: pets train has samples 0 to 7");
    assertThat(Vit.run("data", "show", root.toString(), "--split", "val").err())
        .contains("has no validation split");
  }

  @Test
  void verifyNamesBadFilesAndDuplicates() throws IOException {
    assertThat(Vit.run("data", "verify", root.toString()).code()).isZero();
    Files.copy(root.resolve("train/cat/0.png"), root.resolve("test/dog/copy.png"));
    Files.write(root.resolve("train/dog/bad.png"), new byte[10]);
    Vit verify = Vit.run("data", "verify", root.toString());
    assertThat(verify.code()).isEqualTo(1);
    assertThat(verify.out())
        .contains(root.resolve("train/dog/bad.png") + ": is not a PNG")
        .contains("pets train: 9 samples read, 1 bad", "pets test: 9 samples read, 0 bad")
        .contains("copy.png: same pixels as " + root.resolve("train/cat/0.png"))
        .contains(", but another class")
        .contains("Duplicates: 1, of which in another split: 1");
    JsonNode json = Vit.run("data", "verify", root.toString(), "--json").json();
    assertThat(json.get("checked").asInt()).isEqualTo(18);
    assertThat(json.get("duplicates").get(0).get("across_parts").asBoolean()).isTrue();
  }

  @Test
  void archivesAndListsWorkAlike() throws IOException {
    Path zip = dir.resolve("pets.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip));
        Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(
            new ZipEntry("pets/" + root.relativize(file).toString().replace('\\', '/')));
        Files.copy(file, out);
        out.closeEntry();
      }
    }
    assertThat(Vit.run("data", "verify", zip.toString()).out())
        .contains("pets train: 8 samples read, 0 bad");
    Files.writeString(dir.resolve("a.txt"), "train/cat/0.png 0\ntrain/dog/0.png 1\n");
    Vit list =
        Vit.run(
            "data",
            "verify",
            "list",
            "--data",
            root.toString(),
            "--set",
            "train_list=../a.txt",
            "test_list=../a.txt");
    assertThat(list.err()).isEmpty();
    assertThat(list.out()).contains("list train: 2 samples read, 0 bad");
    Vit bad = Vit.run("data", "info", dir.resolve("nothing").toString());
    assertThat(bad.code()).isEqualTo(2);
    assertThat(bad.err()).contains("no such folder or archive, and no data set of this name");
  }

  @Test
  void ownPicturesTrainAndTheirValidationFolderIsUsed() throws IOException {
    picture(root.resolve("val/cat/v.png"), 20, 20, 3);
    picture(root.resolve("val/dog/v.png"), 20, 20, 9);
    Vit train =
        Vit.run(
            "train",
            "mnist-sample",
            "--data",
            root.toString(),
            "--epochs",
            "1",
            "-b",
            "2",
            "--output",
            dir.resolve("runs").toString(),
            "--set",
            "model_args.in_chans=3",
            "val_split=0.25",
            "mean=[0.5,0.5,0.5]",
            "std=[0.5,0.5,0.5]",
            "--json");
    assertThat(train.err()).contains("8 training, 2 validation and 8 test images of 2 classes");
    Path run = Path.of(train.json().get("run").asString());
    Vit eval = Vit.run("eval", run.toString(), "--json");
    assertThat(eval.json().get("count").asInt()).isEqualTo(8);
    assertThat(eval.json().get("top1").asDouble())
        .isEqualTo(train.json().get("test_top1").asDouble());
    Path recipe = run.resolve("recipe.yaml");
    String other = Files.readString(recipe).replace("task: classification", "task: no-such-task");
    Files.writeString(recipe, other);
    assertThat(Vit.run("eval", run.toString()).err()).contains("unknown task 'no-such-task'");
    assertThat(Vit.run("eval", run.toString(), "--data", root.toString()).err())
        .contains("unknown task 'no-such-task'");
  }

  /** The sample in the jar has no folder: one that nothing recognizes is a folder of images. */
  @Test
  void aFolderThatNothingRecognizesIsAFolderOfImages() throws IOException {
    Path flat = dir.resolve("flat");
    picture(flat.resolve("dog+cat_001.png"), 20, 20, 3);
    Vit train = Vit.run("train", "mnist-sample", "--data", flat.toString());
    assertThat(train.code()).isEqualTo(1);
    assertThat(train.err()).contains("flat: has no images in class folders");
  }

  /** A task may read files in its own way: its {@code open} is asked, not the readers. */
  @Test
  void theTaskOpensTheData() {
    Vit show = Vit.run("data", "show", root.toString(), "--set", "task=no-such-task");
    assertThat(show.code()).isEqualTo(2);
    assertThat(show.err()).contains("unknown task 'no-such-task': use one of classification, ");
    Vit info = Vit.run("data", "info", root.toString(), "--set", "task=segmentation");
    assertThat(info.out()).contains("Number of datapoints: 8");
  }
}
