package dev.vit4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelsTest {
  @TempDir Path dir;

  @Test
  void theVariableDecides() {
    assertThat(Kernels.rule("onednn")).isEqualTo(Kernels.Library.ONEDNN);
    assertThat(Kernels.rule("OpenBLAS")).isEqualTo(Kernels.Library.OPENBLAS);
    assertThat(Kernels.rule("auto")).isEqualTo(Kernels.rule(null)).isEqualTo(Kernels.rule(" "));
    assertThatThrownBy(() -> Kernels.rule("mkl"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("VIT4J_KERNELS is 'mkl': it must be auto, onednn or openblas");
    assertThat(Kernels.describe()).isNotEmpty();
  }

  @Test
  void openBlasMustBeClearlyFaster() {
    assertThat(Kernels.line("768x3072", new double[] {10, 9.6})).startsWith("768x3072 onednn (");
    assertThat(Kernels.line("768x3072", new double[] {10, 9.4}))
        .isEqualTo("768x3072 openblas (197 rows: onednn 10.000 ms, openblas 9.400 ms)");
  }

  @Test
  void aShapeIsMeasuredOnceAndKept() throws IOException {
    Path file = dir.resolve("kernels.txt");
    String first = Kernels.addTo(file, "64x96", 96, 64);
    assertThat(first).matches("64x96 (onednn|openblas) \\(197 rows: .*");
    assertThat(Kernels.addTo(file, "64x96", 96, 64)).isEqualTo(first);
    String other = Kernels.addTo(file, "96x64", 64, 96);
    assertThat(Kernels.read(file)).containsEntry("64x96", first).containsEntry("96x64", other);
    assertThat(Files.readAllLines(file)).hasSize(3).first().asString().startsWith("# ");
  }

  @Test
  void damagedLinesAreMeasuredAgain() throws IOException {
    Path file = dir.resolve("kernels.txt");
    Files.writeString(file, "# CPU\n64x96 mkl (197 rows)\n64x openblas (1)\n\u0000\n");
    assertThat(Kernels.read(file)).isEmpty();
    Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, '\n'}); // not UTF-8
    assertThat(Kernels.read(file)).isEmpty();
    assertThat(Kernels.read(dir.resolve("none"))).isEmpty();
  }

  @Test
  void bothLibrariesGiveTheSameProduct() {
    Random random = new Random(1);
    float[] x = new float[50 * 96];
    float[] w = new float[128 * 96];
    float[] b = new float[128];
    for (float[] each : new float[][] {x, w, b}) {
      for (int i = 0; i < each.length; i++) {
        each[i] = (float) random.nextGaussian();
      }
    }
    try (Scope scope = Scope.open();
        PackedLinear dnn =
            PackedLinear.of(Tensor.of(w, 128, 96), Tensor.of(b, 128), Kernels.Library.ONEDNN);
        PackedLinear blas =
            PackedLinear.of(Tensor.of(w, 128, 96), Tensor.of(b, 128), Kernels.Library.OPENBLAS)) {
      Tensor in = Tensor.of(x, 1, 50, 96);
      Tensor exact = Ops.linear(in, Tensor.of(w, 128, 96), Tensor.of(b, 128));
      for (PackedLinear linear : new PackedLinear[] {dnn, blas}) {
        assertThat(linear.apply(in).sub(exact).maxAbs()).isLessThan(1e-4);
        assertThat(linear.applyGelu(in).sub(Ops.gelu(exact)).maxAbs()).isLessThan(1e-4);
      }
    }
  }
}
