package dev.vit4j.data.source;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vit4j.data.PictureFolders;
import dev.vit4j.data.Splits;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream.UnicodeExtraFieldPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives whose names are not UTF-8: their classes stay distinct. */
class ForeignNamesTest {
  private static final List<String> ANIMALS = List.of("\u72d7", "\u9e1f", "\u9c7c", "cat");
  private static final List<String> CHEESES = List.of("K\u00e4se", "K\u00f6se", "K\u00fcse");

  @TempDir Path dir;

  private final List<String> notes = new ArrayList<>();

  private Path zip(List<String> classes, Charset names, UnicodeExtraFieldPolicy extra)
      throws IOException {
    Path file = dir.resolve("set.zip");
    try (ZipArchiveOutputStream out = new ZipArchiveOutputStream(file)) {
      out.setEncoding(names.name());
      out.setUseLanguageEncodingFlag(false);
      out.setCreateUnicodeExtraFields(extra);
      for (String name : classes) {
        for (int i = 0; i < 5; i++) {
          out.putArchiveEntry(new ZipArchiveEntry("set/" + name + "/" + i + ".png"));
          out.write(PictureFolders.png(i));
          out.closeArchiveEntry();
        }
      }
    }
    return file;
  }

  private Path tar(List<String> classes, Charset names, boolean pax) throws IOException {
    Path file = dir.resolve("set.tar");
    try (TarArchiveOutputStream out =
        new TarArchiveOutputStream(Files.newOutputStream(file), names.name())) {
      out.setAddPaxHeadersForNonAsciiNames(pax);
      for (String name : classes) {
        for (int i = 0; i < 5; i++) {
          byte[] png = PictureFolders.png(i);
          TarArchiveEntry entry = new TarArchiveEntry("set/" + name + "/" + i + ".png");
          entry.setSize(png.length);
          out.putArchiveEntry(entry);
          out.write(png);
          out.closeArchiveEntry();
        }
      }
    }
    return file;
  }

  private List<String> classes(Path file) throws IOException {
    Splits splits = Datasets.open(DataSpec.of("folder", file), notes::add);
    assertThat(Objects.requireNonNull(splits.whole()).image(0).height()).isPositive();
    return splits.train().classes();
  }

  @Test
  void zipsOfUnknownCharsetAreReadAsPythonReadsThem() throws IOException {
    Charset gbk = Charset.forName("GBK");
    List<String> found = classes(zip(ANIMALS, gbk, UnicodeExtraFieldPolicy.NEVER));
    List<String> python = new ArrayList<>();
    for (String name : ANIMALS) {
      python.add(new String(name.getBytes(gbk), Charset.forName("IBM437")));
    }
    assertThat(found).containsExactlyInAnyOrderElementsOf(python);
    assertThat(notes).singleElement().asString().contains("read as code page 437");
    Charset dos = Charset.forName("IBM437");
    assertThat(classes(zip(CHEESES, dos, UnicodeExtraFieldPolicy.NEVER)))
        .containsExactlyElementsOf(CHEESES);
  }

  @Test
  void unicodeInZipsIsFoundInFlagsExtraFieldsAndPlainNames() throws IOException {
    Charset gbk = Charset.forName("GBK");
    assertThat(classes(zip(ANIMALS, gbk, UnicodeExtraFieldPolicy.ALWAYS)))
        .containsExactlyInAnyOrderElementsOf(ANIMALS);
    assertThat(classes(zip(ANIMALS, UTF_8, UnicodeExtraFieldPolicy.NEVER)))
        .containsExactlyInAnyOrderElementsOf(ANIMALS);
    assertThat(notes).isEmpty();
  }

  /** As .NET wrote them before 4.6.1. */
  @Test
  void zipsWithBackslashesHaveFolders() throws IOException {
    Path file = dir.resolve("windows.zip");
    try (ZipArchiveOutputStream out = new ZipArchiveOutputStream(file)) {
      for (String name : List.of("set\\", "set\\a\\1.png", "set\\a\\2.png", "set\\b\\1.png")) {
        out.putArchiveEntry(new ZipArchiveEntry(name));
        if (name.endsWith(".png")) {
          out.write(PictureFolders.png(7));
        }
        out.closeArchiveEntry();
      }
    }
    assertThat(classes(file)).containsExactly("a", "b");
  }

  /** The second byte of this character is a backslash. */
  @Test
  void aBackslashInsideOfACharacterIsNoFolder() throws IOException {
    List<String> names = List.of("\u8868", "\u80fd", "cat");
    assertThat(classes(zip(names, Charset.forName("Shift_JIS"), UnicodeExtraFieldPolicy.NEVER)))
        .hasSize(3);
  }

  @Test
  void tarsKeepTheirClassesToo() throws IOException {
    assertThat(classes(tar(ANIMALS, Charset.forName("GBK"), false))).hasSize(4);
    assertThat(classes(tar(CHEESES, ISO_8859_1, false))).hasSize(3);
    assertThat(notes).hasSize(2);
    assertThat(classes(tar(CHEESES, UTF_8, false))).containsExactlyElementsOf(CHEESES);
    assertThat(classes(tar(CHEESES, ISO_8859_1, true))).containsExactlyElementsOf(CHEESES);
    assertThat(notes).hasSize(2);
  }
}
