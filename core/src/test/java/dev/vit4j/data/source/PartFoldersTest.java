package dev.vit4j.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.data.PictureFolders;
import dev.vit4j.data.Splits;
import dev.vit4j.format.FormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What folders of splits are called in data sets that people download. */
class PartFoldersTest {
  @TempDir Path dir;

  private Splits open() throws IOException {
    return Datasets.open(DataSpec.of("folder", dir), n -> {});
  }

  @ParameterizedTest
  @CsvSource({
    "Training,Testing,",
    "Train,Test,Val",
    "TRAIN,TEST,VALIDATION",
    "training_set,test_set,dev",
    "trainset,testset,valset",
    "seg_train/seg_train,seg_test/seg_test,",
    "train_images,test_images,val_images",
    "asl-alphabet-train/x,asl-alphabet-test/x,",
    "train/train,test/test,valid/valid",
    "trainData,testData,validData",
    "data/set/train,data/set/test,data/set/dev",
    "train2017,test2017,val2017",
  })
  void splitsAreKnownByTheWordsOfTheirNames(String train, String test, String val)
      throws IOException {
    PictureFolders.write(
        dir, train + "/a/1.png", train + "/b/2.png", train + "/b/3.png", test + "/a/4.png");
    PictureFolders.write(dir, test + "/b/5.png");
    if (val != null) {
      PictureFolders.write(dir, val + "/a/6.png", val + "/b/7.png", val + "/b/8.png");
    }
    Splits splits = open();
    assertThat(splits.train().classes()).containsExactly("a", "b");
    assertThat(splits.train().size()).isEqualTo(3);
    assertThat(splits.test().size()).isEqualTo(2);
    assertThat(splits.whole()).isNull();
    assertThat(splits.val() == null ? 0 : splits.val().size()).isEqualTo(val == null ? 0 : 3);
    boolean plain = train.endsWith("set/train");
    assertThat(splits.remarks()).hasSize(plain ? 1 : splits.all().size());
    if (!plain) {
      assertThat(splits.remarks().get(0)).endsWith(train + "/ is read as the training split");
    }
  }

  @Test
  void namesOfClassesStayNamesOfClasses() throws IOException {
    PictureFolders.write(
        dir, "train_station/1.png", "train_station/in/2.png", "test tube/3.png", "cat/4.png");
    PictureFolders.write(dir, "train_station/5.png", "test tube/6.png", "cat/7.png");
    Splits splits = open();
    assertThat(splits.train().classes()).containsExactly("cat", "test tube", "train_station");
    assertThat(Objects.requireNonNull(splits.whole()).size()).isEqualTo(7);
  }

  @Test
  void aFolderThatIsNoSplitIsSaid() throws IOException {
    PictureFolders.write(
        dir, "seg_train/seg_train/a/1.png", "seg_train/seg_train/b/1.png", "seg_pred/p/1.png");
    PictureFolders.write(dir, "seg_test/seg_test/a/1.png", "seg_test/seg_test/b/1.png");
    assertThat(open().remarks())
        .anyMatch(r -> r.endsWith("not used, as it is no split: seg_pred/"));
  }

  @Test
  void theCopyOfAFolderInItselfIsLeftOut() throws IOException {
    PictureFolders.write(
        dir, "sick/1.png", "sick/2.png", "well/1.png", "well/2.png", "cells/sick/1.png");
    PictureFolders.write(dir, "cells/well/1.png", "cells/sick/2.png", "cells/well/2.png");
    Splits splits = open();
    assertThat(splits.train().classes()).containsExactly("sick", "well");
    assertThat(Objects.requireNonNull(splits.whole()).size()).isEqualTo(4);
    assertThat(splits.remarks())
        .anyMatch(r -> r.endsWith("cells/ repeats the folders beside it: left out, 4 images"));
  }

  @Test
  void imagesWithoutClassFoldersAreNoClasses() throws IOException {
    PictureFolders.write(dir, "train/1.png", "train/2.png", "test/1.png", "test/2.png");
    assertThatThrownBy(this::open)
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("test/ and train/ hold images without class folders");
  }

  @Test
  void foldersOfTheSameFoldersAreClassesWithADoubt() throws IOException {
    PictureFolders.write(dir, "one/a/1.png", "one/b/1.png", "two/a/1.png", "two/b/1.png");
    assertThat(open().remarks())
        .anyMatch(r -> r.contains("its folders one, two are taken for classes"));
    PictureFolders.write(dir, "one/train/1.png", "one/test/1.png");
    assertThat(open().remarks()).anyMatch(r -> r.contains("are not used as splits"));
  }

  @Test
  void trainAloneHoldsOutAShare() throws IOException {
    for (int i = 0; i < 5; i++) {
      PictureFolders.write(dir, "train/a/%d.png".formatted(i), "train/b/%d.png".formatted(i));
    }
    Splits splits = open();
    assertThat(splits.test().size()).isEqualTo(2);
    assertThat(Objects.requireNonNull(splits.whole()).size()).isEqualTo(10);
    assertThat(splits.remarks())
        .containsExactly(
            dir.resolve("train")
                + ": no folder for validation or testing, 2 of 10 images are held out for testing");
  }

  @Test
  void twoFoldersOfOneSplitAreRefused() throws IOException {
    PictureFolders.write(dir, "train/a/1.png", "train/b/1.png", "test_1/a/1.png", "test_1/b/1.png");
    PictureFolders.write(dir, "test_2/a/1.png", "test_2/b/1.png");
    assertThatThrownBy(this::open).hasMessageContaining("test split: test_1, test_2; name one");
  }
}
