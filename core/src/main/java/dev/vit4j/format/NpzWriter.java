package dev.vit4j.format;

import dev.vit4j.format.Safetensors.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Writes the format of {@link NpzFile}, and text arrays, which numpy reads. */
final class NpzWriter {
  private static final String ENDING = ".npy";

  private NpzWriter() {}

  static void write(Path file, List<Entry> tensors, Map<String, List<String>> texts)
      throws IOException {
    SafetensorsWriter.check(tensors);
    AtomicFile.write(
        file,
        out -> {
          StoredZip zip = new StoredZip(out);
          for (Entry t : tensors) {
            zip.put(
                t.name() + ENDING,
                NpyHeader.of(NpyHeader.descr(t.dtype()), t.shape()),
                t.littleEndianData());
          }
          for (Map.Entry<String, List<String>> text : texts.entrySet()) {
            put(zip, text.getKey(), text.getValue());
          }
          zip.finish();
        });
  }

  /** numpy's {@code <U}: UTF-32, little-endian, zero-padded to the longest text. */
  private static void put(StoredZip zip, String name, List<String> texts) throws IOException {
    int longest = 1;
    for (String text : texts) {
      longest = Math.max(longest, text.codePointCount(0, text.length()));
    }
    int bytes = Math.multiplyExact(longest * Integer.BYTES, texts.size());
    ByteBuffer content = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < texts.size(); i++) {
      content.position(i * longest * Integer.BYTES);
      texts.get(i).codePoints().forEach(content::putInt);
    }
    content.clear();
    zip.put(name + ENDING, NpyHeader.of("<U" + longest, texts.size()), content);
  }
}
