package dev.vit4j.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Opens {@link TorchFile}s in the zip format; see there for the layout. */
final class TorchZip {
  private static final String PICKLE = "data.pkl";

  /** Deflated pickles up to this size are accepted even if the file is smaller. */
  private static final long SMALL_PICKLE = 1 << 20;

  private TorchZip() {}

  /** Whether an archive with these records is in torch's format. */
  static boolean isOne(Map<String, FilePart> records) {
    return !pickles(records).isEmpty();
  }

  static TorchFile open(MappedFile file, Map<String, FilePart> records) throws IOException {
    List<String> pickles = pickles(records);
    if (pickles.size() != 1) {
      throw new FormatException(
          file.source(), -1, "a zip archive with %d data.pkl, not one".formatted(pickles.size()));
    }
    String prefix = pickles.get(0).substring(0, pickles.get(0).length() - PICKLE.length());
    boolean script = records.keySet().stream().anyMatch(r -> r.startsWith(prefix + "code/"));
    String source = file.source() + "!/" + pickles.get(0);
    ByteBuffer pickle = pickle(file, source, records.get(pickles.get(0)));
    Object root =
        new Pickle(
                source,
                pickle,
                script ? TorchGlobals::findInScript : TorchGlobals::find,
                TorchGlobals::storage)
            .read();
    TorchContents contents = TorchContents.of(source, root, pickle.limit());
    // TorchScript modules have dozens of flags each, which are not useful as metadata.
    Map<String, String> metadata = script ? Map.of("format", "TorchScript") : contents.metadata();
    return new TorchFile(
        file,
        order(file, records.get(prefix + "byteorder")),
        contents.tensors(),
        storages(file, prefix + "data/", records, contents),
        metadata);
  }

  private static List<String> pickles(Map<String, FilePart> records) {
    return records.keySet().stream()
        .filter(r -> r.equals(PICKLE) || r.matches("[^/]+/data\\.pkl"))
        .toList();
  }

  private static ByteBuffer pickle(MappedFile file, String source, FilePart part)
      throws IOException {
    if (part.deflated() && part.size() > Math.max(SMALL_PICKLE, file.size())) {
      throw new FormatException(source, -1, "inflates to %d bytes".formatted(part.size()));
    }
    return part.read(file);
  }

  private static ByteOrder order(MappedFile file, FilePart part) throws IOException {
    if (part == null) {
      return ByteOrder.LITTLE_ENDIAN;
    }
    String order = StandardCharsets.ISO_8859_1.decode(part.head(file, 16)).toString();
    return switch (order) {
      case "little" -> ByteOrder.LITTLE_ENDIAN;
      case "big" -> ByteOrder.BIG_ENDIAN;
      default -> throw new FormatException(file.source(), -1, "unknown byteorder '" + order + "'");
    };
  }

  private static Map<String, FilePart> storages(
      MappedFile file, String folder, Map<String, FilePart> records, TorchContents contents)
      throws FormatException {
    Map<String, FilePart> storages = new HashMap<>();
    for (Map.Entry<String, TorchTensor> tensor : contents.tensors().entrySet()) {
      TorchStorage storage = tensor.getValue().storage();
      FilePart part = records.get(folder + storage.key());
      if (part == null || part.size() != storage.bytes()) {
        throw new FormatException(
            file.source(),
            -1,
            "tensor '%s': its storage %s%s has %s of the %d bytes announced"
                .formatted(
                    tensor.getKey(),
                    folder,
                    storage.key(),
                    part == null ? "none" : part.size(),
                    storage.bytes()));
      }
      storages.put(storage.key(), part);
    }
    return storages;
  }
}
