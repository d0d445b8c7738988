package dev.vit4j.tensor;

import static dev.vit4j.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vit4j.Fixture;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Values and gradients equal torch's {@code interpolate}, upwards, downwards and both at once. */
class ResizeBilinearGoldenTest {
  @Test
  void everySizeEqualsTorch() {
    Map<String, Tensor> golden =
        Fixture.tensors(Fixture.file("/dev/vit4j/task/segmentation/bilinear.safetensors"));
    int sizes = 0;
    for (String name : golden.keySet()) {
      if (!name.endsWith(".cotangent")) {
        continue;
      }
      String size = name.substring(0, name.lastIndexOf('.'));
      Tensor expected = golden.get(size);
      Tensor x = golden.get(size.substring(0, size.indexOf('.'))).copy().requiresGrad(true);
      Tensor y = ImageOps.resizeBilinear(x, expected.size(2), expected.size(3));
      assertClose(size, y, expected, 1e-5);
      y.mul(golden.get(name)).sum().backward();
      assertClose(size + " gradient", x.grad(), golden.get(size + ".grad"), 1e-5);
      sizes++;
    }
    assertThat(sizes).isEqualTo(13);
  }
}
