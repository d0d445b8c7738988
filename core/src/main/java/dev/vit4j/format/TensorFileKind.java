package dev.vit4j.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** The formats of a {@link TensorFile}, told apart by the first bytes. */
enum TensorFileKind {
  SAFETENSORS {
    @Override
    TensorFile open(Path file) throws IOException {
      return Safetensors.open(file);
    }
  },
  SHARDS {
    @Override
    TensorFile open(Path file) throws IOException {
      return ShardedSafetensors.open(file);
    }
  },
  TORCH {
    @Override
    TensorFile open(Path file) throws IOException {
      return TorchFile.open(file);
    }
  },
  NUMPY {
    @Override
    TensorFile open(Path file) throws IOException {
      return NpzFile.open(file);
    }
  };

  private static final int HEAD = 512;
  private static final int TAR_MAGIC = 257;

  abstract TensorFile open(Path file) throws IOException;

  static TensorFileKind of(Path path) throws IOException {
    try (MappedFile file = MappedFile.open(path)) {
      ByteBuffer bytes = file.slice(0, Math.min(HEAD, file.size()));
      String head = StandardCharsets.ISO_8859_1.decode(bytes.duplicate()).toString();
      boolean brace = head.startsWith("{", Long.BYTES);
      if (brace && bytes.getLong(0) >= 0 && bytes.getLong(0) <= file.size() - Long.BYTES) {
        return SAFETENSORS;
      }
      if (ZipRecords.isZip(file)) {
        return ofZip(path, file);
      }
      if (TorchLegacy.isOne(file)) {
        return TORCH;
      }
      if (head.stripLeading().startsWith("{") && !brace) {
        return SHARDS;
      }
      if (brace || path.toString().endsWith(".safetensors")) {
        return SAFETENSORS; // a damaged one, of which its reader knows what is wrong
      }
      throw new FormatException(path.toString(), -1, reason(head));
    }
  }

  private static TensorFileKind ofZip(Path path, MappedFile file) throws IOException {
    Map<String, FilePart> records = ZipRecords.of(path, file.size());
    if (TorchZip.isOne(records)) {
      return TORCH;
    }
    if (NpzFile.isOne(records)) {
      return NUMPY;
    }
    throw new FormatException(
        path.toString(), -1, "a zip archive with neither torch's data.pkl nor numpy's .npy");
  }

  private static String reason(String head) {
    if (head.isEmpty()) {
      return "is empty";
    }
    if (head.startsWith("ustar", TAR_MAGIC)) {
      return "a tar archive: if torch before 0.1.10 wrote it, load and save it with a newer torch";
    }
    if (head.startsWith("version https://git-lfs")) {
      return "only the note that Git LFS keeps in place of the file: run git lfs pull";
    }
    if (head.charAt(0) == 0x80) {
      return "a pickle that torch.save did not write";
    }
    if (head.startsWith("\u0089HDF")) {
      return "an HDF5 file, as Keras writes: save the weights as safetensors or .npz";
    }
    return "not a file of tensors: safetensors, its index.json, torch's .pth and numpy's .npz are read";
  }
}
