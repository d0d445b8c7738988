package dev.vit4j.data.source;

import dev.vit4j.format.NumpyArray;
import dev.vit4j.format.Pickle;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the values of a CIFAR file in Python format; throws IllegalArgumentException if invalid.
 */
final class CifarParts {
  private CifarParts() {}

  /** Converts a dict with keys as bytes (Python 2) or text (Python 3). */
  static Map<String, @Nullable Object> dict(@Nullable Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      throw new IllegalArgumentException("does not contain a dict");
    }
    Map<String, @Nullable Object> dict = new LinkedHashMap<>();
    map.forEach((k, v) -> dict.put(k instanceof Pickle.Bytes b ? b.text() : String.valueOf(k), v));
    return dict;
  }

  static int[] labels(@Nullable Object value, String key) {
    if (!(value instanceof List<?> list)
        || !list.stream().allMatch(l -> l instanceof Long n && n >= 0 && n < 256)) {
      throw new IllegalArgumentException("has no '" + key + "' with integers");
    }
    return list.stream().mapToInt(l -> ((Long) l).intValue()).toArray();
  }

  static byte[] pixels(@Nullable Object value, int ofEach) {
    if (!(value instanceof NumpyArray array)
        || array.shape().size() != 2
        || array.shape().get(1) != ofEach) {
      throw new IllegalArgumentException("has no 'data' of N rows with " + ofEach + " bytes");
    }
    Pickle.Bytes bytes = array.unsignedBytes();
    return Arrays.copyOfRange(bytes.array(), bytes.from(), bytes.from() + bytes.length());
  }

  static byte[] join(List<byte[]> parts) {
    if (parts.size() == 1) {
      return parts.get(0);
    }
    byte[] all = new byte[parts.stream().mapToInt(p -> p.length).sum()];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }
}
