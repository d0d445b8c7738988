package dev.vit4j.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.data.Labels;
import dev.vit4j.data.PictureFolders;
import dev.vit4j.data.Splits;
import dev.vit4j.format.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListFileTest {
  private static final List<String> PREFIXES =
      List.of("Animal", "Thu-dog", "Caltech-101", "Food-101");

  @TempDir Path dir;
  private final List<String> notes = new ArrayList<>();

  private Splits open(DataLists lists) throws IOException {
    return Datasets.open(new DataSpec("list", dir, 0.2, 1, lists), notes::add);
  }

  private DataLists lists(String train, String test, String classes) throws IOException {
    Files.writeString(dir.resolve("train.txt"), train);
    Files.writeString(dir.resolve("test_a.txt"), test);
    Files.writeString(dir.resolve("classes.txt"), classes);
    return new DataLists(
        "train.txt", null, "test_a.txt", null, null, "TestSetA", "classes.txt", PREFIXES);
  }

  private void refused(DataLists lists, String... parts) {
    assertThatThrownBy(() -> open(lists))
        .isInstanceOf(FormatException.class)
        .hasMessageMatching(".*")
        .satisfies(e -> assertThat(e.getMessage()).contains(parts));
  }

  @Test
  void readsListsAsTheyAre() throws IOException {
    PictureFolders.write(dir, "Trainset/bear/1.png", "Trainset/my dog.png", "TestSetA/x 1.png");
    Path absolute = dir.resolve("TestSetA/x 1.png").toAbsolutePath();
    Splits splits =
        open(
            lists(
                "Trainset/bear/1.png 0\nTrainset/my dog.png\t1\r\n\n" + absolute + "  3\n",
                "x 1.png 2\n",
                "Animal_Bear 0\nThu-dog_201 1\nCaltech-101_accordion 2\nFood-101_apple_pie 3\n"));
    assertThat(splits.train().classes()).containsExactly("Bear", "201", "accordion", "apple_pie");
    assertThat(splits.train().size()).isEqualTo(3);
    assertThat(Labels.of(splits.train()).label(2)).isEqualTo(3);
    assertThat(PictureFolders.red(splits.train(), 1)).isEqualTo(1);
    assertThat(PictureFolders.red(splits.train(), 2)).isEqualTo(2);
    assertThat(splits.test().source(0)).isEqualTo(dir.resolve("TestSetA/x 1.png").toString());
    assertThat(Labels.of(splits.test()).label(0)).isEqualTo(2);
    assertThat(splits.val()).isNull();
    assertThat(notes)
        .containsExactly(
            "4 of 4 class names cleaned up: Animal_Bear → Bear, Thu-dog_201 → 201,"
                + " Caltech-101_accordion → accordion, Food-101_apple_pie → apple_pie");
  }

  @Test
  void classesMayBeNumbersAndValidationAListOfItsOwn() throws IOException {
    PictureFolders.write(dir, "1.png", "2.png", "3.png");
    Files.writeString(dir.resolve("a.txt"), "1.png 0\n2.png 2\n");
    Files.writeString(dir.resolve("b.txt"), "3.png 1\n");
    Splits splits =
        open(new DataLists("a.txt", "b.txt", "b.txt", null, null, null, null, List.of()));
    assertThat(splits.train().classes()).containsExactly("0", "1", "2");
    assertThat(Labels.of(Objects.requireNonNull(splits.val())).label(0)).isEqualTo(1);
    assertThatThrownBy(() -> open(DataLists.NONE))
        .hasMessageContaining("needs train_list, a text file");
  }

  @Test
  void badLinesAreNamed() throws IOException {
    PictureFolders.write(dir, "1.png", "TestSetA/1.png");
    refused(
        lists("1.png 0\n1.png\n1.png one\n1.png -1\n1.png 99999999999\n", "1.png 0\n", "a 0\n"),
        "train.txt: has lines that are not 'path label'",
        "line 2: '1.png' is one field and 3 more");
    refused(
        lists("1.png 0\n1.png one\n", "1.png 0\n", "a 0\n"),
        "line 2: '1.png one' does not end with a label");
    refused(
        lists("1.png,0\n1.png,1\n", "1.png 0\n", "a 0\n"),
        "line 1: '1.png,0' has a comma before the label: use a blank or a tab and 1 more");
    refused(lists("", "1.png 0\n", "a 0\n"), "train.txt: ", "has no lines");
    refused(
        lists("1.png 0\n1.png 2\n", "1.png 0\n", "a 0\nb 1\n"),
        "has labels without a class: 1.png has label 2, but there are 2 classes");
  }

  @Test
  void aFileHasOneLabelHoweverOftenItIsListed() throws IOException {
    refused(
        lists("1.png 0\n1.png 1\n1.png 0\n", "1.png 0\n", "a 0\nb 1\n"),
        "train.txt: has files with different labels: 1.png has 0 and 1 and 1 more");
  }

  @Test
  void oneMissingFileIsNamedAndAllAreCounted() throws IOException {
    PictureFolders.write(dir, "1.png", "TestSetA/1.png");
    StringBuilder train = new StringBuilder("1.png 0\n");
    for (int i = 0; i < 30; i++) {
      train.append("gone%02d.png 1\n".formatted(i));
    }
    refused(
        lists(train.toString(), "1.png 0\n", "a 0\nb 1\n"),
        "lists 30 files that do not exist",
        "gone00.png and 29 more");
    refused(
        new DataLists("none.txt", null, "none.txt", null, null, null, null, List.of()),
        dir.resolve("none.txt") + ": cannot be read: no such file or folder");
  }

  @Test
  void theClassesFileIsChecked() throws IOException {
    PictureFolders.write(dir, "1.png", "TestSetA/1.png");
    refused(
        lists("1.png 0\n", "1.png 0\n", "a 0\nb 2\na 2\nc x\n"),
        "classes.txt: is not a valid list of classes",
        "line 2: index 2, not 1",
        "line 3: a is also line 1",
        "line 4: index x, not 3");
    refused(lists("1.png 0\n", "1.png 0\n", "\n\n"), "the file is empty");
  }
}
