package dev.vit4j.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.format.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GraphIndexTest {
  @TempDir Path dir;

  private static void build(Path file) throws IOException {
    try (FeatureIndex index = FeatureIndex.open(file, 1)) {
      GraphIndex.build(index, vectors -> {});
    }
  }

  @Test
  void findsNearlyAllOfTheNearest() throws IOException {
    float[][] rows = Vectors.clustered(3000, 24, 30, 11);
    float[][] queries = Vectors.clustered(50, 24, 30, 12);
    Path file = Vectors.write(dir.resolve("f.safetensors"), rows);
    List<Integer> told = new ArrayList<>();
    try (FeatureIndex index = FeatureIndex.open(file, 2)) {
      assertThat(GraphIndex.isBuilt(index)).isFalse();
      GraphIndex.build(index, told::add);
      assertThat(told).containsExactly(1000, 2000, 3000);
      assertThat(GraphIndex.isBuilt(index)).isTrue();
      GraphIndex graph = GraphIndex.open(index);
      int hits = 0;
      for (float[] query : queries) {
        List<Match> exact = index.search(query, 10);
        List<Match> found = graph.search(query, 10, 100);
        assertThat(found).hasSize(10);
        hits += (int) found.stream().filter(exact::contains).count();
      }
      assertThat(hits).isGreaterThanOrEqualTo(490); // of 500
      assertThat(graph.search(rows[17], 1, 50)).isEqualTo(List.of(new Match(17, "17", 1)));
    }
    byte[] bytes = Files.readAllBytes(dir.resolve("f.safetensors.hnsw"));
    build(file);
    assertThat(dir.resolve("f.safetensors.hnsw")).hasBinaryContent(bytes);
  }

  @Test
  void aSingleVectorHasAGraph() throws IOException {
    Path file = Vectors.write(dir.resolve("f.safetensors"), new float[][] {{1, 2}});
    build(file);
    try (FeatureIndex index = FeatureIndex.open(file, 1)) {
      assertThat(GraphIndex.open(index).search(new float[] {1, 2}, 1, 1))
          .containsExactly(new Match(0, "0", 1));
      assertThatThrownBy(() -> GraphIndex.open(index).search(new float[] {1, 2}, 2, 2))
          .hasMessageContaining("use 1 to 1");
      assertThatThrownBy(() -> GraphIndex.open(index).search(new float[] {1, 2}, 1, 0))
          .hasMessage("breadth must be at least k = 1, not 0");
    }
  }

  @Test
  void aGraphOfOtherVectorsIsRefused() throws IOException {
    float[][] rows = Vectors.clustered(300, 4, 3, 13);
    Path file = Vectors.write(dir.resolve("f.safetensors"), rows);
    build(file);
    rows[299][3] = Math.nextUp(rows[299][3]);
    Vectors.write(file, rows);
    try (FeatureIndex index = FeatureIndex.open(file, 1)) {
      assertThat(GraphIndex.isBuilt(index)).isFalse();
      assertThatThrownBy(() -> GraphIndex.open(index))
          .isInstanceOf(IOException.class)
          .hasMessage("%s.hnsw is not the graph of %s as it is now: build it again", file, file);
    }
  }

  /** A damaged file fails with a line, or still gives rows that exist. */
  @Test
  void damageIsFoundOrHarmless() throws IOException {
    float[][] rows = Vectors.clustered(300, 4, 3, 14);
    Path file = Vectors.write(dir.resolve("f.safetensors"), rows);
    build(file);
    Path graph = GraphIndex.file(file);
    byte[] whole = Files.readAllBytes(graph);
    SplittableRandom random = new SplittableRandom(15);
    int refused = 0;
    try (FeatureIndex index = FeatureIndex.open(file, 1)) {
      for (int i = 0; i < 400; i++) {
        byte[] damaged = whole.clone();
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
        if (i % 10 == 0) {
          damaged = Arrays.copyOf(damaged, random.nextInt(damaged.length));
        }
        Files.write(graph, damaged);
        try {
          assertThat(GraphIndex.open(index).search(rows[0], 5, 20)).hasSizeBetween(1, 5);
        } catch (IOException e) {
          assertThat(e.getMessage()).startsWith(graph.toString()).doesNotContain("\n");
          refused++;
        }
      }
      assertThat(refused).isBetween(100, 399);
      Files.delete(graph);
      assertThatThrownBy(() -> GraphIndex.open(index))
          .isInstanceOf(FormatException.class)
          .hasMessage(graph + ": no such file");
    }
  }
}
