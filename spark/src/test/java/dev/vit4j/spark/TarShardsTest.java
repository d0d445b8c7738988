package dev.vit4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TarShardsTest {
  private static final SparkSession SPARK = Samples.spark();

  @TempDir Path dir;

  private static byte[] tar(Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream out = new TarArchiveOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> each : entries.entrySet()) {
        TarArchiveEntry entry = new TarArchiveEntry(each.getKey());
        entry.setSize(each.getValue().length);
        out.putArchiveEntry(entry);
        out.write(each.getValue());
        out.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }

  private static Map<String, byte[]> samples(int from, int to) throws IOException {
    Map<String, byte[]> entries = new TreeMap<>();
    for (int i = from; i < to; i++) {
      entries.put("%04d.png".formatted(i), Samples.image(40, 36, i, "png"));
      entries.put("%04d.cls".formatted(i), "1".getBytes(StandardCharsets.US_ASCII));
    }
    return entries;
  }

  private List<Row> rows() throws IOException {
    return VitSpark.shards(SPARK, dir.toString()).orderBy("path").collectAsList();
  }

  @Test
  void theImagesOfAllArchivesAreRows() throws IOException {
    Files.write(dir.resolve("a.tar"), tar(samples(0, 3)));
    try (GZIPOutputStream out =
        new GZIPOutputStream(Files.newOutputStream(dir.resolve("b.tar.gz")))) {
      out.write(tar(samples(3, 5)));
    }
    List<Row> rows = rows();
    assertThat(rows).hasSize(5);
    assertThat(rows.get(1).getString(0)).endsWith("/a.tar!/0001.png");
    assertThat(rows.get(1).<byte[]>getAs("content")).isEqualTo(Samples.image(40, 36, 1, "png"));
    assertThat(rows.get(4).getString(0)).endsWith("/b.tar.gz!/0004.png");
    assertThat(rows).allMatch(row -> row.isNullAt(2));
    assertThat(VitSpark.shards(SPARK, dir.toString()).javaRDD().getNumPartitions()).isEqualTo(2);
  }

  @Test
  void imagesOfArchivesAreClassified() throws IOException {
    Files.write(dir.resolve("a.tar"), tar(samples(0, 3)));
    Path model = Samples.vit(dir.resolve("model"), 7);
    Dataset<Row> rows = VitSpark.predict(VitSpark.shards(SPARK, dir + "/*.tar"), model.toString());
    assertThat(rows.where("error is null and size(predictions) = 5").count()).isEqualTo(3);
  }

  @Test
  void aDamagedArchiveEndsWithAnError() throws IOException {
    byte[] whole = tar(samples(0, 3));
    byte[] png = Samples.image(40, 36, 1, "png"); // 0.cls, 0.png, 1.cls, half of 1.png
    int header = 512;
    int first = 2 * header + header + (png.length + header - 1) / header * header;
    int end = first + 2 * header + header + png.length / 2;
    Files.write(dir.resolve("a.tar"), Arrays.copyOf(whole, end));
    Files.write(dir.resolve("b.tar"), "no tar".getBytes(StandardCharsets.US_ASCII));
    List<Row> rows = rows();
    assertThat(rows).hasSize(3);
    assertThat(rows.get(0).getString(2)).contains("a.tar: damaged tar: ");
    assertThat(rows.get(0).isNullAt(1)).isTrue();
    assertThat(rows.get(1).getString(0)).endsWith("a.tar!/0000.png");
    assertThat(rows.get(2).getString(2)).contains("b.tar: is not a tar archive");
  }

  @Test
  void aFolderWithoutArchivesIsNamed() {
    assertThatThrownBy(() -> VitSpark.shards(SPARK, dir.toString()))
        .isInstanceOf(IOException.class)
        .hasMessage(dir + ": contains no files with the endings .tar, .tar.gz, .tgz");
  }
}
