package dev.vit4j.data.source;

import dev.vit4j.format.FormatException;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.tar.TarFile;

/** The files of a tar archive, read at their offsets without unpacking. */
final class TarTree implements FileTree {
  /** Number of first bytes that identify a tar archive. */
  static final int HEAD = 265;

  private static final int MAGIC_AT = 257;
  private static final Set<Byte> ORDINARY =
      Set.of(TarConstants.LF_OLDNORM, TarConstants.LF_NORMAL, TarConstants.LF_CONTIG);

  private final Path archive;
  private final FileChannel channel;
  private final ArchiveEntries<Place> entries;

  /** Position of a file in the archive, in bytes. */
  private record Place(long offset, long size) {}

  private TarTree(Path archive, FileChannel channel, ArchiveEntries<Place> entries) {
    this.archive = archive;
    this.channel = channel;
    this.entries = entries;
  }

  static boolean matches(byte[] head) {
    return head.length >= HEAD
        && new String(head, MAGIC_AT, 5, StandardCharsets.ISO_8859_1).equals("ustar");
  }

  /**
   * Indexes an archive, which remains open.
   *
   * @param tar the uncompressed archive
   * @param archive path for messages, which may be that of the compressed archive
   * @param notes receives a line if names are not UTF-8
   */
  static TarTree of(Path tar, Path archive, Consumer<String> notes) throws IOException {
    ArchiveEntries<Place> entries = new ArchiveEntries<>(archive.toString());
    FileChannel channel = FileChannel.open(tar, StandardOpenOption.READ);
    try {
      // The library reads from this channel: given a path, it does not close a damaged archive.
      List<TarArchiveEntry> all = entries(channel, StandardCharsets.UTF_8);
      // Each byte of a name is a character; names in PAX headers are Unicode already.
      List<TarArchiveEntry> raw = entries(channel, StandardCharsets.ISO_8859_1);
      boolean utf8 = true;
      for (int i = 0; i < all.size(); i++) {
        utf8 &= isPlain(all.get(i), raw.get(i)) || NativeNames.isUtf8(bytes(raw.get(i)));
      }
      if (!utf8) {
        notes.accept(archive + ": names that are not UTF-8 are read as code page 437");
      }
      for (int i = 0; i < all.size(); i++) {
        TarArchiveEntry entry = all.get(i);
        boolean known = utf8 || isPlain(entry, raw.get(i));
        String name = known ? entry.getName() : NativeNames.cp437(bytes(raw.get(i)));
        enter(entry, name, entries, channel.size());
      }
      return new TarTree(archive, channel, entries);
    } catch (FormatException e) {
      channel.close();
      throw e;
    } catch (IOException | RuntimeException e) {
      channel.close();
      FormatException damaged =
          new FormatException(archive.toString(), -1, "damaged tar archive: " + e.getMessage());
      damaged.initCause(e);
      throw damaged;
    }
  }

  private static List<TarArchiveEntry> entries(FileChannel channel, Charset names)
      throws IOException {
    channel.position(0);
    return new TarFile(
            channel,
            TarConstants.DEFAULT_BLKSIZE,
            TarConstants.DEFAULT_RCDSIZE,
            names.name(),
            false)
        .getEntries();
  }

  /** Returns whether a name is the same in all charsets. */
  private static boolean isPlain(TarArchiveEntry entry, TarArchiveEntry raw) {
    return entry.getName().equals(raw.getName());
  }

  private static byte[] bytes(TarArchiveEntry raw) {
    return raw.getName().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void enter(
      TarArchiveEntry entry, String name, ArchiveEntries<Place> entries, long length)
      throws FormatException {
    if (entry.isDirectory()) {
      entries.folder(name);
      return;
    }
    if (entry.isSymbolicLink() || entry.isLink()) {
      throw entries.refused(name, "is a link: links in archives are not followed");
    }
    if (!ORDINARY.contains(entry.getLinkFlag()) || entry.isSparse()) {
      throw entries.refused(name, "is not a regular file");
    }
    long offset = entry.getDataOffset();
    long size = entry.getSize();
    if (offset < 0 || size < 0 || size > length - offset) {
      throw entries.refused(name, "has %d bytes, which exceed the archive".formatted(size));
    }
    entries.file(name, new Place(offset, size));
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
    return entries.get(file).size();
  }

  @Override
  public byte[] read(String file) throws IOException {
    Place place = entries.get(file);
    if (place.size() > MAX_BYTES) {
      throw new FormatException(where(file), -1, "is too large: " + place.size() + " bytes");
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) place.size());
    while (bytes.hasRemaining()) {
      // Absolute reads do not use the channel's position, so threads can read concurrently.
      if (channel.read(bytes, place.offset() + bytes.position()) < 0) {
        throw new EOFException(where(file) + ": the archive has been truncated");
      }
    }
    return bytes.array();
  }

  @Override
  public InputStream open(String file) throws IOException {
    return new ByteArrayInputStream(read(file));
  }
}
