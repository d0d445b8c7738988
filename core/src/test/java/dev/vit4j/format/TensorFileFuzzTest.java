package dev.vit4j.format;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Targets for Jazzer: whatever the bytes, reading them ends, and in nothing but a {@link
 * FormatException}. In the build each runs over its seeds; {@code JAZZER_FUZZ=1 mvn -pl core test
 * -Djazzer.hooks=true -Dtest=TensorFileFuzzTest#torch} goes on to look for more.
 */
class TensorFileFuzzTest {
  @FuzzTest(maxDuration = "20s")
  void safetensors(byte[] bytes) throws IOException {
    read(bytes, ".safetensors");
  }

  @FuzzTest(maxDuration = "20s")
  void torch(byte[] bytes) throws IOException {
    read(bytes, ".pth");
  }

  @FuzzTest(maxDuration = "20s")
  void numpy(byte[] bytes) throws IOException {
    read(bytes, ".npz");
  }

  private static void read(byte[] bytes, String ending) throws IOException {
    Path path = Files.createTempFile("vit4j-fuzz", ending);
    try {
      Files.write(path, bytes);
      try (TensorFile file = TensorFile.open(path)) {
        for (TensorInfo t : file.tensors().values()) {
          TensorStatistics.of(t.dtype(), file.data(t.name()));
        }
      }
    } catch (FormatException e) {
      // Refused in words: as it should be.
    } finally {
      Files.deleteIfExists(path);
    }
  }
}
