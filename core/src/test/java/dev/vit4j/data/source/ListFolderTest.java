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
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListFolderTest {
  @TempDir Path dir;

  @BeforeEach
  void write() throws IOException {
    PictureFolders.write(
        dir.resolve("processed_dataset"),
        "Trainset/bear/0.png",
        "Trainset/pizza/1.png",
        "TestSetA/2.png",
        "TestSetB/sub/3.png",
        "TestSetB/4.png");
    Files.createDirectories(dir.resolve("logs"));
    log("classes.txt", "Animal_Bear 0\nFood-101_pizza 1\n");
    log(
        "train.txt",
        "processed_dataset/Trainset/bear/0.png 0\nprocessed_dataset/Trainset/pizza/1.png 1\n");
    log("test_a.txt", "2.png 1\n");
    log("test_b.txt", "sub/3.png 0\n4.png 1\n");
  }

  private void log(String name, String text) throws IOException {
    Files.writeString(dir.resolve("logs").resolve(name), text);
  }

  private DataSpec spec() throws IOException {
    return Datasets.named(dir.toString(), "mnist");
  }

  private void refused(String testSet, String... parts) {
    assertThatThrownBy(() -> Datasets.open(spec().withTestSet(testSet), note -> {}))
        .isInstanceOf(FormatException.class)
        .hasMessageMatching(".*")
        .satisfies(e -> assertThat(e.getMessage()).contains(parts));
  }

  @Test
  void isRecognizedAndOpensAsItStands() throws IOException {
    assertThat(Datasets.namesOf(dir)).containsExactly("list");
    assertThat(Datasets.testSets(spec())).containsExactly("A", "B");
    Splits splits = Datasets.open(spec(), note -> {});
    assertThat(splits.train().classes()).containsExactly("Animal_Bear", "Food-101_pizza");
    assertThat(splits.train().size()).isEqualTo(2);
    assertThat(PictureFolders.red(splits.train(), 1)).isEqualTo(1);
    assertThat(splits.val()).isNull();
    assertThat(splits.test().name()).isEqualTo("list TestSetA");
    assertThat(PictureFolders.red(splits.test(), 0)).isEqualTo(2);
    assertThat(Labels.of(splits.test()).label(0)).isEqualTo(1);
    Splits b = Datasets.open(spec().withTestSet("b"), note -> {});
    assertThat(b.test().size()).isEqualTo(2);
    assertThat(PictureFolders.red(b.test(), 0)).isEqualTo(3);
    assertThat(PictureFolders.red(b.train(), 0)).isEqualTo(0);
  }

  @Test
  void aValidationListIsOptional() throws IOException {
    log("val.txt", "processed_dataset/TestSetB/4.png 1\n");
    Splits splits = Datasets.open(spec(), note -> {});
    assertThat(PictureFolders.red(Objects.requireNonNull(splits.val()), 0)).isEqualTo(4);
  }

  @Test
  void explicitListsAreUsedInstead() throws IOException {
    DataLists lists =
        new DataLists(
            "logs/test_b.txt",
            null,
            "logs/test_a.txt",
            "processed_dataset/TestSetB",
            null,
            "processed_dataset/TestSetA",
            null,
            List.of());
    DataSpec spec = new DataSpec("list", dir, 0.2, 1, lists);
    assertThat(Datasets.open(spec, note -> {}).train().classes()).containsExactly("0", "1");
    assertThat(Datasets.testSets(spec)).isEmpty();
  }

  @Test
  void badFoldersAreRefusedInOneLine() throws IOException {
    refused("C", "has no test set C: use A, B");
    log("test_c.txt", "2.png 0\n");
    refused("C", "test_c.txt: its folder ", "TestSetC does not exist");
    log("test_a.txt", "2.png 2\n");
    refused("A", "test_a.txt", "2.png has label 2, but there are 2 classes");
    log("test_a.txt", "none.png 1\n");
    refused("A", "lists a file that does not exist", "none.png");
    log("classes.txt", "Animal_Bear 0\nFood-101_pizza 0\n");
    refused("A", "classes.txt: is not a valid list of classes: line 2: index 0, not 1");
    for (String list : List.of("a", "b", "c")) {
      Files.delete(dir.resolve("logs/test_" + list + ".txt"));
    }
    refused("A", "has no test set: a list such as logs/test_a.txt is missing");
    Files.delete(dir.resolve("logs/train.txt"));
    assertThat(Datasets.namesOf(dir)).doesNotContain("list");
  }
}
