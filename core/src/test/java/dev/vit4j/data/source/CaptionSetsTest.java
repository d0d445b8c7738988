package dev.vit4j.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.data.Captions;
import dev.vit4j.data.DataDigest;
import dev.vit4j.data.Dataset;
import dev.vit4j.data.Splits;
import dev.vit4j.data.StratifiedSplit;
import dev.vit4j.data.Subset;
import dev.vit4j.format.FormatException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.imageio.ImageIO;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Images with captions, in tables, files and shards. */
class CaptionSetsTest {
  @TempDir Path dir;
  private final List<String> notes = new ArrayList<>();

  private static byte[] png(int gray) throws IOException {
    BufferedImage image = new BufferedImage(8, 6, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, gray * 0x010101);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, "png", out);
    return out.toByteArray();
  }

  private Path picture(String name, int gray) throws IOException {
    Path file = dir.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, png(gray));
  }

  private Path write(String name, String... lines) throws IOException {
    Path file = dir.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, String.join("\n", lines) + "\n");
  }

  private Splits open(Path path, CaptionColumns columns) throws IOException {
    return Datasets.open(
        new DataSpec("captions", path, 0.25, 1, DataLists.NONE, columns, "A"), notes::add);
  }

  private static Set<String> captions(Splits splits) {
    Set<String> all = new TreeSet<>();
    for (Dataset split : splits.all()) {
      Captions.of(split).captions().forEach(own -> all.add(String.join("|", own)));
    }
    return all;
  }

  private void pictures() throws IOException {
    for (int i = 0; i < 4; i++) {
      picture("images/%d.png".formatted(i), i);
    }
  }

  @Test
  void readsOpenClipsTables() throws IOException {
    pictures();
    Path csv =
        write(
            "pairs.csv",
            "filepath,title",
            "images/0.png,\"zero, nothing\"",
            "images/1.png,one",
            "images/1.png,a one",
            "",
            "images/2.png,two \"\"",
            "images/3.png,drei und ß");
    Splits splits = open(csv, CaptionColumns.USUAL);
    assertThat(captions(splits))
        .containsExactly("drei und ß", "one|a one", "two \"\"", "zero, nothing");
    assertThat(splits.train().size()).isEqualTo(3);
    assertThat(splits.test().size()).isEqualTo(1);
    assertThat(splits.train().image(0).width()).isEqualTo(8);
    assertThat(splits.remarks()).hasSize(1);
    assertThat(splits.remarks().get(0)).contains("1 of 4 images are held out");
    assertThat(Datasets.namesOf(csv)).containsExactly("captions");
  }

  @Test
  void columnsAndSeparatorCanBeNamed() throws IOException {
    pictures();
    Path tsv =
        write(
            "a.tsv",
            "id\turl\talt",
            "7\timages/0.png\tzero",
            "8\timages/1.png\tone",
            "9\timages/2.png\ttwo");
    assertThat(captions(open(tsv, new CaptionColumns("url", "alt", null))))
        .containsExactly("one", "two", "zero");
    Path semicolons = write("a.csv", "file_name;text", "images/0.png;zero", "images/1.png;one");
    assertThat(captions(open(semicolons, new CaptionColumns(null, null, ";"))))
        .containsExactly("one", "zero");
    assertThatThrownBy(() -> open(semicolons, CaptionColumns.USUAL))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("has the columns file_name;text, but not one of [filepath")
        .hasMessageEndingWith("set csv_img_key");
  }

  @Test
  void readsJsonLines() throws IOException {
    pictures();
    Path json =
        write(
            "a.jsonl",
            "{\"image\": \"images/0.png\", \"caption\": \"zero\"}",
            "{\"image\": \"images/1.png\", \"caption\": [\"one\", \"a one\"]}");
    assertThat(captions(open(json, CaptionColumns.USUAL))).containsExactly("one|a one", "zero");
  }

  @Test
  void readsFilesBesideTheImages() throws IOException {
    pictures();
    write("images/0.txt", "zero", "", " nothing ");
    write("images/1.json", "{\"caption\": \"one\"}");
    write("images/2.txt", "two");
    write("images/2.json", "{\"caption\": \"not this\"}");
    write("images/3.txt", "three");
    write("images/9.txt", "no image");
    assertThat(captions(open(dir, CaptionColumns.USUAL)))
        .containsExactly("one", "three", "two", "zero|nothing");
    assertThat(notes).first().asString().contains("skipped 1 caption without an image");
    assertThat(Datasets.namesOf(dir)).containsExactly("captions", "folder");
  }

  private void shard(String name, int from, int to) throws IOException {
    Files.createDirectories(dir.resolve(name).getParent());
    try (OutputStream file = Files.newOutputStream(dir.resolve(name));
        TarArchiveOutputStream tar = new TarArchiveOutputStream(file)) {
      for (int i = from; i < to; i++) {
        entry(tar, "%06d.png".formatted(i), png(i));
        entry(tar, "%06d.txt".formatted(i), ("number " + i).getBytes(StandardCharsets.UTF_8));
        entry(tar, "%06d.json".formatted(i), "{\"url\": 1}".getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private static void entry(TarArchiveOutputStream tar, String name, byte[] bytes)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(bytes.length);
    tar.putArchiveEntry(entry);
    tar.write(bytes);
    tar.closeArchiveEntry();
  }

  @Test
  void readsWebDatasetShards() throws IOException {
    shard("shards/000000.tar", 0, 3);
    shard("shards/000001.tar", 3, 6); // the same names may occur in several shards
    shard("shards/000002.tar", 3, 5);
    Splits splits = open(dir.resolve("shards"), CaptionColumns.USUAL);
    assertThat(splits.train().size() + splits.test().size()).isEqualTo(8);
    assertThat(captions(splits)).hasSize(6).contains("number 5");
    Dataset train = splits.train();
    for (int i = 0; i < train.size(); i++) {
      String number = Captions.of(train).of(i).get(0).replace("number ", "");
      assertThat(train.image(i).pixels()[0]).isEqualTo(Byte.parseByte(number));
    }
    assertThat(Datasets.namesOf(dir.resolve("shards"))).containsExactly("captions");
    Files.move(dir.resolve("shards/000002.tar"), dir.resolve("single.tar"));
    assertThat(captions(open(dir.resolve("single.tar"), CaptionColumns.USUAL))).hasSize(2);
  }

  @Test
  void shardsCanHaveSplits() throws IOException {
    shard("s/train/000000.tar", 0, 3);
    shard("s/train/000001.tar", 3, 5);
    shard("s/val/000000.tar", 5, 6);
    shard("s/test/000000.tar", 6, 8);
    Splits splits = open(dir.resolve("s"), CaptionColumns.USUAL);
    assertThat(splits.train().size()).isEqualTo(5);
    assertThat(splits.val().size()).isEqualTo(1);
    assertThat(splits.test().size()).isEqualTo(2);
  }

  @Test
  void aValidationSplitKeepsCaptionsWithTheirImages() throws IOException {
    shard("s/000000.tar", 0, 40);
    Dataset train = open(dir.resolve("s"), CaptionColumns.USUAL).train();
    Subset[] parts = StratifiedSplit.split(train, 0.2, 3, "validation", n -> {});
    assertThat(parts[1].size()).isEqualTo(6);
    for (Subset part : parts) {
      for (int i = 0; i < part.size(); i++) {
        assertThat(Captions.of(part).of(i)).containsExactly("number " + part.image(i).pixels()[0]);
      }
    }
  }

  @Test
  void theDigestCoversTheCaptions() throws IOException {
    pictures();
    Path csv = write("a.csv", "filepath,title", "images/0.png,zero", "images/1.png,one");
    String before = DataDigest.of(open(csv, CaptionColumns.USUAL));
    write("a.csv", "filepath,title", "images/0.png,zero", "images/1.png,ones");
    assertThat(DataDigest.of(open(csv, CaptionColumns.USUAL))).isNotEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "filepath,title;images/0.png,zero;images/8.png,eight;images/9.png,nine"
            + "|lists 2 images that do not exist: ",
        "filepath,title;images/0.png,zero;images/1.png,|has rows without a path or a caption: row 3 has no caption",
        "filepath,title;,zero|has rows without a path or a caption: row 2 has no path",
        "filepath,title;images/0.png|has rows without a path or a caption: row 2 has 1 fields",
        "filepath,title|has no rows",
        "filepath,words;images/0.png,zero|but not one of [title, caption, captions, text]: set csv_caption_key",
        "filepath,title;images/0.png,\"zero|is not a valid table: ",
      })
  void refusesBadTablesInOneLine(String rows, String message) throws IOException {
    pictures();
    Path csv = write("bad.csv", rows.split(";", -1));
    assertThatThrownBy(() -> open(csv, CaptionColumns.USUAL))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  @Test
  void refusesImagesWithoutCaptions() throws IOException {
    pictures();
    write("images/0.txt", "zero");
    write("images/1.txt", "one");
    assertThatThrownBy(() -> open(dir, CaptionColumns.USUAL))
        .hasMessageContaining("2 of 4 images have no caption")
        .hasMessageContaining("images/2.png");
    write("images/2.txt", " ");
    write("images/3.json", "{\"caption\": \"\"}");
    assertThatThrownBy(() -> open(dir, CaptionColumns.USUAL))
        .hasMessageContaining("2 of 4 images have an empty caption");
    write("images/3.json", "{");
    assertThatThrownBy(() -> open(dir, CaptionColumns.USUAL))
        .hasMessageContaining("is not valid JSON");
    Files.write(dir.resolve("images/3.json"), new byte[] {(byte) 0xff});
    assertThatThrownBy(() -> open(dir, CaptionColumns.USUAL))
        .hasMessageContaining("not UTF-8 text");
  }
}
