package dev.vit4j.format;

import dev.vit4j.tensor.DType;
import org.jspecify.annotations.Nullable;

/**
 * A storage, as a {@link TorchFile}'s pickle announces it; tensors are views of storages.
 *
 * @param key its name in the file
 * @param dtype element type, or null for untyped bytes, whose tensors have the type
 * @param elementBytes bytes per element, 1 if untyped
 * @param elements number of elements
 * @param aside what its tensors are if they are not read, such as {@code complex tensor}; else
 *     empty
 */
record TorchStorage(
    String key, @Nullable DType dtype, int elementBytes, long elements, String aside) {
  /**
   * Checks the size.
   *
   * @throws IllegalArgumentException if it is negative or too large
   */
  TorchStorage {
    if (elements < 0 || elements > Long.MAX_VALUE / elementBytes) {
      throw new IllegalArgumentException("a storage of %d elements".formatted(elements));
    }
  }

  static TorchStorage of(String key, @Nullable DType dtype, long elements) {
    return new TorchStorage(key, dtype, dtype == null ? 1 : dtype.bytes(), elements, "");
  }

  /** Number of bytes. */
  long bytes() {
    return elements * elementBytes;
  }
}
