package dev.vit4j.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vit4j.format.FileCheck;
import dev.vit4j.format.FormatException;
import dev.vit4j.format.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged indexes fail with a line or still find rows that exist. As many mutations as {@code
 * -Dvit4j.indexMutations} says.
 */
class IndexMutationTest {
  private static final int COUNT = Integer.getInteger("vit4j.indexMutations", 300);
  private static final String SEGMENT = "segment-000001.safetensors";

  @TempDir Path dir;

  @Test
  void damageIsFoundOrHarmless() throws IOException {
    float[][] rows = Vectors.clustered(SegmentWriter.WORTH, 3, 20, 1);
    Path folder = dir.resolve("index");
    Path file = dir.resolve("a.safetensors");
    String names =
        IntStream.range(0, rows.length).mapToObj(i -> "\"n" + i + "\"").toList().toString();
    Safetensors.write(file, Vectors.entries(rows), Map.of("sources", names));
    IndexTest.build(folder, 2, false, file);
    Path list = folder.resolve(IndexManifest.NAME);
    byte[] manifest = Files.readAllBytes(list);
    byte[] segment = Files.readAllBytes(folder.resolve(SEGMENT));
    SplittableRandom random = new SplittableRandom(2);
    int refused = 0;
    for (int i = 0; i < COUNT; i++) {
      boolean inList = i % 4 == 0;
      byte[] damaged = mutated(inList ? manifest : segment, random, i);
      Files.write(list, inList ? damaged : manifest);
      Files.write(folder.resolve(SEGMENT), inList ? segment : damaged);
      if (!inList && i % 4 != 1) {
        // As if the damage were older than the checksum, or between the sampled blocks.
        IndexManifest read = IndexManifest.read(folder);
        new IndexManifest(
                read.format(),
                read.dim(),
                read.sources(),
                List.of(
                    new IndexManifest.Stored(
                        SEGMENT, rows.length, FileCheck.of(folder.resolve(SEGMENT)))))
            .write(folder);
      }
      refused += refuses(folder, rows[i % rows.length]) ? 1 : 0;
    }
    assertThat(refused).isBetween(COUNT / 3, COUNT - 1);
  }

  private static byte[] mutated(byte[] whole, SplittableRandom random, int i) {
    byte[] damaged = whole.clone();
    int header = Math.min(whole.length, 1200);
    int changes = 1 + random.nextInt(3);
    for (int c = 0; c < changes; c++) {
      int at = random.nextInt(i % 3 == 0 ? header : damaged.length);
      damaged[at] = (byte) random.nextInt(256);
    }
    return i % 10 == 9 ? Arrays.copyOf(damaged, random.nextInt(damaged.length)) : damaged;
  }

  private static boolean refuses(Path folder, float[] query) {
    return Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          try (VectorIndex index = VectorIndex.open(folder, 1)) {
            List<Match> found = index.search(query, 5);
            assertThat(found).hasSizeBetween(1, 5);
            return false;
          } catch (FormatException e) {
            assertThat(e.getMessage()).startsWith(folder.toString()).doesNotContain("\n");
            return true;
          } catch (IllegalArgumentException e) { // another D, if the list was changed
            return true;
          }
        });
  }
}
