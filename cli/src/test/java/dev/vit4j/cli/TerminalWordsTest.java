package dev.vit4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vit4j.format.ShellWord;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Words of the command line and names of files, whatever characters they have. */
class TerminalWordsTest {
  @TempDir Path dir;

  /** Makes a data folder of two classes with two images each, whose first class has the name. */
  private Path images(String folder, String name) throws IOException {
    Path root = dir.resolve(folder);
    for (String split : new String[] {"train", "test"}) {
      for (String c : new String[] {name, "other"}) {
        Path to = Files.createDirectories(root.resolve(split).resolve(c));
        for (int i = 0; i < 2; i++) {
          BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
          image.setRGB(i, i, 0xff0000 + split.length());
          ImageIO.write(image, "png", to.resolve(i + ".png").toFile());
        }
      }
    }
    return root;
  }

  @ParameterizedTest
  @ValueSource(strings = {"pics #1", "@D", "|", "'q'", "null", "tr ", " lead", "*a", "~"})
  void aFolderOfAnyNameIsRead(String name) throws IOException {
    Vit info = Vit.run("data", "info", images(name, "cat").toString(), "--json");
    assertThat(info.err()).doesNotContain("vit:");
    assertThat(info.code()).isZero();
    assertThat(info.json().at("/train/root").asString()).endsWith(name + "/train");
  }

  @Test
  void aFileOfArgumentsIsNotRead() throws IOException {
    Path file = Files.writeString(dir.resolve("@words"), "data list");
    Vit run = Vit.run("data", "info", "@" + file);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("@" + file + ": no such folder or archive");
  }

  @Test
  void controlCharactersOfFileNamesDoNotReachTheTerminal() throws IOException {
    Path root = images("D", "cat");
    Files.writeString(root.resolve("train/cat/a\u001b[2J\nfake: 99%.png"), "x");
    Vit verify = Vit.run("data", "verify", root.toString());
    assertThat(verify.out() + verify.err()).doesNotContain("\u001b").contains("a [2J fake: 99%");
    assertThat(verify.out().lines()).noneMatch(line -> line.startsWith("fake"));
  }

  @Test
  void controlCharactersOfAWrongVerbDoNotReachTheTerminal() {
    assertThat(Vit.run("\u001b[31mred").err()).doesNotContain("\u001b").contains("[31mred");
  }

  @Test
  void aTildeThatNoShellReplacedIsTheHomeFolder() {
    Vit info = Vit.run("data", "info", "~/no-such-folder-of-vit4j");
    assertThat(info.code()).isEqualTo(2);
    Vit train = Vit.run("train", "--resume=~/no-such-run-of-vit4j");
    assertThat(train.err()).contains(System.getProperty("user.home") + "/no-such-run-of-vit4j");
  }

  @Test
  void printableTextKeepsTabsAndLetters() {
    assertThat(Output.printable("a\tb \u001b[1m\r\nc\u0085\u2028d\u009b é 日 \uD83D\uDC69"))
        .isEqualTo("a\tb  [1m c d  é 日 \uD83D\uDC69");
  }

  @Test
  void aPrintedCommandIsTakenBackByAShell() throws Exception {
    for (String word : new String[] {"runs/a1", "out #3", "it's", "~", "a\\b", "$x", "-n", "é"}) {
      Process shell = new ProcessBuilder("sh", "-c", "printf %s " + ShellWord.of(word)).start();
      String back = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(back).isEqualTo(word);
    }
    assertThat(ShellWord.of("runs/a1")).isEqualTo("runs/a1");
    assertThat(ShellWord.of("out #3")).isEqualTo("'out #3'");
  }

  @Test
  void aFolderOfImagesWithoutARecipeIsTrainedOn() throws IOException {
    Path out = dir.resolve("out #3");
    Vit train =
        Vit.run(
            "train",
            "--data",
            images("D", "cat").toString(),
            "--output",
            out.toString(),
            "--model",
            "resnet20_cifar",
            "--img-size",
            "16",
            "-b",
            "2",
            "--epochs",
            "1",
            "--val-split",
            "0",
            "--set",
            "model_args={}",
            "aa=none");
    assertThat(train.err()).contains("Recipe: folder", "./vit eval '" + out);
    assertThat(train.code()).isZero();
  }

  @Test
  void aChannelOfOneValueIsNamedWithWhatToDo() throws IOException {
    String data = images("D", "cat").toString(); // no green
    Vit train = Vit.run("train", "folder", "--data", data, "--set", "mean=none", "std=none");
    assertThat(train.code()).isEqualTo(2);
    assertThat(train.err())
        .contains("channel 1 of the training images has one value")
        .contains("--set mean=0.5,0.5,0.5 std=0.5,0.5,0.5");
  }
}
