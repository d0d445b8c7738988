package dev.vit4j.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.Fixture;
import dev.vit4j.data.BrokenFiles;
import dev.vit4j.data.Masks;
import dev.vit4j.data.Splits;
import dev.vit4j.format.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PascalContextTest {
  @TempDir Path cache;

  private final List<String> notes = new ArrayList<>();
  @TempDir private Path dir;

  private Splits open(String name) throws IOException {
    return Datasets.open(DataSpec.of(name, dir), notes::add);
  }

  /** The devkit of VOC 2010, and the label maps with their class names beside it. */
  private void write() throws IOException {
    MaskFolders.image(voc("JPEGImages/not_listed.jpg"));
    sample("train_1", "plain");
    sample("train_2", "compressed");
    sample("val_1", "double");
    MaskFolders.text(voc("ImageSets/Main/train.txt"), "train_1", " train_2 ", "");
    MaskFolders.text(voc("ImageSets/Main/val.txt"), "val_1");
    names(459);
  }

  private void sample(String id, String mat) throws IOException {
    MaskFolders.image(voc("JPEGImages/" + id + ".jpg"));
    mat(id, mat);
  }

  private void mat(String id, String mat) throws IOException {
    Files.createDirectories(dir.resolve("trainval"));
    Files.copy(
        Fixture.path("18-mat/" + mat + ".mat"),
        dir.resolve("trainval/" + id + ".mat"),
        StandardCopyOption.REPLACE_EXISTING);
  }

  private Path voc(String file) {
    return dir.resolve("VOCdevkit/VOC2010").resolve(file);
  }

  private void names(int count) throws IOException {
    MaskFolders.text(
        dir.resolve("labels.txt"),
        IntStream.rangeClosed(1, count).mapToObj(i -> i + ": " + name(i)).toArray(String[]::new));
  }

  private static String name(int i) {
    return i == 431 ? "unknown" : "name " + i;
  }

  @Test
  void readsTheLayoutOfTheArchives() throws IOException {
    write();
    Splits splits = open("pascal-context");
    assertThat(splits.train().name()).isEqualTo("pascal-context train");
    assertThat(splits.train().size()).isEqualTo(2);
    assertThat(splits.train().source(1)).endsWith("JPEGImages/train_2.jpg");
    assertThat(splits.train().classes())
        .hasSize(460)
        .startsWith("empty", "name 1")
        .contains("unknown")
        .endsWith("name 459");
    for (int i = 0; i < 2; i++) {
      assertThat(Masks.labels(Masks.of(splits.train()).mask(i))).containsExactly(-1, 1, -1, 459);
    }
    assertThat(splits.test().name()).isEqualTo("pascal-context val");
    assertThat(splits.val()).isNull();
    assertThat(notes)
        .singleElement()
        .asString()
        .contains("pascal-context val (1 sample) is used for testing");
    long[] counts = splits.train().targets().counts();
    assertThat(counts[1]).isEqualTo(2);
    assertThat(counts[459]).isEqualTo(2);
    assertThat(counts[0] + counts[431]).isZero();
    assertThat(Datasets.namesOf(dir)).containsExactly("pascal-context", "pascal-context-59");
    new BrokenFiles(cache, notes::add).check(splits, false);
  }

  @Test
  void thePublishedSubsetIgnoresAllOthers() throws IOException {
    write();
    MaskFolders.text(
        dir.resolve("59_labels.txt"),
        IntStream.rangeClosed(1, 59)
            .mapToObj(i -> i + ": " + name(460 - i))
            .toArray(String[]::new));
    Splits splits = open("pascal-context-59");
    assertThat(splits.train().classes()).hasSize(59).startsWith("name 459", "name 458");
    assertThat(Masks.of(splits.train()).mask(0).pixels()).containsExactly(-1, -1, 28, 0);
    MaskFolders.text(
        dir.resolve("59_labels.txt"),
        IntStream.rangeClosed(1, 59).mapToObj(i -> i + ": thing " + i).toArray(String[]::new));
    assertThatThrownBy(() -> open("pascal-context-59"))
        .hasMessage(
            dir.resolve("59_labels.txt") + ": has the class 'thing 1', which is not in labels.txt");
    Files.delete(dir.resolve("59_labels.txt"));
    assertThatThrownBy(() -> open("pascal-context-59"))
        .hasMessage(
            dir
                + ": has no 59_labels.txt: pascal-context-59 needs the class names that are"
                + " published with the label maps");
  }

  @Test
  void withoutClassNamesTheValuesAreTheNames() throws IOException {
    write();
    Files.delete(dir.resolve("labels.txt"));
    assertThat(open("pascal-context").train().classes()).startsWith("empty", "1", "2");
    assertThat(notes.get(0)).endsWith("the values of the label maps are used as class names");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1: a,, | has 1 of 459 classes; it lacks 2; 3; 4; 5; 6; 7; 8; 9; 10; 11; 12; 13; 14; 15;"
            + " 16; 17; 18; 19; 20; 21 and 438 more",
        "1: a,2: a, | lists 2: a twice",
        "1: a,1: b, | lists 1: b twice",
        "0: a,, | has the line '0: a': expected 'INDEX: NAME' with an index from 1 to 459",
        "460: a,, | has the line '460: a': expected 'INDEX: NAME' with an index from 1 to 459",
        "accordion,, | has the line 'accordion': expected 'INDEX: NAME' with an index from 1 to 459"
      })
  void classNamesAreChecked(String lines, String reason) throws IOException {
    write();
    MaskFolders.text(dir.resolve("labels.txt"), lines.split(",", -1));
    assertThatThrownBy(() -> open("pascal-context"))
        .isInstanceOf(FormatException.class)
        .hasMessage(dir.resolve("labels.txt") + ": " + reason);
  }

  @Test
  void namesWhatIsMissing() throws IOException {
    write();
    Files.delete(dir.resolve("trainval/train_1.mat"));
    Files.delete(voc("JPEGImages/train_2.jpg"));
    assertThatThrownBy(() -> open("pascal-context"))
        .isInstanceOf(FormatException.class)
        .hasMessage(
            "%s: lists 2 files that do not exist: %s; %s"
                .formatted(
                    voc("ImageSets/Main/train.txt"),
                    dir.resolve("trainval/train_1.mat"),
                    voc("JPEGImages/train_2.jpg")));
    write();
    Files.move(voc("ImageSets/Main"), voc("ImageSets/Segmentation"));
    assertThat(open("pascal-context").train().size()).isEqualTo(2);
    Files.delete(voc("ImageSets/Segmentation/val.txt"));
    assertThatThrownBy(() -> open("pascal-context"))
        .hasMessage(
            voc("ImageSets/Main/val.txt")
                + ": does not exist: it lists the IDs of the split val, one per line");
    Files.move(dir.resolve("trainval"), dir.resolve("elsewhere"));
    assertThatThrownBy(() -> open("pascal-context"))
        .hasMessageContaining(dir + ": has no folder trainval: give the folder or archive");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "v73 | trainval/train_1.mat: is a MATLAB file of version 7.3 (HDF5)",
        "v4 | trainval/train_1.mat: is not a MATLAB file of version 5 to 7",
        "other | trainval/train_1.mat: has no variable 'LabelMap', only labels; names",
        "beyond | trainval/train_1.mat: has the value 460 at row 1, column 0: with 460 classes,"
            + " values must be 0 to 459",
        "wide | is 2 x 2 pixels, but its mask "
      })
  void badLabelMapsAreNamed(String mat, String reason) throws IOException {
    write();
    mat("train_1", mat);
    Splits splits = open("pascal-context");
    assertThatThrownBy(() -> new BrokenFiles(cache, notes::add).check(splits, false))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(reason)
        .hasMessageNotContaining("\n");
  }

  @Test
  void aCutLabelMapIsNamed() throws IOException {
    write();
    Path file = dir.resolve("trainval/train_1.mat");
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 150));
    assertThatThrownBy(
            () -> new BrokenFiles(cache, notes::add).check(open("pascal-context"), false))
        .hasMessageContaining("trainval/train_1.mat: ends too early");
  }
}
