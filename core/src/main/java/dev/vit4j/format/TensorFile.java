package dev.vit4j.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A file of named tensors, opened for reading, in any supported format. Files are treated as
 * untrusted: sizes are checked before memory is allocated, and nothing in a file is executed.
 */
public sealed interface TensorFile extends AutoCloseable
    permits Safetensors, ShardedTensors, TorchFile, NpzFile {
  /**
   * Opens a file; the format is detected from its content, not its name: {@link Safetensors}, the
   * index of {@link ShardedTensors}, {@link TorchFile} or {@link NpzFile}.
   *
   * @param file a file, or a folder that contains one, such as {@code model.safetensors}
   * @throws FormatException if the file has none of these formats or is damaged
   */
  static TensorFile open(Path file) throws IOException {
    return TensorFormats.open(Files.isDirectory(file) ? TensorFolder.weights(file) : file);
  }

  /** The tensors by name, in file order. */
  Map<String, TensorInfo> tensors();

  /** The file's metadata as text, in file order. */
  Map<String, String> metadata();

  /**
   * Returns the bytes of one tensor: contiguous, row-major, little-endian; read-only.
   *
   * @throws IllegalArgumentException if the file has no such tensor
   * @throws IllegalStateException after {@link #close}
   * @throws IOException if the bytes cannot be read or are damaged
   */
  ByteBuffer data(String name) throws IOException;

  /** Closes the file. Never fails. */
  @Override
  void close();
}
