package dev.vit4j.infer;

import dev.vit4j.format.Safetensors;
import dev.vit4j.format.TensorInfo;
import dev.vit4j.tensor.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Folder of a disk cache of vectors: files {@code KEY.safetensors} with the tensor {@code
 * features}, f32 [N, D].
 *
 * <p>KEY is a digest of everything that the values depend on. Files are written atomically, also by
 * concurrent processes, and can be deleted at any time. Their metadata contains the key and a
 * SHA-256 of the values; a file that does not match is not used.
 *
 * @param folder created when needed
 * @param notes receives messages about files that are damaged or cannot be written
 */
record CacheFolder(Path folder, Consumer<String> notes) {
  private static final String TENSOR = "features";
  private static final String KEY = "key";
  private static final String SUM = "sha256";

  private Path file(String key) {
    return folder.resolve(key + ".safetensors");
  }

  /**
   * Reads the vectors of a key.
   *
   * @param count their number, N
   * @return f32 [N, D]; null if there is no file, or one that does not match its key
   */
  @Nullable ByteBuffer read(String key, long count) {
    Path file = file(key);
    if (!Files.exists(file)) {
      return null;
    }
    try (Safetensors kept = Safetensors.open(file)) {
      TensorInfo info = kept.tensors().get(TENSOR);
      if (info != null
          && info.dtype() == DType.F32
          && info.shape().length == 2
          && info.shape()[0] == count
          && key.equals(kept.metadata().get(KEY))
          && sum(kept.data(TENSOR)).equals(kept.metadata().get(SUM))) {
        return kept.data(TENSOR);
      }
      notes.accept(file + ": content does not match its key: computing again");
    } catch (IOException e) {
      notes.accept(e.getMessage() + ": computing again");
    }
    return null;
  }

  /**
   * Writes the vectors of a key; a failure is a message.
   *
   * @param rows f32 [count, D]
   * @param what for the message, such as {@code features}
   */
  void write(String key, long count, ByteBuffer rows, String what) {
    long dim = rows.remaining() / Float.BYTES / count;
    try {
      Files.createDirectories(folder);
      Safetensors.write(
          file(key),
          List.of(new Safetensors.Entry(TENSOR, DType.F32, new long[] {count, dim}, rows)),
          new TreeMap<>(Map.of(KEY, key, SUM, sum(rows))));
    } catch (IOException e) {
      notes.accept(what + " could not be cached: " + e.getMessage());
    }
  }

  private static String sum(ByteBuffer rows) {
    Digest sum = new Digest();
    sum.add(rows);
    return sum.hex();
  }
}
