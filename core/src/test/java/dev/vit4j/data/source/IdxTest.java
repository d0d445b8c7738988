package dev.vit4j.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.format.FormatException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdxTest {
  private static final byte[] PIXELS = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, (byte) 200};

  private static byte[] gzipped() throws IOException {
    return MnistSampleMaker.idx(PIXELS, 2, 3, 2);
  }

  private static byte[] raw() throws IOException {
    return new GZIPInputStream(new ByteArrayInputStream(gzipped())).readAllBytes();
  }

  private static Idx.Array read(byte[] bytes) throws IOException {
    return Idx.read(new ByteArrayInputStream(bytes), "tiny.idx");
  }

  @Test
  void readsRawAndGzippedFilesWhateverTheirName(@TempDir Path dir) throws IOException {
    Path raw = Files.write(dir.resolve("raw.gz"), raw());
    Path zipped = Files.write(dir.resolve("zipped"), gzipped());
    for (Path file : new Path[] {raw, zipped}) {
      Idx.Array array = Idx.read(file);
      assertThat(array.dims()).containsExactly(2, 3, 2);
      assertThat(array.data()).isEqualTo(PIXELS);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0,1,not an IDX file",
    "2,13,element type 0x0d",
    "3,0,0 sizes",
    "3,9,9 sizes",
    "4,128,too large",
    "7,3,truncated: sizes [3, 3, 2] need 18 bytes",
    "7,1,longer than its sizes [1, 3, 2]"
  })
  void namesWhatIsWrongWithTheHeader(int at, int value, String reason) throws IOException {
    byte[] bytes = raw();
    bytes[at] = (byte) value;
    assertThatThrownBy(() -> read(bytes))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining(reason)
        .hasMessageStartingWith("tiny.idx")
        .hasMessageMatching(".*");
  }

  @Test
  void namesWhatIsNoFile(@TempDir Path dir) throws IOException {
    Path empty = Files.createFile(dir.resolve("empty"));
    assertThatThrownBy(() -> Idx.read(empty)).hasMessageContaining("is empty");
    assertThatThrownBy(() -> Idx.read(dir)).hasMessageContaining("is a folder");
    assertThatThrownBy(() -> Idx.read(dir.resolve("none")))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("no such file");
  }

  /** Claims of a gigabyte must not be believed: 16 MB of heap are not even touched. */
  @Test
  void allocatesForWhatIsThereNotForWhatIsClaimed() {
    for (int[] dims : new int[][] {{1 << 30}, {1024, 1024, 1024}}) {
      ByteBuffer header = ByteBuffer.allocate(4 + 4 * dims.length).putInt(0x0800 | dims.length);
      for (int dim : dims) {
        header.putInt(dim);
      }
      byte[] claim = Arrays.copyOf(header.array(), header.capacity() + 10);
      assertThatThrownBy(() -> read(claim)).hasMessageContaining("truncated");
    }
    byte[] overflow =
        ByteBuffer.allocate(20)
            .putInt(0x0804)
            .putInt(65536)
            .putInt(65536)
            .putInt(65536)
            .putInt(65536)
            .array();
    assertThatThrownBy(() -> read(overflow)).hasMessageContaining("over the limit");
    byte[] wraps =
        ByteBuffer.allocate(20)
            .putInt(0x0804)
            .putInt(0x7fffffff)
            .putInt(0x7fffffff)
            .putInt(0x7fffffff)
            .putInt(0)
            .array();
    assertThatThrownBy(() -> read(wraps)).isInstanceOf(FormatException.class);
  }

  @Test
  void stopsAGzipBombAtItsFirstByteTooMany() throws IOException {
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bomb)) {
      out.write(raw());
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < 50; i++) {
        out.write(zeros);
      }
    }
    assertThatThrownBy(() -> read(bomb.toByteArray())).hasMessageContaining("longer than");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyCutIsATypedError(boolean gzip) throws IOException {
    byte[] all = gzip ? gzipped() : raw();
    for (int length = 0; length < all.length; length++) {
      byte[] cut = Arrays.copyOf(all, length);
      assertThatThrownBy(() -> read(cut))
          .as("first %d bytes", length)
          .isInstanceOf(FormatException.class)
          .hasMessageMatching(".*");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyMutationIsAnArrayOrATypedError(boolean gzip) throws IOException {
    byte[] all = gzip ? gzipped() : raw();
    Random random = new Random(5);
    for (int i = 0; i < 5_000; i++) {
      byte[] bytes = all.clone();
      int changes = 1 + random.nextInt(3);
      for (int c = 0; c < changes; c++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try {
        Idx.Array array = read(bytes);
        long count = Arrays.stream(array.dims()).asLongStream().reduce(1, (a, b) -> a * b);
        assertThat(array.data()).hasSize((int) count);
      } catch (FormatException e) {
        assertThat(e).hasMessageStartingWith("tiny.idx").hasMessageMatching(".*");
      }
    }
  }
}
