package dev.vit4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.data.source.Idx;
import dev.vit4j.format.FormatException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ImageSetTest {
  private static final List<String> AB = List.of("a", "b");

  private static Idx.Array array(int... dims) {
    int count = 1;
    for (int dim : dims) {
      count *= dim;
    }
    return new Idx.Array(dims, new byte[count]);
  }

  @Test
  void holdsPlanesAndGivesPictures() {
    byte[] planes = {1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16};
    ImageSet set = new ImageSet("set", planes, new int[] {1, 0}, AB, 3, 1, 2);
    assertThat(set.size()).isEqualTo(2);
    assertThat(Labels.of(set).label(0)).isEqualTo(1);
    assertThat(set.image(1).pixels()).containsExactly(11, 13, 15, 12, 14, 16);
    byte[] copy = new byte[8];
    set.copyInto(1, copy, 2);
    assertThat(copy).containsExactly(0, 0, 11, 12, 13, 14, 15, 16);
    assertThat(set.source(1)).isEqualTo("set[1]");
    assertThatThrownBy(() -> set.image(2)).hasMessageContaining("samples 0 to 1, not 2");
  }

  /** The default way through a picture gives the same bytes as the fast one. */
  @Test
  void subsetAndDefaultCopyAgree() throws Exception {
    ImageSet set = Fakes.set(10, 3, 4, 5, 2);
    Subset subset = new Subset("part", set, new int[] {7, 2});
    byte[] fast = new byte[60];
    subset.copyInto(0, fast, 0);
    byte[] slow = new byte[60];
    set.image(7).writePlanes(slow, 0);
    assertThat(fast).isEqualTo(slow);
    assertThat(Labels.of(subset).label(1)).isEqualTo(Labels.of(set).label(2));
    assertThat(subset.indices()).containsExactly(7, 2);
    assertThatThrownBy(() -> new Subset("part", set, new int[] {10}))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void refusesFilesThatDoNotFitTogether() {
    assertRefused(array(3, 2, 2), array(2), "3 images but 2 labels");
    assertRefused(array(2), array(2), "[N, height, width] and [N] are needed");
    assertRefused(array(2, 2, 2), array(2, 1), "labels [2, 1]");
    assertRefused(array(0, 28, 28), array(0), "there are no images");
    assertRefused(array(2, 0, 28), array(2), "there are no images");
    Idx.Array labels = array(2);
    labels.data()[1] = 9;
    assertRefused(array(2, 2, 2), labels, "sample 1 has label 9, but there are 2 classes");
    labels.data()[1] = (byte) 200;
    assertRefused(array(2, 2, 2), labels, "label 200");
  }

  private static void assertRefused(Idx.Array images, Idx.Array labels, String reason) {
    assertThatThrownBy(() -> Idx.imageSet("set", "folder", images, labels, AB))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith("folder")
        .hasMessageContaining(reason)
        .hasMessageMatching(".*");
  }

  @Test
  void refusesArraysThatDoNotFitTogether() {
    assertThatThrownBy(() -> new ImageSet("set", new byte[5], new int[2], AB, 1, 1, 2))
        .hasMessageContaining("need 4 bytes, not 5");
    assertThatThrownBy(() -> new ImageSet("set", new byte[4], new int[2], AB, 2, 1, 1))
        .hasMessageContaining("unsupported image shape");
    assertThatThrownBy(() -> new ImageSet("set", new byte[2], new int[2], List.of(), 1, 1, 1))
        .hasMessageContaining("0 classes");
  }
}
