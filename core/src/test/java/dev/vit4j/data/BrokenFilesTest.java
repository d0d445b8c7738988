package dev.vit4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.data.source.DataSpec;
import dev.vit4j.data.source.Datasets;
import dev.vit4j.format.FormatException;
import dev.vit4j.image.Image;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that begin and end well and are damaged in between. */
class BrokenFilesTest {
  @TempDir Path dir;
  @TempDir Path cache;

  private final List<String> notes = new ArrayList<>();

  @BeforeEach
  void write() throws IOException {
    PictureFolders.write(dir, "train/a/1.png", "train/b/1.png", "test/a/1.png", "test/b/1.png");
    PictureFolders.write(dir, "test/a/2.png", "test/b/2.png");
  }

  private Splits open() throws IOException {
    return Datasets.open(DataSpec.of("folder", dir), n -> {});
  }

  private BrokenFiles checks() {
    return new BrokenFiles(cache, notes::add);
  }

  /** Flips a bit of the compressed pixels, with or without the right checksum. */
  private void damage(String file, boolean mended) throws IOException {
    byte[] png = Files.readAllBytes(dir.resolve(file));
    int at = new String(png, StandardCharsets.ISO_8859_1).indexOf("IDAT");
    int length = (png[at - 1] & 0xff) | (png[at - 2] & 0xff) << 8;
    png[at + 4 + length / 2] ^= 0x55;
    if (mended) {
      CRC32 crc = new CRC32();
      crc.update(png, at, 4 + length);
      for (int i = 0; i < 4; i++) {
        png[at + 4 + length + i] = (byte) (crc.getValue() >> (24 - 8 * i));
      }
    }
    Files.write(dir.resolve(file), png);
  }

  @Test
  void damageInsideIsFoundBeforeTheTraining() throws IOException {
    damage("test/a/1.png", false);
    damage("test/b/2.png", true);
    Splits splits = open();
    assertThatThrownBy(() -> checks().check(splits, false))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("2 unusable files (replace them, or skip them with")
        .hasMessageContaining(dir.resolve("test/a/1.png") + ": ")
        .hasMessageContaining(dir.resolve("test/b/2.png") + ": ");
    Splits whole = checks().check(splits, true);
    assertThat(whole.test().size()).isEqualTo(2);
    assertThat(whole.train()).isSameAs(splits.train());
    assertThat(notes).singleElement().asString().contains("skipped 2 unusable files");
    BrokenFiles.Found found = checks().find(splits.test());
    assertThat(found.broken()).hasSize(2);
    assertThat(found.data().size()).isEqualTo(2);
  }

  /** Counts how often images are decoded. */
  private record Counting(Dataset data, AtomicInteger decoded) implements Dataset {
    @Override
    public String name() {
      return data.name();
    }

    @Override
    public int size() {
      return data.size();
    }

    @Override
    public Targets targets() {
      return data.targets();
    }

    @Override
    public Image image(int index) throws IOException {
      decoded.incrementAndGet();
      return data.image(index);
    }

    @Override
    public byte @Nullable [] encoded(int index) throws IOException {
      return data.encoded(index);
    }

    @Override
    public @Nullable Shape shape() {
      return null;
    }

    @Override
    public String root() {
      return data.root();
    }
  }

  private int decoded() throws IOException {
    AtomicInteger decoded = new AtomicInteger();
    checks().check(new Counting(open().test(), decoded), true);
    return decoded.get();
  }

  @Test
  void whatWasDecodedIsRememberedByContent() throws IOException {
    assertThat(decoded()).isEqualTo(4);
    assertThat(decoded()).isZero();
    Files.write(dir.resolve("test/a/1.png"), PictureFolders.png(200)); // the name stays
    Files.move(dir.resolve("test/a/2.png"), dir.resolve("test/a/3.png")); // the content stays
    assertThat(decoded()).isEqualTo(1);
    damage("test/b/1.png", true);
    assertThat(decoded()).isEqualTo(1);
    assertThat(decoded()).as("a broken file is never remembered").isEqualTo(1);
  }

  @Test
  void aDamagedCacheIsNotUsed() throws IOException {
    decoded();
    try (Stream<Path> files = Files.list(cache)) {
      Path file = files.findFirst().orElseThrow();
      byte[] bytes = Files.readAllBytes(file);
      bytes[20] ^= 1;
      Files.write(file, bytes);
    }
    assertThat(decoded()).isEqualTo(4);
    assertThat(notes).isEmpty();
  }
}
