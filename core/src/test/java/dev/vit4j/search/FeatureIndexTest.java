package dev.vit4j.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.format.FormatException;
import dev.vit4j.format.NpzFile;
import dev.vit4j.format.Safetensors;
import dev.vit4j.tensor.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FeatureIndexTest {
  @TempDir Path dir;

  @ParameterizedTest
  @CsvSource({"1,7,1", "3000,64,10", "5003,7,10", "70000,5,3", "40,70000,5"})
  void findsTheNearestWhateverTheLengths(int count, int dim, int k) throws IOException {
    float[][] rows = Vectors.clustered(count, dim, 20, 1);
    float[][] queries = Vectors.clustered(3, dim, 20, 2);
    Path file = Vectors.write(dir.resolve("f.safetensors"), rows);
    try (FeatureIndex index = FeatureIndex.open(file, 2)) {
      assertThat(index.size()).isEqualTo(count);
      assertThat(index.dim()).isEqualTo(dim);
      assertThat(index.hasSources()).isFalse();
      List<List<Match>> together = index.search(List.of(queries), k);
      for (int q = 0; q < queries.length; q++) {
        List<Match> found = index.search(queries[q], k);
        assertThat(found.stream().map(Match::row).toList())
            .isEqualTo(Vectors.nearest(rows, queries[q], k));
        for (Match match : found) {
          assertThat(match.score())
              .isCloseTo(Vectors.cosine(queries[q], rows[match.row()]), within(1e-12));
          assertThat(match.source()).isEqualTo(Integer.toString(match.row()));
        }
        assertThat(together.get(q)).isEqualTo(found);
      }
    }
  }

  @Test
  void manyQueriesAndManyThreadsGiveTheSame() throws IOException {
    float[][] rows = Vectors.clustered(20_000, 16, 5, 3);
    List<float[]> queries = List.of(Vectors.clustered(300, 16, 5, 4));
    Path file = Vectors.write(dir.resolve("f.safetensors"), rows);
    try (FeatureIndex one = FeatureIndex.open(file, 1);
        FeatureIndex five = FeatureIndex.open(file, 5)) {
      List<List<Match>> found = one.search(queries, 4);
      assertThat(five.search(queries, 4)).isEqualTo(found);
      assertThat(found.get(299)).isEqualTo(five.search(queries.get(299), 4));
      assertThat(one.fingerprint()).isEqualTo(five.fingerprint()).hasSize(64);
    }
  }

  @Test
  void equalScoresAreInTheOrderOfRows() throws IOException {
    float[][] rows = new float[5001][3];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = i % 2 == 0 ? new float[] {1, 2, 3} : new float[] {3, 2, 1};
    }
    try (FeatureIndex index =
        FeatureIndex.open(Vectors.write(dir.resolve("f.safetensors"), rows), 2)) {
      List<Match> found = index.search(new float[] {1, 2, 3}, 100);
      for (int i = 0; i < 100; i++) {
        assertThat(found.get(i)).isEqualTo(new Match(2 * i, Integer.toString(2 * i), 1));
      }
      assertThat(index.search(new float[] {1, 2, 3}, 5001)).hasSize(5001);
    }
  }

  @Test
  void numbersAtTheEndsOfTheRangeCount() throws IOException {
    float[][] rows = {
      {3e38f, 3e38f}, {0, 0}, {9.8E-45f, 0}, {-1e30f, 1e30f}, {1, 1e-3f}, {0, -1e-40f}
    };
    try (FeatureIndex index =
        FeatureIndex.open(Vectors.write(dir.resolve("f.safetensors"), rows), 1)) {
      List<Match> found = index.search(new float[] {1e-42f, 0}, 6);
      assertThat(found.stream().map(Match::row)).containsExactly(2, 4, 0, 1, 5, 3);
      assertThat(found.get(0).score()).isEqualTo(1);
      assertThat(found.get(2).score()).isCloseTo(Math.sqrt(0.5), within(1e-12));
      assertThat(found.get(3).score()).isZero();
      assertThat(found.get(5).score()).isCloseTo(-Math.sqrt(0.5), within(1e-12));
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void aRowThatIsNotFiniteIsNamed(float bad) throws IOException {
    float[][] rows = Vectors.clustered(40_000, 8, 5, 3);
    rows[39_000][7] = bad;
    rows[31_234][2] = bad;
    Path file = Vectors.write(dir.resolve("f.safetensors"), rows);
    assertThatThrownBy(() -> FeatureIndex.open(file, 3))
        .isInstanceOf(FormatException.class)
        .hasMessage(
            file + ": row 31234 of features contains NaN or infinity: compute the features again");
  }

  @ParameterizedTest
  @ValueSource(strings = {"f.safetensors", "f.npz"})
  void namesAndOriginAreRead(String name) throws IOException {
    float[][] rows = Vectors.clustered(3, 4, 2, 5);
    Path file = dir.resolve(name);
    List<String> sources = List.of("a.png", "b \"ü\" 🐈.png", "c,.png");
    if (name.endsWith(".npz")) {
      NpzFile.write(
          file,
          Vectors.entries(rows),
          Map.of("sources", sources, "vit4j.model", List.of("runs/a"), "x", List.of("1", "2")));
    } else {
      String json = "[\"a.png\", \"b \\\"ü\\\" 🐈.png\", \"c,.png\"]";
      Safetensors.write(
          file, Vectors.entries(rows), Map.of("sources", json, "vit4j.model", "runs/a"));
    }
    try (FeatureIndex index = FeatureIndex.open(file, 1)) {
      Match found = index.search(rows[1], 1).get(0);
      assertThat(found).isEqualTo(new Match(1, sources.get(1), 1));
      assertThat(index.origin().model()).isEqualTo("runs/a");
      assertThat(index.origin().fingerprint()).isEmpty();
      assertThat(index.vector(2)).isEqualTo(rows[2]);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | k = 0: F has 3 vectors: use 1 to 3",
        "-1 | k = -1: F has 3 vectors: use 1 to 3",
        "4 | k = 4: F has 3 vectors: use 1 to 3",
      })
  void badCountsAreRefused(int k, String message) throws IOException {
    Path file = Vectors.write(dir.resolve("f.safetensors"), Vectors.clustered(3, 4, 2, 5));
    try (FeatureIndex index = FeatureIndex.open(file, 1)) {
      assertThatThrownBy(() -> index.search(new float[] {1, 0, 0, 0}, k))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(message.replace("F", file.toString()));
    }
  }

  @Test
  void badQueriesAreRefused() throws IOException {
    Path file = Vectors.write(dir.resolve("f.safetensors"), Vectors.clustered(3, 4, 2, 5));
    try (FeatureIndex index = FeatureIndex.open(file, 1)) {
      assertThatThrownBy(() -> index.search(new float[5], 1))
          .hasMessage(
              "a query of 5 numbers, but the vectors of %s have 4: use features of the same model",
              file);
      assertThatThrownBy(() -> index.search(new float[4], 1))
          .hasMessage("the query is a vector of zeros, which has no direction");
      assertThatThrownBy(() -> index.search(new float[] {1, 2, Float.NaN, 3}, 1))
          .hasMessage("the query contains NaN or infinity");
    }
    assertThatThrownBy(() -> FeatureIndex.open(file, 0))
        .hasMessage("threads must be at least 1, not 0");
  }

  private Path file(DType dtype, long[] shape, Map<String, String> metadata) throws IOException {
    long bytes = Arrays.stream(shape).reduce(dtype.bytes(), (a, b) -> a * b);
    Path file = dir.resolve("f.safetensors");
    Safetensors.write(
        file,
        List.of(new Safetensors.Entry("features", dtype, shape, ByteBuffer.allocate((int) bytes))),
        metadata);
    return file;
  }

  @Test
  void badFilesAreRefusedInALine() throws IOException {
    refused(file(DType.F32, new long[] {0, 4}, Map.of()), "has no vectors: features are [0, 4]");
    refused(file(DType.F32, new long[] {4, 0}, Map.of()), "has no vectors: features are [4, 0]");
    refused(
        file(DType.F16, new long[] {4, 2}, Map.of()),
        "features are F16[4, 2]: F32 [N, D] is needed");
    refused(file(DType.F32, new long[] {4}, Map.of()), "features are F32[4]: F32 [N, D] is needed");
    for (String sources : List.of("[\"a\"", "[1, null]", "{}", "null")) {
      refused(
          file(DType.F32, new long[] {2, 2}, Map.of("sources", sources)),
          "metadata 'sources' is not a JSON array of texts");
    }
    refused(
        file(DType.F32, new long[] {2, 2}, Map.of("sources", "[\"a\"]")),
        "has 2 vectors but 1 sources");
    Path other = dir.resolve("other.safetensors");
    Safetensors.write(
        other,
        List.of(new Safetensors.Entry("x", DType.U8, new long[] {1}, ByteBuffer.allocate(1))),
        Map.of());
    refused(other, "has no tensor 'features': use a file that vit embed wrote; it has x");
    refused(dir.resolve("none.safetensors"), "cannot be read: no such file or folder");
    refused(dir.resolve("f.csv"), "cannot be searched: write the features to a .safetensors file");
    Path whole = Vectors.write(dir.resolve("w.safetensors"), Vectors.clustered(9, 4, 2, 5));
    byte[] bytes = Files.readAllBytes(whole);
    Files.write(whole, Arrays.copyOf(bytes, bytes.length - 5));
    refused(whole, "at byte 72: the tensors cover 144 bytes, the file has 139");
    Files.write(whole, new byte[0]);
    refused(whole, "a safetensors file has at least 8 bytes");
  }

  private static void refused(Path file, String message) {
    assertThatThrownBy(() -> FeatureIndex.open(file, 1))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageEndingWith(message);
  }

  @Test
  void partsOfAFileAreOneMatrix() {
    float[][] rows = Vectors.clustered(11, 3, 2, 6);
    ByteBuffer all = Vectors.bytes(rows);
    List<ByteBuffer> parts = List.of(all.slice(0, 48), all.slice(48, 48), all.slice(96, 36));
    MappedRows mapped = new MappedRows(parts, 11, 3);
    assertThat(mapped.blockRows()).isEqualTo(4);
    float[] row = new float[3];
    for (int i = 0; i < 11; i++) {
      mapped.copy(i, row);
      assertThat(row).isEqualTo(rows[i]);
    }
    assertThat(mapped.block(8, 3).toFloats())
        .containsExactly(
            rows[8][0],
            rows[8][1],
            rows[8][2],
            rows[9][0],
            rows[9][1],
            rows[9][2],
            rows[10][0],
            rows[10][1],
            rows[10][2]);
  }
}
