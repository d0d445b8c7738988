package dev.vit4j.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.Masks;
import dev.vit4j.data.Splits;
import dev.vit4j.format.FormatException;
import dev.vit4j.image.PngBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SegmentationFolderTest {
  private final List<String> notes = new ArrayList<>();
  @TempDir private Path dir;

  private Splits open(Path path) throws IOException {
    return Datasets.open(DataSpec.of("segmentation-folder", path), notes::add);
  }

  @ParameterizedTest
  @CsvSource({
    "train/images,train/masks,val/images,val/masks,test/images,test/masks",
    "train/img,train/labels,valid/img,valid/labels,test/img,test/labels",
    "images/training,annotations/training,images/validation,annotations/validation,images/testing,annotations/testing",
    "data/images/train,data/masks/train,data/images/val,data/masks/val,data/images/test,data/masks/test"
  })
  void readsSplitsInsideOrOutsideOfTheFolders(
      String train, String trainMasks, String val, String valMasks, String test, String testMasks)
      throws IOException {
    MaskFolders.sample(dir, train + "/a.png", trainMasks + "/a.png", 0, 1, 2, 255);
    MaskFolders.sample(dir, train + "/deep/b.jpg", trainMasks + "/deep/b.png", 1, 1, 1, 1);
    MaskFolders.sample(dir, val + "/a.png", valMasks + "/a.png", 2, 2, 2, 2);
    MaskFolders.sample(dir, test + "/a.png", testMasks + "/a.png", 0, 0, 0, 0);
    Splits splits = open(dir);
    assertThat(splits.all()).extracting(Dataset::size).containsExactly(2, 1, 1);
    assertThat(splits.train().classes()).containsExactly("0", "1", "2");
    assertThat(Masks.of(splits.train()).mask(0).pixels()).containsExactly(0, 1, 2, -1);
    assertThat(Masks.of(splits.train()).mask(1).pixels()).containsExactly(1, 1, 1, 1);
    assertThat(splits.train().source(1)).isEqualTo(dir.resolve(train + "/deep/b.jpg").toString());
    assertThat(notes)
        .singleElement()
        .asString()
        .endsWith("has no classes.txt: the 3 values of the masks are used as class names");
    assertThat(Datasets.namesOf(dir)).containsExactly("segmentation-folder", "folder");
  }

  @Test
  void withoutSplitsAShareIsKeptForTheTest() throws IOException {
    for (int i = 0; i < 10; i++) {
      MaskFolders.sample(
          dir, "JPEGImages/" + i + ".jpg", "SegmentationClass/" + i + ".png", 0, 1, 1, i % 2);
    }
    MaskFolders.text(dir.resolve("classes.txt"), "sky", "traffic light", "");
    Splits splits = open(dir);
    assertThat(splits.train().size()).isEqualTo(8);
    assertThat(splits.val()).isNull();
    assertThat(splits.test().size()).isEqualTo(2);
    assertThat(splits.test().classes()).containsExactly("sky", "traffic light");
    assertThat(open(dir).test().source(0)).isEqualTo(splits.test().source(0));
    assertThat(splits.remarks().get(0))
        .isEqualTo(
            dir.resolve("JPEGImages")
                + ": single folder of images, 2 of 10 images are held out for testing");
  }

  @Test
  void masksMoveWithTheirImagesIntoTheSplit() throws IOException {
    for (int i = 0; i < 10; i++) {
      MaskFolders.sample(dir, "images/" + i + ".png", "masks/" + i + ".png", i, i, i, i);
    }
    Splits splits = open(dir);
    for (Dataset part : splits.all()) {
      for (int i = 0; i < part.size(); i++) {
        int number = Masks.of(part).mask(i).pixels()[0];
        assertThat(part.source(i)).isEqualTo(dir.resolve("images/" + number + ".png").toString());
      }
    }
  }

  @Test
  void withoutATestTheValidationSplitIsKeptForIt() throws IOException {
    MaskFolders.sample(dir, "images/training/a.png", "annotations/training/a.png", 0, 1, 2, 3);
    MaskFolders.sample(dir, "images/validation/a.png", "annotations/validation/a.png", 0, 1, 2, 3);
    MaskFolders.image(
        dir.resolve("images/testing/a.png")); // as ADE20K, whose test masks are secret
    Splits splits = open(dir);
    assertThat(splits.val()).isNull();
    assertThat(splits.test().source(0)).contains("validation");
    Files.delete(dir.resolve("annotations/validation/a.png"));
    Files.delete(dir.resolve("annotations/validation"));
    assertThatThrownBy(() -> open(dir))
        .isInstanceOf(FormatException.class)
        .hasMessageEndingWith(
            "has masks for train but neither for val nor for test: add one of them");
  }

  @Test
  void refusesWhatCannotBeLearned() throws IOException {
    assertThatThrownBy(() -> open(dir))
        .isInstanceOf(FormatException.class)
        .hasMessage(
            dir
                + ": has no folders of images and masks: put images into images/ and masks,"
                + " PNGs with the same names, into masks/");
    MaskFolders.sample(dir, "images/a.png", "masks/a.png", 0, 255, 0, 0);
    assertThatThrownBy(() -> open(dir))
        .hasMessage(
            dir
                + ": its masks have only one class (255 is ignored): number the classes 0, 1, 2, …");
    MaskFolders.write(dir.resolve("masks/a.png"), PngBytes.of(2, 2, 8, 2, new int[12]));
    assertThatThrownBy(() -> open(dir)).hasMessageContaining("masks/a.png: is an RGB image");
    MaskFolders.text(dir.resolve("classes.txt"), "a", "b", "a");
    assertThatThrownBy(() -> open(dir)).hasMessageEndingWith("classes.txt: lists 'a' twice");
    MaskFolders.text(dir.resolve("classes.txt"), "a");
    assertThatThrownBy(() -> open(dir))
        .hasMessageEndingWith("classes.txt: has 1 classes: masks can have 2 to 65535");
    Files.delete(dir.resolve("masks/a.png"));
    assertThatThrownBy(() -> open(dir)).hasMessageContaining("1 of 1 images have no mask");
    Files.delete(dir.resolve("images/a.png"));
    assertThatThrownBy(() -> open(dir)).hasMessageEndingWith("images: has no images");
  }

  @Test
  void aFolderOfClassesIsNoSegmentation() throws IOException {
    MaskFolders.image(dir.resolve("images/a.png"));
    MaskFolders.image(dir.resolve("labels/b.png"));
    assertThat(Datasets.namesOf(dir)).containsExactly("folder");
  }

  @Test
  void splitsAndFoldersAreKnownInAnyCase() throws IOException {
    for (String part : List.of("Training", "Testing")) {
      MaskFolders.sample(dir, part + "/Images/1.jpg", part + "/Masks/1.png", 0, 1, 1, 0);
    }
    MaskFolders.text(dir.resolve("classes.txt"), "sky", "road");
    assertThat(Datasets.namesOf(dir)).startsWith("segmentation-folder");
    Splits splits = open(dir);
    assertThat(splits.train().source(0)).endsWith("Training/Images/1.jpg");
    assertThat(splits.test().source(0)).endsWith("Testing/Images/1.jpg");
  }
}
