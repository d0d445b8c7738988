package dev.vit4j.format;

import dev.vit4j.format.Safetensors.Entry;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.zip.Zip64Mode;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/** The writing half of {@link TorchFile}. */
final class TorchWriter {
  private static final int ALIGNMENT = 64;
  private static final String FOLDER = "archive/";

  /** The first moment that a zip archive can tell. */
  private static final LocalDateTime EPOCH = LocalDateTime.of(1980, 1, 1, 0, 0);

  private TorchWriter() {}

  static void write(Path file, List<Entry> tensors) throws IOException {
    SafetensorsWriter.check(tensors);
    byte[] pickle = TorchPickle.stateDict(tensors);
    AtomicFile.write(file, out -> write(out, pickle, tensors));
  }

  private static void write(OutputStream out, byte[] pickle, List<Entry> tensors)
      throws IOException {
    // Closing it would close the file's stream, which is not ours.
    ZipArchiveOutputStream zip = new ZipArchiveOutputStream(out);
    zip.setUseZip64(Zip64Mode.AsNeeded);
    WritableByteChannel channel = Channels.newChannel(zip);
    put(zip, channel, "data.pkl", ByteBuffer.wrap(pickle));
    put(zip, channel, "byteorder", text("little"));
    for (int i = 0; i < tensors.size(); i++) {
      put(zip, channel, "data/" + i, tensors.get(i).littleEndianData());
    }
    put(zip, channel, "version", text("3\n"));
    zip.finish();
  }

  private static ByteBuffer text(String ascii) {
    return ByteBuffer.wrap(ascii.getBytes(StandardCharsets.US_ASCII));
  }

  private static void put(
      ZipArchiveOutputStream zip, WritableByteChannel channel, String name, ByteBuffer content)
      throws IOException {
    ByteBuffer data = content.duplicate();
    ZipArchiveEntry entry = new ZipArchiveEntry(FOLDER + name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(data.remaining());
    entry.setCrc(FilePart.crc(data));
    entry.setAlignment(ALIGNMENT);
    entry.setTimeLocal(EPOCH); // equal content gives equal bytes
    zip.putArchiveEntry(entry);
    while (data.hasRemaining()) {
      channel.write(data);
    }
    zip.closeArchiveEntry();
  }
}
