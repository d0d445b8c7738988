package dev.vit4j.format;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.time.LocalDateTime;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.zip.Zip64Mode;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/** A zip archive of records that are not compressed, each beginning at a multiple of 64 bytes. */
final class StoredZip {
  private static final int ALIGNMENT = 64;

  /** The first moment that a zip archive can tell. */
  private static final LocalDateTime EPOCH = LocalDateTime.of(1980, 1, 1, 0, 0);

  private final ZipArchiveOutputStream zip;
  private final WritableByteChannel channel;

  /** Begins an archive; the stream stays open, and is its owner's to close. */
  StoredZip(OutputStream out) throws IOException {
    this.zip = new ZipArchiveOutputStream(out);
    zip.setUseZip64(Zip64Mode.AsNeeded);
    this.channel = Channels.newChannel(zip);
  }

  /** Adds a record with the parts one after another; the buffers stay as they are. */
  void put(String name, ByteBuffer... parts) throws IOException {
    CRC32 crc = new CRC32();
    long size = 0;
    for (ByteBuffer part : parts) {
      crc.update(part.duplicate());
      size += part.remaining();
    }
    ZipArchiveEntry entry = new ZipArchiveEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(size);
    entry.setCrc(crc.getValue());
    entry.setAlignment(ALIGNMENT);
    entry.setTimeLocal(EPOCH); // equal content gives equal bytes
    zip.putArchiveEntry(entry);
    for (ByteBuffer part : parts) {
      ByteBuffer data = part.duplicate();
      while (data.hasRemaining()) {
        channel.write(data);
      }
    }
    zip.closeArchiveEntry();
  }

  /** Ends the archive. */
  void finish() throws IOException {
    zip.finish();
  }
}
