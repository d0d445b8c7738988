package dev.vit4j.data.source;

import dev.vit4j.format.FormatException;
import dev.vit4j.format.ZipArchive;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.NavigableSet;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * The files of a zip archive, decompressed when they are read. The central directory is checked
 * first: paths that leave the archive, links, duplicates and zip bombs are rejected.
 */
final class ZipTree implements FileTree {
  /** Maximum compression ratio of files above {@link #SMALL}; that of images is far lower. */
  private static final int MAX_RATIO = 100;

  private static final int SMALL = 1 << 20;

  private final Path archive;
  private final ZipFile zip;
  private final ArchiveEntries<ZipArchiveEntry> entries;

  private ZipTree(Path archive, ZipFile zip, ArchiveEntries<ZipArchiveEntry> entries) {
    this.archive = archive;
    this.zip = zip;
    this.entries = entries;
  }

  /** Indexes an archive, which remains open. */
  static ZipTree of(Path archive, Consumer<String> notes) throws IOException {
    ZipFile zip = ZipArchive.open(archive);
    try {
      ArchiveEntries<ZipArchiveEntry> entries = new ArchiveEntries<>(archive.toString());
      boolean utf8 = areUtf8(zip);
      boolean windows = hasBackslashesOnly(zip);
      if (!utf8) {
        notes.accept(archive + ": names that are not UTF-8 are read as code page 437");
      }
      for (Enumeration<ZipArchiveEntry> all = zip.getEntriesInPhysicalOrder();
          all.hasMoreElements(); ) {
        ZipArchiveEntry entry = all.nextElement();
        String name = name(entry, utf8);
        name = windows ? name.replace('\\', '/') : name;
        if (entry.isDirectory() || name.endsWith("/")) {
          entries.folder(name);
        } else {
          check(zip, entry, entries);
          entries.file(name, entry);
        }
      }
      return new ZipTree(archive, zip, entries);
    } catch (IOException | RuntimeException e) {
      zip.close();
      throw e;
    }
  }

  /** Returns whether all names of unknown charset are UTF-8, as many programs write them. */
  private static boolean areUtf8(ZipFile zip) {
    for (Enumeration<ZipArchiveEntry> all = zip.getEntries(); all.hasMoreElements(); ) {
      ZipArchiveEntry entry = all.nextElement();
      if (isPlain(entry) && !NativeNames.isUtf8(entry.getRawName())) {
        return false;
      }
    }
    return true;
  }

  /** Returns whether folders are separated as in Windows, which the format does not allow. */
  private static boolean hasBackslashesOnly(ZipFile zip) {
    boolean some = false;
    for (Enumeration<ZipArchiveEntry> all = zip.getEntries(); all.hasMoreElements(); ) {
      String name = all.nextElement().getName();
      if (name.indexOf('/') >= 0) {
        return false;
      }
      some |= name.indexOf('\\') >= 0;
    }
    return some;
  }

  /** Returns whether neither a flag nor an extra field says that the name is Unicode. */
  private static boolean isPlain(ZipArchiveEntry entry) {
    return entry.getNameSource() == ZipArchiveEntry.NameSource.NAME;
  }

  private static String name(ZipArchiveEntry entry, boolean utf8) {
    return utf8 || !isPlain(entry) ? entry.getName() : NativeNames.cp437(entry.getRawName());
  }

  private static void check(
      ZipFile zip, ZipArchiveEntry entry, ArchiveEntries<ZipArchiveEntry> entries)
      throws FormatException {
    String name = entry.getName();
    long size = entry.getSize();
    long packed = entry.getCompressedSize();
    if (entry.isUnixSymlink()) {
      throw entries.refused(name, "is a link: links in archives are not followed");
    }
    if (!zip.canReadEntryData(entry)) {
      throw entries.refused(name, "is encrypted or compressed by an unknown method");
    }
    if (size < 0 || packed < 0) {
      throw entries.refused(name, "has no size");
    }
    if (size > SMALL && size / MAX_RATIO > packed) {
      throw entries.refused(
          name, "would grow from %d to %d bytes: a zip bomb".formatted(packed, size));
    }
  }

  @Override
  public NavigableSet<String> files() {
    return entries.files();
  }

  @Override
  public NavigableSet<String> folders() {
    return entries.folders();
  }

  @Override
  public String root() {
    return archive.toString();
  }

  @Override
  public String where(String file) {
    return archive + "!/" + file;
  }

  @Override
  public long size(String file) throws IOException {
    return entries.get(file).getSize();
  }

  @Override
  public InputStream open(String file) throws IOException {
    return zip.getInputStream(entries.get(file));
  }

  @Override
  public byte[] read(String file) throws IOException {
    byte[] bytes = FileTree.super.read(file);
    CRC32 crc = new CRC32();
    crc.update(bytes);
    if (crc.getValue() != entries.get(file).getCrc()) {
      throw new FormatException(where(file), -1, "is damaged: its CRC-32 does not match");
    }
    return bytes;
  }
}
