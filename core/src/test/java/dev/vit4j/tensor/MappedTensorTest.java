package dev.vit4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MappedTensorTest {
  @TempDir Path dir;

  @Test
  void aTensorUsesTheMemoryOfAMappedFile() throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(28).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 7; i++) {
      bytes.putFloat(i);
    }
    Path file = Files.write(dir.resolve("x"), bytes.array());
    try (FileChannel channel = FileChannel.open(file);
        Scope scope = Scope.open()) {
      ByteBuffer mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, 28);
      Tensor x = Tensor.over(mapped.position(4), DType.F32, 2, 3);
      assertThat(x.address() - Tensor.over(mapped.position(0), DType.F32, 7).address())
          .isEqualTo(4);
      assertThat(x.toFloats()).containsExactly(1, 2, 3, 4, 5, 6);
      assertThat(x.norm(1).toFloats())
          .containsExactly(
              new float[] {(float) Math.sqrt(14), (float) Math.sqrt(77)}, within(1e-5f));
      assertThat(x.norm(0).shape()).containsExactly(3);
    }
  }

  @Test
  void aChangeOfTheBufferIsAChangeOfTheTensor() {
    ByteBuffer direct = ByteBuffer.allocateDirect(16).order(ByteOrder.LITTLE_ENDIAN);
    try (Scope scope = Scope.open()) {
      Tensor x = Tensor.over(direct, DType.I64, 2);
      direct.putLong(8, -5);
      assertThat(x.toLongs()).containsExactly(0, -5);
      x.fill_(3);
      assertThat(direct.getLong(0)).isEqualTo(3);
    }
  }

  @Test
  void buffersThatCannotBeUsedAreRefused() {
    ByteBuffer direct = ByteBuffer.allocateDirect(16);
    assertThatThrownBy(() -> Tensor.over(direct, DType.F32, 5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("F32[5] needs 20 bytes of a direct buffer, aligned to 4; got 16");
    assertThatThrownBy(() -> Tensor.over(ByteBuffer.allocate(16), DType.F32, 4))
        .hasMessageContaining("HeapByteBuffer");
    assertThatThrownBy(() -> Tensor.over(direct.position(1), DType.F32, 2))
        .hasMessageContaining("aligned to 4");
  }
}
