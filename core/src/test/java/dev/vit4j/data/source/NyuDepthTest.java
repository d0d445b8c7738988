package dev.vit4j.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.Fixture;
import dev.vit4j.data.Dataset;
import dev.vit4j.data.Depths;
import dev.vit4j.data.Splits;
import dev.vit4j.data.Verify;
import dev.vit4j.format.FormatException;
import dev.vit4j.image.Image;
import dev.vit4j.image.PixelValues;
import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file of the same layout that h5py wrote, see bench/peers/make_mat_fixture.py. */
class NyuDepthTest {
  private final List<String> notes = new ArrayList<>();
  @TempDir private Path dir;

  private Path file() {
    return dir.resolve("nyu_depth_v2_labeled.mat");
  }

  private void copy(String fixture, String name) throws IOException {
    Files.copy(
        Fixture.path("18-mat/" + fixture), dir.resolve(name), StandardCopyOption.REPLACE_EXISTING);
  }

  private Splits open(Path path) throws IOException {
    return Datasets.open(DataSpec.of("nyu-depth-v2", path), notes::add);
  }

  private static int level(int n, int c, int x, int y) {
    return (40 * n + 60 * c + 5 * x + y) % 256;
  }

  private static void assertIsImage(Dataset data, int index, int n) throws IOException {
    Image image = data.image(index);
    assertThat(image).hasToString("Image[8 x 12 x 3]");
    float[] depths = PixelValues.numbers(Depths.of(data).depths(index));
    for (int y = 0; y < 8; y++) {
      for (int x = 0; x < 12; x++) {
        for (int c = 0; c < 3; c++) {
          assertThat(image.pixels()[(y * 12 + x) * 3 + c] & 0xff).isEqualTo(level(n, c, x, y));
        }
        boolean isUnknown = n == 0 && x == 2 && y == 1;
        assertThat(depths[y * 12 + x]).isEqualTo(isUnknown ? 0 : 1 + n + x / 8f + y / 64f);
      }
    }
  }

  @Test
  void readsThePublishedSplitTransposed() throws IOException {
    copy("nyu.mat", "nyu_depth_v2_labeled.mat");
    copy("splits.mat", "splits.mat");
    for (Path path : List.of(dir, file())) {
      Splits splits = open(path);
      assertThat(splits.train().size()).isEqualTo(4);
      assertThat(splits.test().size()).isEqualTo(2);
      assertThat(splits.val()).isNull();
      for (int i = 0; i < 4; i++) {
        assertIsImage(splits.train(), i, 2 + i);
      }
      assertIsImage(splits.test(), 0, 0);
      assertThat(splits.test().source(1)).isEqualTo(file() + "!0002");
      assertThat(splits.train().name()).isEqualTo("nyu-depth-v2 train");
      assertThat(splits.train().shape()).hasToString("8 x 12 with 3 channels");
      assertThat(notes).isEmpty();
      assertThat(Datasets.namesOf(path)).containsExactly("nyu-depth-v2");
      assertThat(Verify.of(splits.all()).good()).isTrue();
    }
  }

  @Test
  void threadsReadTheSame() throws IOException {
    copy("nyu.mat", "nyu_depth_v2_labeled.mat");
    copy("splits.mat", "splits.mat");
    Dataset train = open(dir).train();
    List<byte[]> expected = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      expected.add(train.image(i).pixels());
    }
    boolean same =
        IntStream.range(0, 400)
            .parallel()
            .allMatch(
                i -> {
                  try {
                    return Arrays.equals(train.image(i % 4).pixels(), expected.get(i % 4));
                  } catch (IOException e) {
                    throw new AssertionError(e);
                  }
                });
    assertThat(same).isTrue();
  }

  @Test
  void withoutSplitsAShareIsHeldOut() throws IOException {
    copy("nyu.mat", "nyu_depth_v2_labeled.mat");
    Splits splits = open(dir);
    assertThat(splits.train().size()).isEqualTo(5);
    assertThat(splits.test().size()).isEqualTo(1);
    assertThat(splits.remarks())
        .singleElement()
        .asString()
        .endsWith(
            "the published split, %s, does not exist, 1 of 6 images are held out for testing"
                .formatted(dir.resolve("splits.mat")));
  }

  private void assertRefused(String reason) {
    assertThatThrownBy(() -> open(dir))
        .isInstanceOf(FormatException.class)
        .hasMessage(file() + ": " + reason);
  }

  @Test
  void refusesOtherFilesInOneLine() throws IOException {
    assertRefused("does not exist");
    copy("plain.mat", "nyu_depth_v2_labeled.mat");
    assertRefused("is a MATLAB file of version 5 to 7, not 7.3 (HDF5): save it with -v7.3");
    Files.write(file(), new byte[10]);
    assertRefused("is not an HDF5 file (MATLAB 7.3), or is cut off");
    copy("v73.mat", "nyu_depth_v2_labeled.mat");
    assertRefused("has no array 'images', only LabelMap");
    write(new float[2][3][4][5], new float[2][4][5]);
    assertRefused(
        "array 'images' has the shape [2, 3, 4, 5] of float: expected 4 dimensions of int");
    write(new int[2][3][4][5], new float[2][4]);
    assertRefused("array 'depths' has the shape [2, 4] of float: expected 3 dimensions of float");
    write(new int[2][3][4][5], new float[2][5][4]);
    assertRefused("array 'depths' has the shape [2, 5, 4], but 'images' [2, 3, 4, 5]");
    write(new int[2][1][4][5], new float[2][4][5]);
    assertRefused("array 'images' has the shape [2, 1, 4, 5]: expected [N, 3, width, height]");
    assertThatThrownBy(() -> open(null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("data 'nyu-depth-v2' needs data_dir (--data)");
  }

  private void write(Object images, Object depths) {
    try (WritableHdfFile out = HdfFile.write(file())) {
      out.putDataset("images", images);
      out.putDataset("depths", depths);
    }
  }

  @Test
  void splitsThatNameOtherImagesAreRefused() throws IOException {
    copy("nyu.mat", "nyu_depth_v2_labeled.mat");
    copy("plain.mat", "splits.mat");
    assertThatThrownBy(() -> open(dir))
        .hasMessage(dir.resolve("splits.mat") + ": has no variable 'trainNdxs', only LabelMap");
  }

  /** A file may end or change anywhere: an error of one line, or numbers, but no crash. */
  @Test
  void cutAndDamagedFilesAreTypedErrors() throws IOException {
    copy("nyu.mat", "nyu_depth_v2_labeled.mat");
    byte[] whole = Files.readAllBytes(file());
    SplittableRandom random = new SplittableRandom(1);
    int refused = 0;
    for (int i = 0; i < 300; i++) {
      byte[] bad = i < 40 ? Arrays.copyOf(whole, i * whole.length / 40) : whole.clone();
      if (i >= 40) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt();
      }
      Files.write(file(), bad);
      try {
        Dataset all = open(dir).train();
        for (int n = 0; n < all.size(); n++) {
          all.check(n);
        }
      } catch (FormatException e) {
        refused++;
        assertThat(e).hasMessageStartingWith(file().toString()).hasMessageNotContaining("\n");
      }
    }
    assertThat(refused).isGreaterThan(60);
  }
}
