package dev.vit4j.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * The records of a zip archive by name, in file order. The whole directory is checked before
 * anything is read: no duplicate names, no paths outside the archive, no overlapping records, no
 * zip bombs.
 */
final class ZipRecords {
  /**
   * Maximum ratio of inflated to compressed size: weights hardly deflate. Small archives are
   * exempt.
   */
  private static final long MAX_RATIO = 100;

  private static final long SMALL = 1 << 20;

  /** Above all valid sizes, without a risk of overflow. */
  private static final long HUGE = 1L << 60;

  private final String source;
  private final long fileSize;
  private final Map<String, FilePart> records = new LinkedHashMap<>();

  private ZipRecords(String source, long fileSize) {
    this.source = source;
    this.fileSize = fileSize;
  }

  /** Whether a file starts as a zip archive does. */
  static boolean isZip(MappedFile file) throws IOException {
    ByteBuffer head = file.head(2);
    return head.remaining() == 2 && head.get(0) == 'P' && head.get(1) == 'K';
  }

  /**
   * Reads the directory of an archive.
   *
   * @throws FormatException if it is damaged or violates the checks above
   */
  static Map<String, FilePart> of(Path file, long fileSize) throws IOException {
    ZipRecords records = new ZipRecords(file.toString(), fileSize);
    try (ZipFile zip = ZipArchive.open(file)) {
      for (Enumeration<ZipArchiveEntry> all = zip.getEntriesInPhysicalOrder();
          all.hasMoreElements(); ) {
        records.add(zip, all.nextElement());
      }
    } catch (FormatException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw ZipArchive.damaged(file, e);
    }
    records.check();
    return Collections.unmodifiableMap(records.records);
  }

  private void add(ZipFile zip, ZipArchiveEntry entry) throws FormatException {
    String name = entry.getName();
    if (entry.isDirectory()) {
      return;
    }
    if (name.startsWith("/") || name.contains("\\") || List.of(name.split("/")).contains("..")) {
      throw refused(name, "has a path that leaves the archive");
    }
    int method = entry.getMethod();
    boolean deflated = method == ZipEntry.DEFLATED;
    if (!zip.canReadEntryData(entry) || (!deflated && method != ZipEntry.STORED)) {
      throw refused(name, "is encrypted or compressed by a method that is not supported");
    }
    FilePart part =
        new FilePart(
            entry.getDataOffset(),
            entry.getCompressedSize(),
            entry.getSize(),
            deflated,
            entry.getCrc());
    if (part.size() < 0 || part.packed() < 0 || part.position() < 0) {
      throw refused(name, "does not declare its size");
    }
    if (!deflated && part.packed() != part.size()) {
      throw refused(name, "is stored uncompressed, but its two sizes differ");
    }
    if (part.packed() > fileSize - part.position()) {
      throw refused(name, "reaches beyond the end of the file");
    }
    if (records.put(name, part) != null) {
      throw refused(name, "occurs twice");
    }
  }

  private void check() throws FormatException {
    List<FilePart> parts = new ArrayList<>(records.values());
    parts.sort(Comparator.comparingLong(FilePart::position).thenComparingLong(FilePart::packed));
    long end = 0;
    long total = 0;
    for (FilePart part : parts) {
      if (part.position() < end) {
        throw new FormatException(
            source, part.position(), "damaged zip archive: two records share bytes");
      }
      end = part.position() + part.packed();
      total = Math.min(total + Math.min(part.size(), HUGE), HUGE);
    }
    if (total > SMALL && total / MAX_RATIO > fileSize) {
      throw new FormatException(
          source, -1, "would grow from %d to %d bytes: a zip bomb".formatted(fileSize, total));
    }
  }

  private FormatException refused(String name, String reason) {
    return new FormatException(source, -1, "record '%s' %s".formatted(name, reason));
  }
}
