package dev.vit4j.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** Detects the format of a {@link TensorFile} from its first bytes. */
final class TensorFormats {
  private static final int HEAD = 512;
  private static final int TAR_MAGIC = 257;

  private TensorFormats() {}

  static TensorFile open(Path path) throws IOException {
    return open(path, false);
  }

  /** Opens a shard, which must not be an index: an index could refer to itself. */
  static TensorFile openShard(Path path) throws IOException {
    return open(path, true);
  }

  private static TensorFile open(Path path, boolean shard) throws IOException {
    MappedFile file = MappedFile.open(path);
    TensorFile opened = null;
    try {
      opened = open(path, file, shard);
      return opened;
    } finally {
      // These formats keep the file open; safetensors maps all of its file separately.
      if (!(opened instanceof TorchFile || opened instanceof NpzFile)) {
        file.close();
      }
    }
  }

  private static TensorFile open(Path path, MappedFile file, boolean shard) throws IOException {
    ByteBuffer bytes = file.head(HEAD);
    String head = StandardCharsets.ISO_8859_1.decode(bytes.duplicate()).toString();
    boolean brace = head.startsWith("{", Long.BYTES);
    if (brace && bytes.getLong(0) >= 0 && bytes.getLong(0) <= file.size() - Long.BYTES) {
      return Safetensors.open(path);
    }
    if (ZipRecords.isZip(file)) {
      return openZip(file, ZipRecords.of(path, file.size()));
    }
    if (TorchLegacy.isOne(file)) {
      return TorchLegacy.open(file);
    }
    if (head.stripLeading().startsWith("{") && !brace) {
      if (shard) {
        throw new FormatException(path.toString(), -1, "is text: a shard holds tensors");
      }
      return ShardedTensors.open(path);
    }
    if (brace || path.toString().endsWith(".safetensors")) {
      return Safetensors.open(path); // damaged: its reader reports what is wrong
    }
    throw new FormatException(path.toString(), -1, reason(head));
  }

  private static TensorFile openZip(MappedFile file, Map<String, FilePart> records)
      throws IOException {
    if (TorchZip.isOne(records)) {
      return TorchZip.open(file, records);
    }
    if (NpzFile.isOne(records)) {
      return new NpzFile(file, records);
    }
    throw new FormatException(
        file.source(), -1, "a zip archive with neither torch's data.pkl nor numpy's .npy");
  }

  private static String reason(String head) {
    if (head.isEmpty()) {
      return "is empty";
    }
    if (head.startsWith("ustar", TAR_MAGIC)) {
      return "a tar archive: if torch before 0.1.10 wrote it, load and save it with a newer torch";
    }
    if (head.startsWith("version https://git-lfs")) {
      return "a Git LFS pointer instead of the file: run git lfs pull";
    }
    if (head.charAt(0) == 0x80) {
      return "a pickle that torch.save did not write";
    }
    if (head.startsWith("\u0089HDF")) {
      return "an HDF5 file, as Keras writes: save the weights as safetensors or .npz";
    }
    return "not a file of tensors: safetensors, its index.json, torch's .pth and numpy's .npz are supported";
  }
}
