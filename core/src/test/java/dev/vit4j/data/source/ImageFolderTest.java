package dev.vit4j.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.data.BrokenFiles;
import dev.vit4j.data.Dataset;
import dev.vit4j.data.Labels;
import dev.vit4j.data.PictureFolders;
import dev.vit4j.data.Splits;
import dev.vit4j.data.Verify;
import dev.vit4j.format.FormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
  @TempDir Path cache;

  private final List<String> notes = new ArrayList<>();

  private Splits open(Path dir) throws IOException {
    Splits splits = Datasets.open(DataSpec.of("folder", dir), notes::add);
    notes.addAll(splits.remarks());
    return splits;
  }

  private static List<String> sources(Dataset data, Path root) {
    return IntStream.range(0, data.size())
        .mapToObj(i -> root.relativize(Path.of(data.source(i))).toString())
        .toList();
  }

  @Test
  void readsTrainValAndTestInTorchvisionsOrder(@TempDir Path dir) throws IOException {
    PictureFolders.write(
        dir,
        "train/cat/b.png",
        "train/cat/a.png",
        "train/cat/deep/z.png",
        "train/cat/A.PNG",
        "train/cat-big/x.png",
        "train/Dog/1.png",
        "train/Dog/10.png",
        "train/Dog/2.png",
        "valid/cat/v.png",
        "valid/cat-big/v.png",
        "valid/Dog/v.png",
        "test/Dog/t.png",
        "test/cat/t.png",
        "test/cat-big/t.png");
    Splits splits = open(dir);
    assertThat(splits.train().classes()).containsExactly("Dog", "cat", "cat-big");
    assertThat(sources(splits.train(), dir.resolve("train")))
        .containsExactly(
            "Dog/1.png",
            "Dog/10.png",
            "Dog/2.png",
            "cat/A.PNG",
            "cat/a.png",
            "cat/b.png",
            "cat/deep/z.png",
            "cat-big/x.png");
    assertThat(Labels.of(splits.train()).label(6)).isEqualTo(1);
    assertThat(PictureFolders.red(splits.train(), 5)).isZero();
    assertThat(PictureFolders.red(splits.train(), 6)).isEqualTo(2);
    assertThat(splits.train().shape()).isNull();
    assertThat(Objects.requireNonNull(splits.val()).size()).isEqualTo(3);
    assertThat(splits.test().size()).isEqualTo(3);
    assertThat(splits.test().name()).isEqualTo(dir.getFileName() + " test");
    assertThat(notes).isEmpty();
    assertThat(Datasets.namesOf(dir)).containsExactly("folder");
  }

  @Test
  void clutterIsSkippedAndCounted(@TempDir Path dir) throws IOException {
    PictureFolders.write(
        dir,
        "train/a/1.png",
        "train/b/1.png",
        "test/a/1.png",
        "test/b/1.png",
        "train/a/x.txt",
        "train/a/y.txt",
        "train/b/deep/meta.json",
        "train/readme",
        "train/a/.DS_Store",
        "train/.cache/1.png",
        "train/stray.png");
    Splits splits = open(dir);
    assertThat(splits.train().size()).isEqualTo(2);
    assertThat(notes)
        .containsExactly(
            dir.resolve("train")
                + ": 6 files skipped: 1 .json, 2 .txt, 1 hidden,"
                + " 1 outside the class folders, 1 without extension");
  }

  @Test
  void oneFolderOfClassesIsSplitBySeed(@TempDir Path dir) throws IOException {
    for (int i = 0; i < 20; i++) {
      PictureFolders.write(dir, "a/%02d.png".formatted(i), "b/%02d.png".formatted(i));
    }
    Splits splits = open(dir);
    assertThat(splits.val()).isNull();
    assertThat(splits.train().size()).isEqualTo(32);
    assertThat(splits.test().size()).isEqualTo(8);
    assertThat(IntStream.range(0, 8).map(Labels.of(splits.test())::label).sum()).isEqualTo(4);
    Set<String> all = new HashSet<>(sources(splits.train(), dir));
    assertThat(all).doesNotContainAnyElementsOf(sources(splits.test(), dir));
    all.addAll(sources(splits.test(), dir));
    assertThat(all).hasSize(40);
    assertThat(notes).anyMatch(n -> n.contains("8 of 40 images are held out for testing"));
    assertThat(sources(open(dir).test(), dir)).isEqualTo(sources(splits.test(), dir));
    Splits other = Datasets.open(new DataSpec("folder", dir, 0.2, 7, DataLists.NONE), n -> {});
    assertThat(sources(other.test(), dir)).isNotEqualTo(sources(splits.test(), dir));
  }

  @Test
  void withoutTestTheValFolderIsKeptForIt(@TempDir Path dir) throws IOException {
    PictureFolders.write(
        dir, "train/a/1.png", "train/b/1.png", "val/a/1.png", "val/b/1.png", "val/b/2.png");
    Splits splits = open(dir);
    assertThat(splits.val()).isNull();
    assertThat(splits.test().size()).isEqualTo(3);
    assertThat(notes).anyMatch(n -> n.contains("val/ is used for testing"));
  }

  @Test
  void badFoldersAreOneClearLine(@TempDir Path dir) throws IOException {
    PictureFolders.write(dir, "empty/a/1.png", "empty/b/x.txt", "empty/c/.hidden.png");
    refused(dir.resolve("empty"), "class folders without images: b, c");
    PictureFolders.write(dir, "flat/1.png", "flat/2.png");
    refused(dir.resolve("flat"), "has no images in class folders");
    Files.createDirectories(dir.resolve("nothing"));
    refused(dir.resolve("nothing"), "has no images in class folders");
    refused(dir.resolve("missing"), "no such file or folder");
    PictureFolders.write(
        dir,
        "differ/train/a/1.png",
        "differ/train/b/1.png",
        "differ/test/a/1.png",
        "differ/test/c/1.png");
    refused(dir.resolve("differ"), "missing are b; additional are c");
    Path file = Files.writeString(dir.resolve("file.txt"), "x");
    refused(file, "is neither a folder nor a zip, tar or tar.gz archive");
  }

  @Test
  void valAndTestMayLackClassesButHaveNoOthers(@TempDir Path dir) throws IOException {
    PictureFolders.write(dir, "train/a/1.png", "train/b/1.png", "train/c/1.png");
    PictureFolders.write(dir, "test/c/1.png", "test/b/2.png", "val/b/1.png");
    Files.createDirectories(dir.resolve("val/c"));
    Splits splits = open(dir);
    assertThat(splits.test().classes()).containsExactly("a", "b", "c");
    assertThat(Labels.of(splits.test()).labels()).containsExactly(1, 2);
    assertThat(Labels.of(Objects.requireNonNull(splits.val())).labels()).containsExactly(1);
    assertThat(splits.remarks())
        .containsExactly(
            dir.resolve("val")
                + ": no images of a, c, of which "
                + dir.resolve("train")
                + " has some",
            dir.resolve("test")
                + ": no images of a, of which "
                + dir.resolve("train")
                + " has some");
  }

  /** To see how many pictures of one class a model recognizes. */
  @Test
  void oneClassIsEnoughToEvaluate(@TempDir Path dir) throws IOException {
    PictureFolders.write(dir, "cat/1.png", "cat/2.png", "cat/3.png");
    Dataset whole = Objects.requireNonNull(open(dir).whole());
    assertThat(whole.classes()).containsExactly("cat");
    assertThat(whole.size()).isEqualTo(3);
  }

  private void refused(Path dir, String reason) {
    assertThatThrownBy(() -> open(dir))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith(dir.toString())
        .hasMessageContaining(reason)
        .hasMessageMatching(".*");
  }

  @Test
  void aClassMayBeCalledTrain(@TempDir Path dir) throws IOException {
    PictureFolders.write(dir, "train/1.png", "train/2.png", "train/3.png");
    PictureFolders.write(dir, "car/1.png", "car/2.png", "car/3.png");
    Splits splits = Datasets.open(new DataSpec("folder", dir, 0.4, 1, DataLists.NONE), n -> {});
    assertThat(splits.train().classes()).containsExactly("car", "train");
  }

  @Test
  void linksAreFollowedButNoCircles(@TempDir Path dir) throws IOException {
    PictureFolders.write(dir, "store/x.png", "data/train/a/1.png", "data/test/a/1.png");
    Path data = dir.resolve("data");
    Files.createSymbolicLink(data.resolve("train/b"), dir.resolve("store"));
    Files.createSymbolicLink(data.resolve("test/b"), dir.resolve("store"));
    Files.createSymbolicLink(data.resolve("train/a/2.png"), dir.resolve("store/x.png"));
    Files.createSymbolicLink(data.resolve("train/a/loop"), data.resolve("train"));
    Path link = Files.createSymbolicLink(dir.resolve("link"), data);
    Splits splits = open(link);
    assertThat(sources(splits.train(), link.resolve("train")))
        .containsExactly("a/1.png", "a/2.png", "b/x.png");
    assertThat(notes)
        .containsExactly(
            link.resolve("train/a/loop") + ": skipped, a link to a folder that contains it");
  }

  @Test
  void namesAreSortedByCodePoints() {
    // U+FB01 comes before U+1F600 by points, after it by UTF-16 units.
    List<String> names = Arrays.asList("b", "\ufb01", "\ud83d\ude00", "a", "aa", "B", "é");
    names.sort(FileTree.PYTHON_ORDER);
    assertThat(names).containsExactly("B", "a", "aa", "b", "é", "\ufb01", "\ud83d\ude00");
  }

  @Test
  void brokenFilesAreRefusedOrSkipped(@TempDir Path dir) throws IOException {
    PictureFolders.write(dir, "train/a/1.png", "train/a/2.png", "train/b/1.png", "train/b/2.png");
    PictureFolders.write(dir, "test/a/1.png", "test/b/1.png");
    Files.write(dir.resolve("train/a/1.png"), new byte[0]);
    byte[] whole = PictureFolders.png(5);
    Files.write(dir.resolve("train/b/2.png"), Arrays.copyOf(whole, whole.length - 24));
    Splits splits = open(dir);
    assertThatThrownBy(() -> new BrokenFiles(cache, notes::add).check(splits, false))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining(
            "2 unusable files (replace them, or skip them with --set broken=skip)")
        .hasMessageContaining(dir.resolve("train/a/1.png") + ": is empty (0 bytes)")
        .hasMessageContaining(dir.resolve("train/b/2.png").toString());
    Splits rest = new BrokenFiles(cache, notes::add).check(splits, true);
    assertThat(sources(rest.train(), dir.resolve("train"))).containsExactly("a/2.png", "b/1.png");
    assertThat(rest.test()).isSameAs(splits.test());
    assertThat(notes).hasSize(1);
    assertThat(notes.get(0)).contains("skipped 2 unusable files: ");
  }

  @Test
  void claimsBeyondBeliefAreLookedAtClosely(@TempDir Path dir) throws IOException {
    PictureFolders.write(dir, "train/a/1.png", "train/b/1.png", "test/a/1.png", "test/b/1.png");
    byte[] lying = PictureFolders.png(5);
    ByteBuffer.wrap(lying).putInt(16, 65535).putInt(20, 65535);
    Files.write(dir.resolve("train/a/1.png"), lying);
    assertThatThrownBy(() -> new BrokenFiles(cache, notes::add).check(open(dir), false))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("1 unusable file (replace it, or skip it with --set broken=skip)")
        .hasMessageContaining(dir.resolve("train/a/1.png") + ": ");
  }

  @Test
  void verifyNamesBrokenFilesAndDuplicates(@TempDir Path dir) throws IOException {
    PictureFolders.write(dir, "train/a/1.png", "train/a/2.png", "train/b/3.png", "train/b/4.png");
    PictureFolders.write(dir, "test/a/same.png", "test/b/5.png");
    Files.write(dir.resolve("train/b/4.png"), PictureFolders.png(2));
    Files.write(dir.resolve("test/b/5.png"), new byte[] {1, 2, 3});
    Splits splits = open(dir);
    Verify verify = Verify.of(splits.all());
    assertThat(verify.checked()).isEqualTo(6);
    assertThat(verify.good()).isFalse();
    assertThat(verify.problems()).hasSize(1);
    assertThat(verify.problems().get(0).source()).endsWith("5.png");
    assertThat(verify.problems().get(0).reason()).contains("is not a PNG");
    assertThat(verify.duplicates()).hasSize(2);
    Verify.Duplicate inside = verify.duplicates().get(0);
    assertThat(inside.source()).endsWith("4.png");
    assertThat(inside.firstSource()).endsWith("3.png");
    assertThat(inside.sameLabel()).isTrue();
    assertThat(verify.acrossParts()).hasSize(1);
    assertThat(verify.acrossParts().get(0).firstSource()).endsWith("1.png");
  }
}
