package dev.vit4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultFolderTest {
  private static final SparkSession SPARK = Samples.spark();
  private static final int COUNT = 40; // two tasks

  @TempDir Path dir;
  private Path images = Path.of("");
  private Path output = Path.of("");
  private SparkModel model;

  ResultFolderTest() throws IOException {
    Path file = Files.createTempDirectory("model");
    model = SparkModel.open(SPARK, Samples.vit(file, 7).toString(), Output.EMBED, options());
  }

  private static SparkOptions options() {
    return SparkOptions.DEFAULT;
  }

  @BeforeEach
  void write() throws IOException {
    images = dir.resolve("images");
    output = dir.resolve("out");
    Samples.images(images, COUNT);
  }

  private ResultFolder.Count append() throws IOException {
    return ResultFolder.of(SPARK, output.toString())
        .append(VitSpark.images(SPARK, images.toString()), model);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(output)) {
      return all.filter(f -> f.toString().endsWith(".parquet")).sorted().toList();
    }
  }

  private Dataset<Row> rows() {
    return SPARK.read().parquet(output.toString());
  }

  @Test
  void aSecondRunComputesNothing() throws IOException {
    assertThat(append()).isEqualTo(new ResultFolder.Count(COUNT, 2, COUNT));
    List<Path> before = files();
    assertThat(before).hasSize(2).allMatch(f -> f.toString().contains(".zstd."));
    assertThat(append()).isEqualTo(new ResultFolder.Count(COUNT, 2, 0));
    assertThat(rows().count()).isEqualTo(COUNT);
    assertThat(rows().select("path").distinct().count()).isEqualTo(COUNT);
  }

  @Test
  void whatAnInterruptedRunLacksIsComputed() throws IOException {
    append();
    Files.delete(files().get(1));
    Files.delete(output.resolve("_SUCCESS"));
    assertThat(rows().count()).isBetween(1L, COUNT - 1L);
    append();
    assertThat(rows().count()).isEqualTo(COUNT);
    assertThat(rows().select("path").distinct().count()).isEqualTo(COUNT);
  }

  @Test
  void aChangedImageAndOneOfEqualContentAreComputed() throws IOException {
    append();
    Files.write(images.resolve("00.png"), Samples.image(50, 36, 99, "png"));
    Files.copy(images.resolve("02.png"), images.resolve("copy.png"));
    assertThat(append()).isEqualTo(new ResultFolder.Count(COUNT + 2, 2, 2)); // the old row stays
    assertThat(rows().where("path like '%/00.png'").count()).isEqualTo(2);
  }

  @Test
  void anotherModelOrOptionHasItsOwnRows() throws IOException {
    append();
    String first = model.fingerprint();
    Path other = Samples.vit(dir.resolve("other"), 8);
    model = SparkModel.open(SPARK, other.toString(), Output.EMBED, options());
    assertThat(model.fingerprint()).isNotEqualTo(first);
    assertThat(append()).isEqualTo(new ResultFolder.Count(COUNT, 2, COUNT));
    SparkModel unit =
        SparkModel.open(SPARK, other.toString(), Output.EMBED, options().normalized());
    assertThat(unit.fingerprint()).isNotEqualTo(model.fingerprint());
    assertThat(rows().count()).isEqualTo(2 * COUNT);
  }

  @Test
  void batchSizesHaveTheSameFingerprint() throws IOException {
    Path same = Samples.vit(dir.resolve("same"), 7);
    SparkModel other =
        SparkModel.open(SPARK, same.toString(), Output.EMBED, options().withBatchSize(3));
    assertThat(other.fingerprint()).isEqualTo(model.fingerprint());
  }

  @Test
  void aFolderWithOtherColumnsIsRefused() throws IOException {
    SPARK.sql("select 1 as a, 2 as b").write().parquet(output.toString());
    assertThatThrownBy(this::append)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("has the columns a, b, not path, sha256");
    assertThat(rows().count()).isEqualTo(1);
  }
}
