package dev.vit4j.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.data.BrokenFiles;
import dev.vit4j.data.Dataset;
import dev.vit4j.data.Masks;
import dev.vit4j.data.Splits;
import dev.vit4j.format.FormatException;
import dev.vit4j.image.Palette;
import dev.vit4j.image.PngBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CamVidTest {
  @TempDir Path cache;

  private final List<String> notes = new ArrayList<>();
  @TempDir private Path dir;
  private Path root;

  @BeforeEach
  void write() throws IOException {
    root = dir.resolve("camvid");
    MaskFolders.sample(root, "train/a.jpg", "trainannot/a.png", 0, 1, 10, 11);
    MaskFolders.sample(root, "train/b.png", "trainannot/b.png", 11, 11, 255, 3);
    MaskFolders.sample(root, "val/c.png", "valannot/c.png", 4, 4, 4, 4);
    MaskFolders.sample(root, "test/d.png", "testannot/d.png", 8, 8, 8, 9);
  }

  private Splits open(Path path) throws IOException {
    return Datasets.open(DataSpec.of("camvid", path), notes::add);
  }

  private static byte[] mask(Dataset data, int index) throws IOException {
    return Masks.of(data).mask(index).pixels();
  }

  private void check(Path path) throws IOException {
    new BrokenFiles(cache, notes::add).check(open(path), false);
  }

  @Test
  void readsFoldersAndArchivesAlike() throws IOException {
    for (Path path : List.of(root, dir, MaskFolders.zip(root, dir.resolve("c.zip")))) {
      Splits splits = open(path);
      assertThat(splits.train().size()).isEqualTo(2);
      assertThat(mask(splits.train(), 0)).containsExactly(0, 1, 10, -1); // 11 has no class
      assertThat(mask(splits.train(), 1)).containsExactly(-1, -1, -1, 3);
      assertThat(mask(splits.all().get(1), 0)).containsExactly(4, 4, 4, 4);
      assertThat(mask(splits.test(), 0)).containsExactly(8, 8, 8, 9);
      assertThat(splits.test().classes()).hasSize(11).startsWith("sky").endsWith("cyclist");
      assertThat(splits.train().targets().counts())
          .containsExactly(1, 1, 0, 1, 0, 0, 0, 0, 0, 0, 1);
      assertThat(splits.all())
          .extracting(Dataset::name)
          .containsExactly("camvid train", "camvid val", "camvid test");
      check(path);
    }
    assertThat(notes).isEmpty();
  }

  @Test
  void isRecognizedAndHasItsColors() throws IOException {
    assertThat(Datasets.namesOf(root)).containsExactly("camvid");
    assertThat(Palette.forClasses(open(root).train().classes())).isSameAs(Palette.CAMVID);
    assertThat(Palette.forClasses(Voc.CLASSES)).isSameAs(Palette.VOC);
  }

  @Test
  void withoutTestMasksTheValidationSplitIsTheTest() throws IOException {
    Files.delete(root.resolve("testannot/d.png"));
    Files.delete(root.resolve("testannot"));
    Splits splits = open(root);
    assertThat(splits.val()).isNull();
    assertThat(splits.test().name()).isEqualTo("camvid val");
    assertThat(notes)
        .containsExactly(
            root
                + " has no masks for test: camvid val (1 sample) is used for testing,"
                + " a share of camvid train for validation");
  }

  @Test
  void namesImagesWithoutMasks() throws IOException {
    MaskFolders.image(root.resolve("train/x.png"));
    MaskFolders.image(root.resolve("train/y.png"));
    assertThatThrownBy(() -> open(root))
        .isInstanceOf(FormatException.class)
        .hasMessage(
            "%s/train: 2 of 4 images have no mask (a PNG of the same name) in %s/trainannot: x.png; y.png"
                .formatted(root, root));
  }

  @Test
  void tellsOfMasksWithoutImages() throws IOException {
    Files.delete(root.resolve("train/a.jpg"));
    assertThat(open(root).train().size()).isEqualTo(1);
    assertThat(notes).containsExactly(root + "/trainannot: skipped 1 mask without an image: a.png");
  }

  @Test
  void refusesValuesThatAreNoClass() throws IOException {
    MaskFolders.write(root.resolve("trainannot/b.png"), PngBytes.gray(2, 2, 0, 0, 12, 0));
    String reason =
        "trainannot/b.png: has the value 12 at row 1, column 0: with 11 classes, values must be 0 to 10, or 255 for ignored pixels";
    assertThatThrownBy(() -> check(root))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith("camvid train: 1 unusable file")
        .hasMessageEndingWith(reason);
    assertThatThrownBy(() -> mask(open(root).train(), 1)).hasMessage(root + "/" + reason);
  }

  @Test
  void refusesMasksOfAnotherSize() throws IOException {
    MaskFolders.write(root.resolve("valannot/c.png"), PngBytes.gray(3, 2, 0, 0, 0, 0, 0, 0));
    assertThatThrownBy(() -> check(root))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining(
            "%s/val/c.png: is 2 x 2 pixels, but its mask %s/valannot/c.png is 3 x 2 (width x height): they must be equal"
                .formatted(root, root));
  }

  @Test
  void refusesMasksInColor() throws IOException {
    MaskFolders.image(root.resolve("testannot/d.png"));
    assertThatThrownBy(() -> check(root))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("testannot/d.png: is an RGB image; a mask must be");
  }

  @Test
  void brokenSamplesCanBeLeftOut() throws IOException {
    MaskFolders.image(root.resolve("trainannot/a.png"));
    Splits checked = new BrokenFiles(cache, notes::add).check(open(root), true);
    assertThat(checked.train().size()).isEqualTo(1);
    assertThat(mask(checked.train(), 0)).containsExactly(-1, -1, -1, 3);
  }

  @Test
  void refusesOtherFolders() {
    assertThatThrownBy(() -> open(root.resolve("train")))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("is not CamVid: there is no folder trainannot/");
    assertThatThrownBy(() -> Datasets.open("camvid", null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "data 'camvid' needs data_dir (--data): the folder or archive with its images and masks");
  }
}
