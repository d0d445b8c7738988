package dev.vit4j.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vit4j.image.Image;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DataDigestTest {
  private static final int[] LABELS = {0, 1, 1, 0};
  private static final List<String> CLASSES = List.of("cat", "dog");

  private static Image dot(int level) {
    return new Image(1, 1, 1, new byte[] {(byte) level});
  }

  private static Fakes.Pictures pictures(int[] labels, List<String> classes, int... levels) {
    return new Fakes.Pictures(
        IntStream.of(levels).mapToObj(DataDigestTest::dot).toList(), labels, classes);
  }

  private static String digest(Dataset train) throws IOException {
    return DataDigest.of(new Splits(train, null, pictures(LABELS, CLASSES, 1, 2, 3, 4)));
  }

  @Test
  void changesWithAllThatMatters() throws IOException {
    Set<String> digests = new HashSet<>();
    String first = digest(pictures(LABELS, CLASSES, 1, 2, 3, 4));
    assertThat(first).matches("[0-9a-f]{64}");
    assertThat(digest(pictures(LABELS, CLASSES, 1, 2, 3, 4))).as("again").isEqualTo(first);
    digests.add(first);
    digests.add(digest(pictures(LABELS, CLASSES, 1, 2, 3, 5))); // a pixel
    digests.add(digest(pictures(new int[] {0, 1, 1, 1}, CLASSES, 1, 2, 3, 4))); // a label
    digests.add(digest(pictures(LABELS, List.of("cat", "god"), 1, 2, 3, 4))); // a class name
    digests.add(digest(pictures(LABELS, List.of("catd", "og"), 1, 2, 3, 4))); // where it ends
    digests.add(digest(pictures(new int[] {0, 1, 1}, CLASSES, 1, 2, 3))); // the size
    digests.add(
        digest(
            new Subset("pictures", pictures(LABELS, CLASSES, 1, 2, 3, 4), new int[] {1, 0, 2, 3})));
    Dataset four = pictures(LABELS, CLASSES, 1, 2, 3, 4);
    digests.add(DataDigest.of(new Splits(four, four, four)));
    assertThat(digests).hasSize(8);
  }

  /** Of a large set, few contents are read, spread from its first sample to its end. */
  @Test
  void readsThousandSamplesOfEachSplit() throws IOException {
    List<Integer> read = new ArrayList<>();
    Dataset large =
        new Placed("/data/set", 50_000) {
          @Override
          public byte[] content(int index) {
            read.add(index);
            return new byte[1];
          }
        };
    digest(large);
    assertThat(read).hasSize(DataDigest.SAMPLES).startsWith(0, 50, 100).endsWith(49_950);
  }

  @Test
  void aCopiedOrZippedFolderKeepsIt() throws IOException {
    String digest = digest(new Placed("/data/set", 3));
    assertThat(digest(new Placed("C:\\Users\\x\\set", 3))).isEqualTo(digest);
    assertThat(digest(new Placed("/tmp/set.zip!", 3))).isEqualTo(digest);
    assertThat(digest(new Placed("/data/set", 4))).isNotEqualTo(digest);
  }

  /** Empty pictures below a folder or an archive. */
  private static class Placed implements Dataset {
    private final String place;
    private final int size;

    Placed(String place, int size) {
      this.place = place;
      this.size = size;
    }

    @Override
    public String name() {
      return "placed";
    }

    @Override
    public int size() {
      return size;
    }

    @Override
    public Targets targets() {
      return new Labels(new int[size], CLASSES);
    }

    @Override
    public Image image(int index) {
      return dot(index);
    }

    @Override
    public @Nullable Shape shape() {
      return null;
    }

    @Override
    public String source(int index) {
      return place + (place.contains("\\") ? "\\" : "/") + index + ".png";
    }

    @Override
    public String root() {
      return place.replace("!", "");
    }
  }
}
