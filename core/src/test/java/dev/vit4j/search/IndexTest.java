package dev.vit4j.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.format.FormatException;
import dev.vit4j.format.Safetensors;
import dev.vit4j.infer.FeatureOrigin;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class IndexTest {
  private static final int MANY = 12_000; // has a graph
  private static final FeatureOrigin ORIGIN =
      new FeatureOrigin("m", "f".repeat(64), "224 pixels", false, List.of());

  @TempDir Path dir;

  private Path write(String name, float[][] rows, FeatureOrigin origin) throws IOException {
    Map<String, String> metadata = new LinkedHashMap<>(origin.metadata());
    metadata.put(
        "sources",
        JsonMapper.shared()
            .writeValueAsString(
                IntStream.range(0, rows.length).mapToObj(i -> name + " ü " + i).toList()));
    Path file = dir.resolve(name + ".safetensors");
    Safetensors.write(file, Vectors.entries(rows), metadata);
    return file;
  }

  static void build(Path folder, int threads, boolean add, Path... files) throws IOException {
    List<FeatureIndex> opened = new ArrayList<>();
    for (Path file : files) {
      opened.add(FeatureIndex.open(file, threads));
    }
    try (IndexWriter writer =
        add
            ? IndexWriter.open(folder, threads, share -> {})
            : IndexWriter.create(folder, threads, share -> {})) {
      writer.add(opened);
    } finally {
      opened.forEach(FeatureIndex::close);
    }
  }

  private static List<String> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void findsNearlyAllOfTheNearestWithExactScores() throws IOException {
    float[][] all = Vectors.clustered(MANY + 100, 37, 100, 1);
    float[][] rows = Arrays.copyOf(all, MANY);
    float[][] queries = Arrays.copyOfRange(all, MANY, MANY + 100);
    Path file = write("a", rows, ORIGIN);
    Path folder = dir.resolve("index");
    build(folder, 2, false, file);
    try (VectorIndex index = VectorIndex.open(folder, 2);
        FeatureIndex exact = FeatureIndex.open(file, 2)) {
      assertThat(index.size()).isEqualTo(MANY);
      assertThat(index.segments()).isEqualTo(1);
      assertThat(index.origin()).isEqualTo(ORIGIN);
      Recall recall = index.recall(0);
      assertThat(recall.queries()).isEqualTo(1000);
      assertThat(recall.points())
          .filteredOn(p -> p.candidates() == recall.candidates())
          .singleElement()
          .satisfies(p -> assertThat(p.recall()).isGreaterThanOrEqualTo(Recall.TARGET));
      int hits = 0;
      for (float[] query : queries) {
        List<Match> nearest = exact.search(query, 10);
        hits += (int) index.search(query, 10).stream().filter(nearest::contains).count();

        assertThat(index.search(query, 10, MANY)).isEqualTo(nearest);
      }
      assertThat(hits).isGreaterThanOrEqualTo(980); // of 1000, none of which was measured before
      assertThat(index.search(rows[17], 1)).isEqualTo(exact.search(rows[17], 1));
      assertThatThrownBy(() -> index.search(queries[0], MANY + 1))
          .hasMessageContaining("use 1 to 12000");
      assertThatThrownBy(() -> index.search(queries[0], 5, 4))
          .hasMessage("candidates must be at least k = 5, not 4");
      index.verify();
    }
  }

  /** Two segments, which are built one after the other, or at the same time. */
  @Test
  void theIndexDoesNotDependOnTheNumberOfThreads() throws IOException {
    float[][] rows = Vectors.clustered(2 * SegmentWriter.WORTH, 4, 50, 3);
    Path file = write("a", rows, ORIGIN);
    for (int threads : new int[] {1, 3}) {
      try (FeatureIndex vectors = FeatureIndex.open(file, threads);
          IndexWriter writer = IndexWriter.create(dir.resolve("by" + threads), threads, s -> {})) {
        writer.limit(SegmentWriter.WORTH).add(List.of(vectors));
      }
    }
    for (String segment : List.of("segment-000001.safetensors", "segment-000002.safetensors")) {
      assertThat(dir.resolve("by1").resolve(segment))
          .hasSameBinaryContentAs(dir.resolve("by3").resolve(segment));
    }
    try (VectorIndex index = VectorIndex.open(dir.resolve("by3"), 1)) {
      int last = rows.length - 1;
      assertThat(index.segments()).isEqualTo(2);
      assertThat(index.search(rows[last], 1)).singleElement().matches(m -> m.row() == last);
    }
  }

  /** The listener is called by all threads, one after the other, and its failure stops them. */
  @Test
  void segmentsThatAreBuiltTogetherStopTogether() throws IOException {
    Path file = write("a", Vectors.clustered(2 * SegmentWriter.WORTH, 4, 50, 3), ORIGIN);
    AtomicInteger calls = new AtomicInteger();
    IndexWriter.Watch watch =
        share -> {
          if (calls.incrementAndGet() == 3) {
            throw new IOException("stopped at the third");
          }
        };
    try (FeatureIndex vectors = FeatureIndex.open(file, 2);
        IndexWriter writer = IndexWriter.create(dir.resolve("index"), 2, watch)) {
      assertThatThrownBy(() -> writer.limit(SegmentWriter.WORTH).add(List.of(vectors)))
          .hasMessage("stopped at the third");
    }
    assertThat(calls).hasValue(3);
    assertThat(files(dir.resolve("index"))).containsExactly(".lock");
  }

  /** Sorted input, copies, zeros and a single direction are hard for graphs. */
  @Test
  void everyVectorOfDegenerateSetsIsFound() throws IOException {
    float[][] rows = Vectors.clustered(MANY, 6, 5, 4);
    for (int i = 0; i < MANY; i++) {
      if (i < 4000) {
        rows[i] = rows[0].clone();
      } else if (i < 4100) {
        rows[i] = new float[6];
      } else if (i < 7000) {
        rows[i] = new float[] {1, i * 1e-7f, 0, 0, 0, 0};
      }
    }
    Path file = write("a", rows, ORIGIN);
    build(dir.resolve("index"), 2, false, file);
    try (VectorIndex index = VectorIndex.open(dir.resolve("index"), 1)) {
      for (int row : new int[] {0, 3999, 4500, 6999, 7000, 11_999}) {
        assertThat(index.search(rows[row], 5).get(0).score()).isGreaterThan(0.999_999);
      }
      List<Match> copies = index.search(rows[0], 50); // Lucene links some dozens of them
      assertThat(copies).hasSize(50);
      assertThat(copies.subList(0, 20)).allMatch(m -> m.score() > 0.999_999);
    }
  }

  @Test
  void addedVectorsAreSeenByNewReadersOnly() throws IOException {
    float[][] rows = Vectors.clustered(MANY, 8, 50, 5);
    Path folder = dir.resolve("index");
    build(folder, 2, false, write("a", rows, ORIGIN));
    float[][] few = Vectors.clustered(300, 8, 3, 6);
    float[][] more = Vectors.clustered(400, 8, 3, 7);
    try (VectorIndex before = VectorIndex.open(folder, 2)) {
      List<Match> found = before.search(few[7], 3);
      build(folder, 2, true, write("b", few, ORIGIN));
      assertThat(before.size()).isEqualTo(MANY);
      assertThat(before.search(few[7], 3)).isEqualTo(found);
      try (VectorIndex between = VectorIndex.open(folder, 2)) {
        assertThat(between.segments()).isEqualTo(2);
        assertThat(between.recall(1)).isEqualTo(Recall.EXACT);
        List<Match> seven = between.search(few[7], 3);
        assertThat(seven.get(0).row()).isEqualTo(MANY + 7);
        assertThat(seven.get(0).source()).isEqualTo("b ü 7");
        build(folder, 2, true, write("c", more, ORIGIN)); // joins the 300
        assertThat(between.search(few[7], 3)).isEqualTo(seven);
        assertThat(files(folder))
            .containsExactly(
                ".lock", "index.json", "segment-000001.safetensors", "segment-000003.safetensors");
      }
      try (VectorIndex after = VectorIndex.open(folder, 1)) {
        assertThat(after.size()).isEqualTo(MANY + 700);
        assertThat(after.segments()).isEqualTo(2);
        assertThat(after.search(few[7], 1)).first().extracting(Match::row).isEqualTo(MANY + 7);
        assertThat(after.search(more[9], 1)).first().extracting(Match::row).isEqualTo(MANY + 309);
        assertThat(after.sources()).hasSize(3);
      }
      assertThat(before.search(few[7], 3)).isEqualTo(found);
    }
  }

  @Test
  void otherVectorsAreRefused() throws IOException {
    float[][] rows = Vectors.clustered(20, 4, 2, 8);
    float[][] others = Vectors.clustered(20, 4, 2, 9);
    Path first = write("a", rows, ORIGIN);
    Path folder = dir.resolve("index");
    build(folder, 1, false, first);
    byte[] before = Files.readAllBytes(folder.resolve("index.json"));
    FeatureOrigin model =
        new FeatureOrigin("n", "e".repeat(64), ORIGIN.preprocess(), false, List.of());
    FeatureOrigin pixels =
        new FeatureOrigin("m", ORIGIN.fingerprint(), "384 pixels", false, List.of());
    Path otherModel = write("model", others, model);
    Path otherPixels = write("pixels", others, pixels);
    Path shorter = write("short", Vectors.clustered(20, 3, 2, 9), ORIGIN);
    assertThatThrownBy(() -> build(folder, 1, true, otherModel))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "%s does not belong into %s (another model: n instead of m, with another fingerprint): compute its features with the same model, or build another index",
            otherModel, folder);
    assertThatThrownBy(() -> build(folder, 1, true, otherPixels))
        .hasMessageContaining("(other preprocessing: 384 pixels instead of 224 pixels)");
    assertThatThrownBy(() -> build(folder, 1, true, shorter))
        .hasMessageContaining("(vectors of 3 numbers instead of 4)");
    assertThatThrownBy(() -> build(folder, 1, true, first))
        .hasMessage("%s: its vectors are already in %s, from %s", first, folder, first);
    assertThatThrownBy(() -> build(folder, 1, false, first))
        .isInstanceOf(IOException.class)
        .hasMessage(folder + " is an index already: use --add, or another folder");
    assertThatThrownBy(() -> build(dir, 1, false, first))
        .hasMessageContaining("already exists and has other files");
    assertThatThrownBy(() -> build(dir.resolve("none"), 1, true, first))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("is no index");
    try (IndexWriter writer = IndexWriter.open(folder, 1, share -> {})) {
      assertThat(writer.size()).isEqualTo(20);
      assertThatThrownBy(() -> build(folder, 1, true, first))
          .hasMessage(folder + ": another process writes to this index: wait until it has ended");
    }
    assertThat(folder.resolve("index.json")).hasBinaryContent(before);
  }

  @Test
  void whatAnInterruptedWriterLeftIsRemoved() throws IOException {
    Path file = write("a", Vectors.clustered(20, 4, 2, 10), ORIGIN);
    Path folder = Files.createDirectories(dir.resolve("index"));
    Files.writeString(folder.resolve(".lock"), "");
    Files.writeString(folder.resolve(".vit4j-scratch-7.tmp"), "half");
    Files.writeString(folder.resolve("segment-000001.safetensors"), "half");
    build(folder, 1, false, file);
    Files.writeString(folder.resolve("segment-000009.safetensors"), "not listed");
    build(folder, 1, true, write("b", Vectors.clustered(10, 4, 2, 11), ORIGIN));
    assertThat(files(folder))
        .containsExactly(".lock", "index.json", "segment-000002.safetensors"); // joined
    try (VectorIndex index = VectorIndex.open(folder, 1)) {
      assertThat(index.size()).isEqualTo(30);
    }
  }

  /** A failure leaves the index as it was. */
  @Test
  void aStoppedWriterChangesNothing() throws IOException {
    Path folder = dir.resolve("index");
    build(folder, 1, false, write("a", Vectors.clustered(20, 4, 2, 12), ORIGIN));
    byte[] before = Files.readAllBytes(folder.resolve("index.json"));
    Path file = write("b", Vectors.clustered(MANY, 4, 2, 13), ORIGIN);
    try (FeatureIndex vectors = FeatureIndex.open(file, 1);
        IndexWriter writer =
            IndexWriter.open(
                folder,
                1,
                share -> {
                  throw new IOException("stopped");
                })) {
      assertThatThrownBy(() -> writer.add(List.of(vectors))).hasMessage("stopped");
    }
    assertThat(folder.resolve("index.json")).hasBinaryContent(before);
    assertThat(files(folder)).containsExactly(".lock", "index.json", "segment-000001.safetensors");
  }

  @Test
  void aReplacedOrShorterFileIsFoundWhenItIsOpened() throws IOException {
    Path folder = dir.resolve("index");
    build(folder, 1, false, write("a", Vectors.clustered(MANY, 8, 2, 14), ORIGIN));
    Path segment = folder.resolve("segment-000001.safetensors");
    byte[] whole = Files.readAllBytes(segment);
    byte[] damaged = whole.clone();
    for (int i = whole.length / 2; i < whole.length / 2 + whole.length / 255 + 1; i++) {
      damaged[i] ^= 1;
    }
    Files.write(segment, damaged);
    assertThatThrownBy(() -> VectorIndex.open(folder, 1))
        .isInstanceOf(FormatException.class)
        .hasMessage(segment + ": its content is not what was written: restore it from a copy");
    damaged = whole.clone();
    int step = (whole.length - 4096) / 255; // from one sampled block to the next
    damaged[100 * step + (step + 4096) / 2] ^= 1;
    Files.write(segment, damaged);
    try (VectorIndex index = VectorIndex.open(folder, 1)) {
      assertThatThrownBy(index::verify).hasMessageContaining("its content is not what was written");
    }
    Files.write(segment, whole);
    try (VectorIndex index = VectorIndex.open(folder, 1)) {
      index.verify();
      try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.WRITE)) {
        channel.truncate(4096);
      }
      assertThatThrownBy(() -> index.search(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 10))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("a file was cut off while it was open");
    }
    assertThatThrownBy(() -> VectorIndex.open(folder, 1))
        .hasMessageContaining("it was replaced or cut off");
    Files.delete(segment);
    assertThatThrownBy(() -> VectorIndex.open(folder, 1))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("no such file");
  }
}
