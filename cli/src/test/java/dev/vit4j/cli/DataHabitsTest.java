package dev.vit4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Folders as people have them, through train, eval, predict and embed. */
class DataHabitsTest {
  @TempDir Path dir;

  private void picture(String file, int red) throws IOException {
    Path path = dir.resolve(file);
    Files.createDirectories(path.getParent());
    BufferedImage image = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 256; i++) {
      image.setRGB(i % 16, i / 16, red << 16 | i << 8 | (red * i & 0xff));
    }
    String name = path.getFileName().toString();
    ImageIO.write(image, name.endsWith(".png") ? "png" : "jpeg", path.toFile());
  }

  private void folder(String... classes) throws IOException {
    for (int c = 0; c < classes.length; c++) {
      for (int i = 0; i < 10; i++) {
        picture(classes[c] + "/" + i + ".png", 40 * c + i);
      }
    }
  }

  private String train(String data, String... more) {
    List<String> words =
        new ArrayList<>(List.of("train", "folder", "--data", dir.resolve(data).toString()));
    words.addAll(List.of("--model", "resnet20_cifar", "--img-size", "16", "-b", "4"));
    words.addAll(List.of("--epochs", "1", "--output", dir.resolve("runs").toString(), "--json"));
    words.addAll(List.of("--quiet", "--set", "model_args={}", "aa=none"));
    words.addAll(List.of(more));
    Vit vit = Vit.run(words.toArray(String[]::new));
    assertThat(vit.code()).as(vit.err()).isZero();
    errors = vit.err();
    return vit.json().path("run").asString();
  }

  private String errors = "";

  private Vit eval(String model, String... more) {
    List<String> words = new ArrayList<>(List.of("eval", model, "--json"));
    words.addAll(List.of("-o", dir.resolve("e" + words.hashCode() + System.nanoTime()).toString()));
    words.addAll(List.of(more));
    return Vit.run(words.toArray(String[]::new));
  }

  @Test
  void anUnsplitFolderIsEvaluatedWholeUnlessARunHasSplitIt() throws IOException {
    folder("f/a", "f/b");
    folder("g/a", "g/b");
    String run = train("f", "test_split=0.3", "val_split=0.2");
    assertThat(errors).contains("6 of 20 images are held out for testing"); // despite --quiet
    assertThat(eval(run, "--data", dir.resolve("g").toString()).json().path("count").asInt())
        .isEqualTo(20);
    Vit own = eval(run, "--data", dir.resolve("f").toString());
    assertThat(own.json().path("count").asInt()).isEqualTo(6);
    assertThat(own.err()).contains("6 of 20 images are held out for testing");
    assertThat(eval(run).json().path("count").asInt()).isEqualTo(6);
    assertThat(eval(run, "--split", "val").json().path("count").asInt()).isEqualTo(3);
    assertThat(eval(run, "--split", "train").json().path("count").asInt()).isEqualTo(11);
    assertThat(eval(run, "--split", "all").json().path("count").asInt()).isEqualTo(20);
    Vit predicted = Vit.run("predict", run, "--data", dir.resolve("g").toString(), "--json");
    assertThat(predicted.json().path("results")).hasSize(20);
    assertThat(Vit.run("predict", run, "--json").json().path("results")).hasSize(6);
    Path vectors = dir.resolve("v.npz");
    Vit embedded = Vit.run("embed", run, "--data", dir + "/g", "-o", vectors.toString(), "--json");
    assertThat(embedded.json().path("count").asInt()).isEqualTo(20);
  }

  @Test
  void theRunsUnusableFilesAreLeftOutByEvalToo() throws IOException {
    folder("w/train/a", "w/train/b", "w/test/a", "w/test/b");
    Files.write(dir.resolve("w/test/a/empty.png"), new byte[0]);
    String run = train("w", "broken=skip", "val_split=0");
    assertThat(errors).contains("w test: skipped 1 unusable file: ");
    Vit own = eval(run);
    assertThat(own.code()).as(own.err()).isZero();
    assertThat(own.json().path("count").asInt()).isEqualTo(20);
    assertThat(own.err()).contains("skipped 1 unusable file: ");
    String strict = train("w/test", "val_split=0", "broken=skip", "name=x");
    Vit other = eval(strict, "--data", dir.resolve("w").toString());
    assertThat(other.code()).as("not asked for, so a failure").isEqualTo(1);
    assertThat(other.json().path("count").asInt()).isEqualTo(20);
  }

  @Test
  void aClassOfOnePictureForbidsNothing() throws IOException {
    folder("l/a", "l/b");
    picture("l/lone/0.png", 200);
    Vit info = Vit.run("data", "info", dir.resolve("l").toString(), "--json");
    assertThat(info.code()).as(info.err()).isZero();
    assertThat(info.json().path("train").path("classes").path("lone").asInt()).isEqualTo(1);
    String run = train("l");
    assertThat(errors).contains("class 'lone' (1 sample)");
    JsonNode all = eval(run, "--split", "all").json();
    assertThat(all.path("count").asInt()).isEqualTo(21);
    assertThat(all.path("per_class").path(2).path("support").asInt()).isEqualTo(1);
  }

  @Test
  void foldersOfPicturesAreReadAsInTraining() throws IOException {
    folder("f/a", "f/b");
    String run = train("f");
    picture("p/x.jpg", 10);
    picture("p/y.jfif", 20);
    picture("p/.hidden/z.png", 30);
    Files.write(dir.resolve("p/._x.jpg"), new byte[100]);
    picture("real/s.png", 40);
    Files.createSymbolicLink(dir.resolve("p/sub"), dir.resolve("real"));
    Files.createDirectories(dir.resolve("none"));
    Vit vit = Vit.run("predict", run, dir.resolve("p").toString(), "--json");
    assertThat(vit.code()).as(vit.err()).isZero();
    assertThat(vit.json().path("results").valueStream().map(r -> name(r)))
        .containsExactly("s.png", "x.jpg", "y.jfif");
    Vit some =
        Vit.run("predict", run, dir + "/real/s.png", dir.resolve("none").toString(), "--json");
    assertThat(some.code()).isEqualTo(1);
    assertThat(some.json().path("results")).hasSize(2);
    assertThat(some.json().path("results").path(1).path("error").asString())
        .contains("contains no images");
  }

  private static String name(JsonNode result) {
    return String.valueOf(Path.of(result.path("source").asString()).getFileName());
  }

  @Test
  void aListIsDataOfItsOwn() throws IOException {
    folder("f/a", "f/b");
    StringBuilder list = new StringBuilder("\uFEFF");
    for (int i = 0; i < 10; i++) {
      list.append("f\\a\\%d.png 0\r\n\"f/b/%d.png\"\t1\r\n".formatted(i, i));
    }
    Path file = Files.writeString(dir.resolve("list.txt"), list);
    Vit info = Vit.run("data", "info", file.toString(), "--json");
    assertThat(info.code()).as(info.err()).isZero();
    assertThat(info.json().path("train").path("count").asInt()).isEqualTo(16);
    assertThat(info.err()).contains("no test_list, 4 of 20 images are held out");
    String run = train("f", "val_split=0");
    Vit vit = eval(run, "--data", file.toString());
    assertThat(vit.err()).contains("class indices: 0 to a, 1 to b");
    assertThat(vit.json().path("count").asInt()).isEqualTo(20);
  }
}
