package dev.vit4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PatchifyTest {
  private Scope scope;

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  /** Images in which every pixel is its own index in row-major order. */
  private static Tensor counted(int b, int c, int h, int w) {
    long[] values = new long[b * c * h * w];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    return Tensor.of(values, b, c, h, w);
  }

  /** {@code a.unfold(1, 32, 32).unfold(2, 32, 32).flatten(1, 2).permute(1, 0, 2, 3)} in PyTorch. */
  @Test
  void patchesGoRowByRow() {
    Tensor patches = ImageOps.patchify(counted(1, 3, 224, 224), 32, 32);
    assertThat(patches.shape()).containsExactly(1, 49, 3, 32, 32);
    long[] values = patches.toLongs();
    for (int row : new int[] {0, 3, 6}) {
      for (int column : new int[] {0, 1, 6}) {
        for (int channel = 0; channel < 3; channel++) {
          int at = (((row * 7 + column) * 3 + channel) * 32 + 5) * 32 + 9;
          assertThat(values[at])
              .isEqualTo((channel * 224L + row * 32L + 5) * 224 + column * 32L + 9);
        }
      }
    }
  }

  @Test
  void smallGridOfNonSquarePatches() {
    Tensor patches = ImageOps.patchify(counted(2, 1, 2, 6), 1, 3);
    assertThat(patches.shape()).containsExactly(2, 4, 1, 1, 3);
    assertThat(patches.select(0, 1).toLongs())
        .containsExactly(12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23);
    assertThat(ImageOps.patchify(counted(1, 1, 4, 4), 2, 2).select(1, 1).toLongs())
        .containsExactly(2, 3, 6, 7);
  }

  @Test
  void unpatchifyIsTheExactInverse() {
    int[][] cases = {{1, 3, 224, 224, 32, 32}, {3, 2, 6, 20, 3, 4}, {2, 1, 5, 7, 5, 7}};
    for (int[] c : cases) {
      Tensor images = counted(c[0], c[1], c[2], c[3]);
      Tensor patches = ImageOps.patchify(images, c[4], c[5]);
      Tensor joined = ImageOps.unpatchify(patches, c[2] / c[4], c[3] / c[5]);
      assertThat(joined.shape()).isEqualTo(images.shape());
      assertThat(joined.toLongs()).isEqualTo(images.toLongs());
    }
  }

  @Test
  void wrongSizesAreNamed() {
    assertThatThrownBy(() -> ImageOps.patchify(counted(1, 3, 10, 12), 4, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("images of 10 x 12 pixels do not divide into patches of 4 x 4");
    assertThatThrownBy(() -> ImageOps.patchify(counted(1, 3, 8, 8), 0, 4))
        .hasMessageContaining("patches of 0 x 4");
    assertThatThrownBy(() -> ImageOps.patchify(Tensor.of(new float[6], 2, 3), 1, 1))
        .hasMessage("patches are of images [B, C, H, W], not of F32[2, 3]");
    Tensor patches = ImageOps.patchify(counted(1, 1, 4, 4), 2, 2);
    assertThatThrownBy(() -> ImageOps.unpatchify(patches, 2, 3))
        .hasMessage("4 patches do not fill a grid of 2 x 3");
    assertThatThrownBy(() -> ImageOps.unpatchify(counted(1, 1, 4, 4), 2, 2))
        .hasMessage("patches are [B, N, C, p, q], not I64[1, 1, 4, 4]");
  }
}
