package dev.vit4j.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A file of named tensors, opened for reading, whatever its format. Files are taken as hostile:
 * sizes are checked before memory is taken, and nothing in a file is ever executed.
 */
public sealed interface TensorFile extends AutoCloseable
    permits Safetensors, ShardedTensors, TorchFile, NpzFile {
  /**
   * Opens a file by what it holds, not by what it is called: {@link Safetensors}, the index of
   * {@link ShardedTensors}, {@link TorchFile} or {@link NpzFile}.
   *
   * @param file or a folder with one, {@code model.safetensors} or another
   * @throws FormatException if it is none of the formats, or a damaged one
   */
  static TensorFile open(Path file) throws IOException {
    return TensorFormats.open(Files.isDirectory(file) ? TensorFolder.weights(file) : file);
  }

  /** The tensors by name, in file order. */
  Map<String, TensorInfo> tensors();

  /** What else the file says, as text, in file order. */
  Map<String, String> metadata();

  /**
   * The bytes of one tensor: contiguous, row-major, little-endian; read-only.
   *
   * @throws IllegalArgumentException if the file has no such tensor
   * @throws IllegalStateException after {@link #close}
   * @throws IOException if the bytes cannot be read or are not what the file says of them
   */
  ByteBuffer data(String name) throws IOException;

  /** Lets go of the file. Never fails. */
  @Override
  void close();
}
