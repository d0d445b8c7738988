package dev.vit4j.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.data.BrokenFiles;
import dev.vit4j.data.Masks;
import dev.vit4j.data.Splits;
import dev.vit4j.format.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VocTest {
  @TempDir Path cache;

  private final List<String> notes = new ArrayList<>();
  @TempDir private Path dir;

  private Splits open(String name, Path path) throws IOException {
    return Datasets.open(DataSpec.of(name, path), notes::add);
  }

  /** As an archive unpacks: lists, images without masks, and masks of the listed ones. */
  private Path write(String year, String... splits) throws IOException {
    Path root = dir.resolve("VOCdevkit/VOC" + year);
    MaskFolders.image(root.resolve("JPEGImages/only_boxes.jpg"));
    for (String split : splits) {
      MaskFolders.text(list(root, split), split + "_1", "  " + split + "_2  ", "");
      for (int i = 1; i <= 2; i++) {
        String id = split + "_" + i;
        MaskFolders.sample(
            root, "JPEGImages/" + id + ".jpg", "SegmentationClass/" + id + ".png", 0, i, 20, 255);
      }
    }
    return root;
  }

  private static Path list(Path root, String split) {
    return root.resolve("ImageSets/Segmentation/" + split + ".txt");
  }

  @Test
  void readsTheFolderAtAnyLevelAndItsArchive() throws IOException {
    Path root = write("2012", "train", "val");
    Path tar =
        MaskFolders.tar(dir, Files.createTempDirectory(dir.getParent(), "t").resolve("v.tar"));
    for (Path path : List.of(root, dir.resolve("VOCdevkit"), dir, tar)) {
      notes.clear();
      Splits splits = open("voc2012", path);
      assertThat(splits.train().size()).isEqualTo(2);
      assertThat(splits.train().name()).isEqualTo("voc2012 train");
      assertThat(splits.train().source(1)).endsWith("JPEGImages/train_2.jpg");
      assertThat(Masks.of(splits.train()).mask(1).pixels()).containsExactly(0, 2, 20, -1);
      assertThat(splits.train().classes()).hasSize(21).startsWith("background", "aeroplane");
      assertThat(splits.val()).isNull();
      assertThat(splits.test().name()).isEqualTo("voc2012 val");
      assertThat(notes)
          .singleElement()
          .asString()
          .endsWith(
              "has no masks for test: voc2012 val (2 samples) is used for testing,"
                  + " a share of voc2012 train for validation");
      new BrokenFiles(cache, notes::add).check(splits, false);
    }
  }

  @Test
  void hasATestSplitOf2007Only() throws IOException {
    Path root = write("2007", "train", "val", "test");
    Splits splits = open("voc2007", root);
    assertThat(splits.all())
        .extracting(d -> d.name())
        .containsExactly("voc2007 train", "voc2007 val", "voc2007 test");
    assertThat(notes).isEmpty();

    Files.delete(root.resolve("SegmentationClass/test_1.png"));
    Files.delete(root.resolve("SegmentationClass/test_2.png"));
    assertThat(open("voc2007", root).test().name()).isEqualTo("voc2007 val");

    write("2012", "train", "val", "test");
    assertThat(open("voc2012", dir).test().name()).isEqualTo("voc2012 val");
    assertThat(open("voc2007", dir).test().name()).isEqualTo("voc2007 val");
    assertThat(Datasets.namesOf(dir)).containsExactly("voc2007", "voc2012");
  }

  @Test
  void refusesAnotherYear() throws IOException {
    write("2007", "train", "val");
    assertThatThrownBy(() -> open("voc2012", dir))
        .isInstanceOf(FormatException.class)
        .hasMessage(dir + ": has voc2007, not voc2012");
    assertThatThrownBy(() -> open("voc2012", dir.resolve("VOCdevkit/VOC2007/JPEGImages")))
        .hasMessageEndingWith(
            "has no folder ImageSets/Segmentation: give the VOCdevkit folder or the archive of"
                + " voc2012");
  }

  @Test
  void namesFilesThatAListHasAndTheFolderHasNot() throws IOException {
    Path root = write("2012", "train", "val");
    Files.delete(root.resolve("SegmentationClass/val_1.png"));
    Files.delete(root.resolve("JPEGImages/val_2.jpg"));
    assertThatThrownBy(() -> open("voc2012", root))
        .isInstanceOf(FormatException.class)
        .hasMessage(
            "%s: lists 2 files that are not in %s: SegmentationClass/val_1.png; JPEGImages/val_2.jpg"
                .formatted(list(root, "val"), root));
    Files.delete(list(root, "val"));
    assertThatThrownBy(() -> open("voc2012", root))
        .hasMessage(list(root, "val") + ": does not exist");
    MaskFolders.text(list(root, "val"), "");
    assertThatThrownBy(() -> open("voc2012", root)).hasMessage(list(root, "val") + ": is empty");
  }
}
