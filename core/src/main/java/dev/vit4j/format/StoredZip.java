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

/** Writes a zip archive of uncompressed records, each aligned to 64 bytes. */
final class StoredZip {
  private static final int ALIGNMENT = 64;

  /** The earliest time that a zip archive can represent. */
  private static final LocalDateTime EPOCH = LocalDateTime.of(1980, 1, 1, 0, 0);

  private final ZipArchiveOutputStream zip;
  private final WritableByteChannel channel;

  /** Starts an archive; the caller closes the stream. */
  StoredZip(OutputStream out) throws IOException {
    this.zip = new ZipArchiveOutputStream(out);
    zip.setUseZip64(Zip64Mode.AsNeeded);
    this.channel = Channels.newChannel(zip);
  }

  /** Adds a record made of consecutive parts; the buffers are not modified. */
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

  /** Finishes the archive. */
  void finish() throws IOException {
    zip.finish();
  }
}
