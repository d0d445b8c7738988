package dev.vit4j.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vit4j.Fixture;
import dev.vit4j.OpenFiles;
import dev.vit4j.tensor.DType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Thousands of damaged files: each is read or refused with a {@link FormatException}, and takes
 * memory in proportion to its size. {@code -Dvit4j.mutations=10} tries ten times as many.
 */
class MutationTest {
  private static final int TIMES = Integer.getInteger("vit4j.mutations", 1);

  /** What reading takes for buffers and tables, whatever the file. */
  private static final long FIXED = 1_500_000;

  private static final long PER_BYTE = 200;

  @TempDir Path dir;

  /** How many of the damaged files are refused. */
  private int refused(int count, UnaryOperator<byte[]> damage, byte[] good) throws IOException {
    assertThat(isRefused(good)).isFalse(); // and classes are loaded before memory is measured
    int refused = 0;
    for (int i = 0; i < count; i++) {
      byte[] bytes = damage.apply(good);
      long before = Allocation.bytes();
      refused += isRefused(bytes) ? 1 : 0;
      assertThat(Allocation.bytes() - before).isLessThan(FIXED + PER_BYTE * bytes.length);
    }
    assertThat(OpenFiles.below(dir)).isEmpty();
    return refused;
  }

  private boolean isRefused(byte[] bytes) throws IOException {
    Path path = dir.resolve("damaged");
    Files.deleteIfExists(path); // truncating in place makes some file systems flush, 3 ms each
    Files.write(path, bytes);
    try (TensorFile file = TensorFile.open(path)) {
      for (TensorInfo t : file.tensors().values()) {
        assertThat((long) file.data(t.name()).remaining()).isEqualTo(t.bytes());
      }
      return false;
    } catch (FormatException e) {
      assertThat(e.getMessage()).startsWith(path.toString()).doesNotContain("\n");
      return true;
    }
  }

  @Test
  void safetensors() throws IOException {
    Path path = dir.resolve("seed.safetensors");
    Safetensors.write(
        path,
        List.of(
            SafetensorsTest.entry("a.weight", DType.F32, 2, 3),
            SafetensorsTest.entry("a.bias", DType.BF16, 3),
            SafetensorsTest.entry("steps", DType.I64)),
        Map.of("format", "pt"));
    int count = 20_000 * TIMES;
    Mutator mutator = new Mutator(14);
    assertThat(refused(count, mutator::mutate, Files.readAllBytes(path)))
        .isBetween(count / 2, count - 1);
  }

  /**
   * The pickle alone is damaged: the archive around it, which has no checksums that count, holds.
   */
  @ParameterizedTest
  @ValueSource(strings = {"protocol2", "protocol4", "nested", "kinds"})
  void picklesInZipArchives(String name) throws IOException {
    byte[] good = Files.readAllBytes(Fixture.path("02-torchvision/tensor_kinds/" + name + ".pth"));
    String text = new String(good, StandardCharsets.ISO_8859_1);
    int from = text.indexOf("\u0080", text.indexOf("data.pkl"));
    int to = text.indexOf("PK", from);
    int count = 1000 * TIMES;
    Mutator mutator = new Mutator(15);
    assertThat(refused(count, b -> mutator.mutate(b, from, to), good)).isBetween(1, count - 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"kinds_legacy.pth", "kinds.pth"})
  void torchFilesAsAWhole(String name) throws IOException {
    byte[] good = Files.readAllBytes(Fixture.path("02-torchvision/tensor_kinds/" + name));
    int count = 1000 * TIMES;
    Mutator mutator = new Mutator(16);
    assertThat(refused(count, mutator::mutate, good)).isBetween(1, count - 1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void npz(boolean deflated) throws IOException {
    Path path = NpzFileTest.small(dir, deflated);
    int count = 1000 * TIMES;
    Mutator mutator = new Mutator(17);
    assertThat(refused(count, mutator::mutate, Files.readAllBytes(path))).isBetween(1, count - 1);
  }

  @Test
  void indexOfShards() throws IOException {
    Safetensors.write(
        dir.resolve("a"), List.of(SafetensorsTest.entry("w", DType.F32, 2)), Map.of());
    byte[] good =
        "{\"metadata\": {\"total_size\": 8}, \"weight_map\": {\"w\": \"a\"}}"
            .getBytes(StandardCharsets.UTF_8);
    int count = 1000 * TIMES;
    Mutator mutator = new Mutator(18);
    assertThat(refused(count, mutator::mutate, good)).isBetween(1, count - 1);
  }
}
