package dev.vit4j.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.OpenFiles;
import dev.vit4j.data.BrokenFiles;
import dev.vit4j.data.PictureFolders;
import dev.vit4j.data.Splits;
import dev.vit4j.format.FormatException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveTest {
  @TempDir Path cache;

  private static final List<String> FILES =
      List.of("train/a/1.png", "train/b/2.png", "test/a/3.png", "test/b/4.png");

  private interface Fill<T> {
    void into(T archive) throws IOException;
  }

  private static Path zip(Path file, Fill<ZipArchiveOutputStream> fill) throws IOException {
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(file)) {
      fill.into(zip);
    }
    return file;
  }

  private static Path tar(Path file, Fill<TarArchiveOutputStream> fill) throws IOException {
    boolean gzip = file.toString().endsWith(".gz");
    OutputStream out = Files.newOutputStream(file);
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(gzip ? new GZIPOutputStream(out) : out)) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      fill.into(tar);
    }
    return file;
  }

  private static void put(ZipArchiveOutputStream zip, String name, byte[] content)
      throws IOException {
    put(zip, new ZipArchiveEntry(name), content);
  }

  private static void put(ZipArchiveOutputStream zip, ZipArchiveEntry entry, byte[] content)
      throws IOException {
    zip.putArchiveEntry(entry);
    zip.write(content);
    zip.closeArchiveEntry();
  }

  private static void put(TarArchiveOutputStream tar, TarArchiveEntry entry, byte[] content)
      throws IOException {
    entry.setSize(content.length);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  private static FileTree tree(Path archive) throws IOException {
    return archive.toString().endsWith(".gz")
        ? TarTree.of(
            Gunzip.tar(archive, archive.resolveSibling("cache"), n -> {}), archive, n -> {})
        : FileTree.of(archive, n -> {});
  }

  private static void refused(Path archive, String reason) {
    assertThatThrownBy(() -> tree(archive))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith(archive.toString())
        .hasMessageContaining(reason)
        .hasMessageMatching(".*");
  }

  @ParameterizedTest
  @CsvSource({"x.zip,''", "x.zip,top/", "x.tar,''", "x.tar,./", "x.tar.gz,deep/er/"})
  void picturesAreReadFromArchives(String name, String top, @TempDir Path dir) throws IOException {
    Path archive = dir.resolve(name);
    if (name.endsWith("zip")) {
      zip(
          archive,
          zip -> {
            for (int i = 0; i < FILES.size(); i++) {
              put(zip, top + FILES.get(i), PictureFolders.png(i));
            }
            put(zip, "__MACOSX/._x.png", new byte[1]);
          });
    } else {
      tar(
          archive,
          tar -> {
            for (int i = 0; i < FILES.size(); i++) {
              put(tar, new TarArchiveEntry(top + FILES.get(i), true), PictureFolders.png(i));
            }
          });
    }
    FileTree tree = tree(archive);
    List<String> notes = new ArrayList<>();
    FileTree inner = top.startsWith("deep") ? tree.below("deep") : tree;
    Splits splits = ImageFolder.open(inner, 0.2, 1, notes::add);
    assertThat(splits.train().classes()).containsExactly("a", "b");
    assertThat(splits.test().size()).isEqualTo(2);
    assertThat(PictureFolders.red(splits.test(), 1)).isEqualTo(3);
    assertThat(splits.test().source(1)).startsWith(archive + "!/").endsWith("test/b/4.png");
    assertThat(new BrokenFiles(cache, notes::add).check(splits, false)).isEqualTo(splits);
    try (Stream<Path> left = Files.walk(dir)) {
      assertThat(left.filter(p -> p.toString().endsWith(".png"))).as("nothing unpacked").isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../evil.png", "a/../../evil.png", "/etc/evil.png", "C:/evil.png", "a//b.png"})
  void pathsThatLeaveAreRefused(String name, @TempDir Path dir) throws IOException {
    refused(zip(dir.resolve("x.zip"), z -> put(z, name, new byte[3])), "entry '" + name);
    refused(
        tar(dir.resolve("x.tar"), t -> put(t, new TarArchiveEntry(name, true), new byte[3])),
        "entry '" + name);
  }

  @Test
  void linksAndDuplicatesAreRefused(@TempDir Path dir) throws IOException {
    refused(
        zip(
            dir.resolve("link.zip"),
            z -> {
              ZipArchiveEntry entry = new ZipArchiveEntry("a/passwd.png");
              entry.setUnixMode(0120777);
              put(z, entry, "/etc/passwd".getBytes(StandardCharsets.US_ASCII));
            }),
        "entry 'a/passwd.png' is a link");
    refused(
        tar(
            dir.resolve("link.tar"),
            t -> {
              TarArchiveEntry entry = new TarArchiveEntry("a/x.png", TarConstants.LF_SYMLINK);
              entry.setLinkName("/etc/passwd");
              t.putArchiveEntry(entry);
              t.closeArchiveEntry();
            }),
        "is a link");
    refused(
        tar(
            dir.resolve("device.tar"),
            t -> {
              t.putArchiveEntry(new TarArchiveEntry("a/x.png", TarConstants.LF_FIFO));
              t.closeArchiveEntry();
            }),
        "is not a regular file");
    Fill<ZipArchiveOutputStream> twice =
        z -> {
          put(z, "a/x.png", new byte[1]);
          put(z, "a/x.png", new byte[2]);
        };
    refused(zip(dir.resolve("twice.zip"), twice), "occurs twice");
  }

  @Test
  void bombsAreRefused(@TempDir Path dir) throws IOException {
    refused(
        zip(dir.resolve("bomb.zip"), z -> put(z, "a/x.png", new byte[20_000_000])), "a zip bomb");
    Path gz = dir.resolve("bomb.tar.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(gz))) {
      for (int i = 0; i < 40; i++) {
        out.write(new byte[1 << 20]);
      }
    }
    refused(gz, "a decompression bomb");
    try (Stream<Path> left = Files.list(dir.resolve("cache"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void statedSizesAreNotTrusted(@TempDir Path dir) throws IOException {
    Path zip = zip(dir.resolve("x.zip"), z -> put(z, "a/x.png", PictureFolders.png(1)));
    byte[] bytes = Files.readAllBytes(zip);
    int directory = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("PK\u0001\u0002");
    bytes[directory + 24] = (byte) (bytes[directory + 24] - 7); // the size after inflating
    Files.write(zip, bytes);
    FileTree smaller = tree(zip);
    assertThatThrownBy(() -> smaller.read("a/x.png"))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("x.zip!/a/x.png");
    bytes[directory + 27] = 0x7f; // two gigabytes
    Files.write(zip, bytes);
    refused(zip, "bomb");
    Path tar =
        tar(
            dir.resolve("x.tar"),
            t -> put(t, new TarArchiveEntry("a/x.png", true), PictureFolders.png(1)));
    byte[] raw = Files.readAllBytes(tar);
    byte[] claimed = "77777777777\0".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(claimed, 0, raw, 124, claimed.length);
    Arrays.fill(raw, 148, 156, (byte) ' ');
    int sum = 0;
    for (int i = 0; i < 512; i++) {
      sum += raw[i] & 0xff;
    }
    byte[] check = "%06o\0 ".formatted(sum).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(check, 0, raw, 148, check.length);
    Files.write(tar, raw);
    refused(tar, "");
  }

  @Test
  void damageIsFoundByTheChecksum(@TempDir Path dir) throws IOException {
    Path zip =
        zip(
            dir.resolve("x.zip"),
            z -> {
              z.setMethod(ZipArchiveOutputStream.STORED);
              ZipArchiveEntry entry = new ZipArchiveEntry("a/x.png");
              byte[] content = PictureFolders.png(1);
              CRC32 crc = new CRC32();
              crc.update(content);
              entry.setSize(content.length);
              entry.setCrc(crc.getValue());
              put(z, entry, content);
            });
    byte[] bytes = Files.readAllBytes(zip);
    bytes[60] = (byte) (bytes[60] ^ 1);
    Files.write(zip, bytes);
    FileTree tree = tree(zip);
    assertThatThrownBy(() -> tree.read("a/x.png")).hasMessageContaining("CRC-32");
  }

  @Test
  void truncatedArchivesAreRefused(@TempDir Path dir) throws IOException {
    Path zip = zip(dir.resolve("x.zip"), z -> put(z, "a/x.png", PictureFolders.png(1)));
    byte[] bytes = Files.readAllBytes(zip);
    Files.write(zip, Arrays.copyOf(bytes, bytes.length / 2));
    refused(zip, "damaged zip archive");
    Path gz =
        tar(
            dir.resolve("x.tar.gz"),
            t -> put(t, new TarArchiveEntry("a/x.png", true), PictureFolders.png(1)));
    bytes = Files.readAllBytes(gz);
    Files.write(gz, Arrays.copyOf(bytes, bytes.length / 2));
    refused(gz, "damaged gzip data");
    Path none = Files.write(dir.resolve("none.zip"), new byte[] {1, 2, 3});
    refused(none, "is neither a folder nor a zip, tar or tar.gz archive");
  }

  @Test
  void damagedArchivesDoNotRemainOpen(@TempDir Path dir) throws IOException {
    Path zip = zip(dir.resolve("x.zip"), z -> put(z, "a/x.png", PictureFolders.png(1)));
    byte[] bytes = Files.readAllBytes(zip);
    int directory = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("PK\1\2");
    bytes[directory]++;
    Files.write(zip, bytes);
    refused(zip, "damaged zip archive");
    Path tar =
        tar(
            dir.resolve("x.tar"),
            t -> put(t, new TarArchiveEntry("a/x.png", true), PictureFolders.png(1)));
    bytes = Files.readAllBytes(tar);
    Files.write(tar, Arrays.copyOf(bytes, 700));
    refused(tar, "damaged tar archive");
    assertThat(OpenFiles.below(dir)).isEmpty();
  }
}
