package dev.vit4j.format;

import dev.vit4j.tensor.DType;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of memory that tensors of a {@link TorchFile} look into, as the pickle announces it.
 *
 * @param key its name in the file
 * @param dtype of its elements, or null if it is bytes whose type the tensors tell
 * @param bytes how many there are
 */
record TorchStorage(String key, @Nullable DType dtype, long bytes) {
  static TorchStorage of(String key, @Nullable DType dtype, long elements) {
    long size = dtype == null ? 1 : dtype.bytes();
    if (elements < 0 || elements > Long.MAX_VALUE / size) {
      throw new IllegalArgumentException("a storage of %d elements".formatted(elements));
    }
    return new TorchStorage(key, dtype, elements * size);
  }
}
