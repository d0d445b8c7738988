package dev.vit4j.format;

import dev.vit4j.tensor.DType;
import org.jspecify.annotations.Nullable;

/**
 * A storage, as a {@link TorchFile}'s pickle announces it; tensors are views of storages.
 *
 * @param key its name in the file
 * @param dtype element type, or null for untyped bytes, whose tensors have the type
 * @param bytes number of bytes
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
