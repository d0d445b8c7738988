package dev.vit4j.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vit4j.format.Safetensors;
import dev.vit4j.format.TensorInfo;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Masks resized with nearest have Pillow's class indices. */
class MaskResizeGoldenTest {
  private static final String SUFFIX = ".pillow";

  @Test
  void nearestIsPillows() throws IOException, URISyntaxException {
    Path path =
        Path.of(
            Objects.requireNonNull(
                    getClass().getResource("/dev/vit4j/task/segmentation/nearest.safetensors"))
                .toURI());
    int compared = 0;
    try (Safetensors file = Safetensors.open(path)) {
      for (TensorInfo expected : file.tensors().values()) {
        if (!expected.name().endsWith(SUFFIX)) {
          continue;
        }
        String source = expected.name().substring(0, expected.name().indexOf('.'));
        int height = (int) expected.shape()[0];
        int width = (int) expected.shape()[1];
        Image resized = new Resize(height, width, Interpolation.NEAREST).apply(mask(file, source));
        assertThat(resized.pixels())
            .as(expected.name())
            .isEqualTo(bytes(file.data(expected.name())));
        compared++;
      }
    }
    assertThat(compared).isEqualTo(9);
  }

  private static Image mask(Safetensors file, String name) {
    long[] shape = Objects.requireNonNull(file.tensors().get(name)).shape();
    return new Image((int) shape[1], (int) shape[0], 1, bytes(file.data(name)));
  }

  private static byte[] bytes(ByteBuffer data) {
    byte[] bytes = new byte[data.remaining()];
    data.get(bytes);
    return bytes;
  }
}
