package dev.vit4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.image.Image;
import dev.vit4j.image.MaskDecoder;
import dev.vit4j.infer.Classifier;
import dev.vit4j.infer.FeatureExtractor;
import dev.vit4j.infer.Prediction;
import dev.vit4j.infer.Segmenter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VitSparkTest {
  private static final int COUNT = 9;
  private static final List<Integer> BROKEN = List.of(3, 4);
  private static final SparkSession SPARK = Samples.spark();

  @TempDir static Path dir;
  private static Path vit = Path.of("");

  @BeforeAll
  static void write() throws IOException {
    vit = Samples.vit(dir.resolve("vit"), 7);
    Samples.images(dir.resolve("images"), COUNT);
  }

  private static Dataset<Row> images() throws IOException {
    return VitSpark.images(SPARK, dir.resolve("images").toString());
  }

  private static List<Row> sorted(Dataset<Row> rows) {
    return rows.orderBy("path").collectAsList();
  }

  private static Path file(int i) {
    return dir.resolve("images/%02d.%s".formatted(i, i % 2 == 0 ? "png" : "jpg"));
  }

  @Test
  void embeddingsEqualThoseOfTheLibrary() throws Exception {
    Dataset<Row> rows =
        VitSpark.embed(images(), vit.toString(), SparkOptions.DEFAULT.withBatchSize(2));
    assertThat(rows.columns())
        .containsExactly("path", "sha256", "width", "height", "embedding", "fingerprint", "error");
    List<Row> all = sorted(rows);
    assertThat(all).hasSize(COUNT);
    try (FeatureExtractor extractor = FeatureExtractor.open(vit)) {
      for (int i = 0; i < COUNT; i++) {
        Row row = all.get(i);
        assertThat(row.<String>getAs("path")).endsWith("images/" + file(i).getFileName());
        byte[] sum = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file(i)));
        assertThat(row.<String>getAs("sha256")).isEqualTo(HexFormat.of().formatHex(sum));
        if (BROKEN.contains(i)) {
          assertThat(row.<Object>getAs("embedding")).isNull();
          assertThat(row.<Object>getAs("width")).isNull();
          assertThat(row.<String>getAs("error")).contains(file(i).getFileName().toString());
          continue;
        }
        assertThat(row.<String>getAs("error")).isNull();
        assertThat(row.<Integer>getAs("width")).isEqualTo(40 + i);
        assertThat(row.<Integer>getAs("height")).isEqualTo(36);
        assertThat(numbers(row))
            .containsExactly(extractor.features(Image.read(file(i))), within(1e-6f));
      }
    }
  }

  private static float[] numbers(Row row) {
    List<Float> list = row.getList(row.fieldIndex("embedding"));
    float[] numbers = new float[list.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = list.get(i);
    }
    return numbers;
  }

  @Test
  void normalizedEmbeddingsHaveLengthOne() throws IOException {
    for (Row row :
        sorted(VitSpark.embed(images(), vit.toString(), SparkOptions.DEFAULT.normalized()))) {
      if (row.<Object>getAs("error") == null) {
        double squares = 0;
        for (float x : numbers(row)) {
          squares += (double) x * x;
        }
        assertThat(squares).isCloseTo(1, within(1e-6));
      }
    }
  }

  @Test
  void predictionsEqualThoseOfTheLibrary() throws IOException {
    List<Row> all =
        sorted(VitSpark.predict(images(), vit.toString(), SparkOptions.DEFAULT.withTopK(2)));
    try (Classifier classifier = Classifier.open(vit)) {
      for (int i = 0; i < COUNT; i++) {
        Row row = all.get(i);
        if (BROKEN.contains(i)) {
          assertThat(row.<Object>getAs("predictions")).isNull();
          continue;
        }
        List<Row> found = row.getList(row.fieldIndex("predictions"));
        List<Prediction> expected = classifier.classify(Image.read(file(i)), 2);
        assertThat(found).hasSize(2);
        for (int k = 0; k < 2; k++) {
          assertThat(found.get(k).<Integer>getAs("index")).isEqualTo(expected.get(k).index());
          assertThat(found.get(k).<String>getAs("label")).isEqualTo(expected.get(k).label());
          assertThat(found.get(k).<Float>getAs("probability"))
              .isCloseTo(expected.get(k).probability(), within(1e-6f));
        }
      }
    }
  }

  @Test
  void masksEqualThoseOfTheLibrary() throws IOException {
    Path model = Samples.segmenter(dir.resolve("segmenter"));
    List<Row> all = sorted(VitSpark.segment(images(), model.toString()));
    try (Segmenter segmenter = Segmenter.open(model)) {
      for (int i = 0; i < COUNT; i++) {
        byte[] png = all.get(i).getAs("mask");
        if (BROKEN.contains(i)) {
          assertThat(png).isNull();
          continue;
        }
        Image mask = MaskDecoder.decode(png, "mask", Image.maxPixels());
        Image expected = segmenter.segment(Image.read(file(i)));
        assertThat(mask.width()).isEqualTo(40 + i);
        assertThat(mask.pixels()).isEqualTo(expected.pixels());
      }
    }
  }

  @Test
  void sparksOwnSourceOfFilesIsRead() throws IOException {
    Dataset<Row> files = SPARK.read().format("binaryFile").load(dir.resolve("images").toString());
    Dataset<Row> rows = VitSpark.embed(files, vit.toString());
    assertThat(rows.columns()).startsWith("path", "modificationTime", "length", "sha256");
    assertThat(rows.where("embedding is not null").count()).isEqualTo(COUNT - 2);
  }

  @Test
  void otherColumnsAreKept() throws IOException {
    Dataset<Row> named =
        images()
            .where("path like '%/00.png'")
            .select(functions.lit(42).as("id"), functions.col("content").as("jpeg"));
    SparkOptions options = SparkOptions.DEFAULT.withContentColumn("jpeg");
    Row row = VitSpark.predict(named, vit.toString(), options).head();
    assertThat(Arrays.asList(row.schema().fieldNames()))
        .containsExactly("id", "sha256", "width", "height", "predictions", "fingerprint", "error");
    assertThat(row.<Integer>getAs("id")).isEqualTo(42);
    assertThat(row.<Integer>getAs("width")).isEqualTo(40);
  }

  @Test
  void anImageThatIsNullIsARowWithAnError() throws IOException {
    Dataset<Row> none = SPARK.sql("select 'a' as path, cast(null as binary) as content");
    Row row = VitSpark.embed(none, vit.toString()).head();
    assertThat(row.<String>getAs("error")).isEqualTo("a: the column with the image is null");
    assertThat(row.<String>getAs("sha256")).isNull();
  }

  @Test
  void columnsThatDoNotFitAreNamed() throws IOException {
    Dataset<Row> text = SPARK.sql("select 'a' as path, 'b' as content");
    assertThatThrownBy(() -> VitSpark.embed(text, vit.toString()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no column 'content' of type binary");
    Dataset<Row> twice = images().withColumn("embedding", functions.lit(1));
    assertThatThrownBy(() -> VitSpark.embed(twice, vit.toString()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'embedding' already");
  }

  @Test
  void modelsThatDoNotFitAreRefusedBeforeAnythingRuns() throws IOException {
    Path segmenter = Samples.segmenter(dir.resolve("other"));
    assertThatThrownBy(() -> VitSpark.predict(images(), segmenter.toString()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is a model for segmentation");
    assertThatThrownBy(() -> VitSpark.segment(images(), vit.toString()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> VitSpark.embed(images(), dir.resolve("none").toString()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no such run, weights folder or weights file");
  }
}
