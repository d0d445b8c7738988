package dev.vit4j.format;

import dev.vit4j.format.Safetensors.Entry;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Writes the format of {@link TorchFile}. */
final class TorchWriter {
  private static final String FOLDER = "archive/";

  private TorchWriter() {}

  static void write(Path file, List<Entry> tensors) throws IOException {
    SafetensorsWriter.check(tensors);
    byte[] pickle = TorchPickle.stateDict(tensors);
    AtomicFile.write(file, out -> write(out, pickle, tensors));
  }

  private static void write(OutputStream out, byte[] pickle, List<Entry> tensors)
      throws IOException {
    StoredZip zip = new StoredZip(out);
    zip.put(FOLDER + "data.pkl", ByteBuffer.wrap(pickle));
    zip.put(FOLDER + "byteorder", text("little"));
    for (int i = 0; i < tensors.size(); i++) {
      zip.put(FOLDER + "data/" + i, tensors.get(i).littleEndianData());
    }
    zip.put(FOLDER + "version", text("3\n"));
    zip.finish();
  }

  private static ByteBuffer text(String ascii) {
    return ByteBuffer.wrap(ascii.getBytes(StandardCharsets.US_ASCII));
  }
}
