package dev.vit4j.format;

import dev.vit4j.format.Pickle.Bytes;
import dev.vit4j.format.Pickle.Global;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The flattened content of a {@link TorchFile}'s pickle: names of nested dicts and lists are joined
 * by dots; tensors and small scalar values (as text) are collected separately.
 */
final class TorchContents {
  private static final int LONGEST_TEXT = 4096;
  private static final int LONGEST_LIST = 200;

  /** Names can be longer than the pickle through memoized parts, but not by this factor. */
  private static final long MAX_RATIO = 64;

  private final String source;
  private final long limit;
  private final Map<String, TorchTensor> tensors = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private long visited;
  private long written;

  private TorchContents(String source, long pickleBytes) {
    this.source = source;
    this.limit = pickleBytes;
  }

  /**
   * Flattens an object.
   *
   * @param pickleBytes size of the pickle, which limits the size of the result
   * @throws FormatException if a name occurs twice, or shared lists would expand beyond any valid
   *     file
   */
  static TorchContents of(String source, @Nullable Object root, long pickleBytes)
      throws FormatException {
    TorchContents contents = new TorchContents(source, pickleBytes);
    if (root instanceof TorchTensor) {
      contents.add("tensor", root);
    } else if (root instanceof Map<?, ?> || root instanceof Collection<?>) {
      contents.addAll("", root);
    } else {
      throw new FormatException(source, -1, "holds no tensors, but " + text(root));
    }
    return contents;
  }

  Map<String, TorchTensor> tensors() {
    return tensors;
  }

  Map<String, String> metadata() {
    return metadata;
  }

  private void add(String name, @Nullable Object value) throws FormatException {
    visited++;
    if (visited > limit) {
      throw new FormatException(source, -1, "has lists that expand without limit");
    }
    if (value instanceof TorchTensor tensor) {
      if (tensors.put(name, tensor) != null) {
        throw new FormatException(source, -1, "the tensor '" + name + "' occurs twice");
      }
    } else if (value instanceof PickledObject object) {
      note(name, object.className());
      addAll(name, object);
    } else if (value instanceof Map<?, ?> map && !map.isEmpty()) {
      addAll(name, map);
    } else if (value instanceof Collection<?> list && !isPlain(list)) {
      addAll(name, list);
    } else {
      note(name, text(value));
    }
  }

  private void addAll(String name, Object container) throws FormatException {
    String prefix = name.isEmpty() ? "" : name + ".";
    if (container instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        add(extended(prefix, key(entry.getKey())), entry.getValue());
      }
    } else if (container instanceof Collection<?> list) {
      int index = 0;
      for (Object item : list) {
        add(extended(prefix, Integer.toString(index++)), item);
      }
    }
  }

  private String extended(String prefix, String key) throws FormatException {
    spend(prefix.length() + key.length());
    return prefix + key;
  }

  private void spend(long characters) throws FormatException {
    written += characters;
    if (written / MAX_RATIO > limit) {
      throw new FormatException(source, -1, "has names far longer than the file");
    }
  }

  private void note(String name, String text) throws FormatException {
    spend(text.length());
    metadata.putIfAbsent(name, text);
  }

  private static boolean isPlain(Collection<?> list) {
    return list.stream()
        .allMatch(v -> !(v instanceof TorchTensor || v instanceof Map || v instanceof Collection));
  }

  private static String key(@Nullable Object key) {
    return key instanceof Bytes bytes ? bytes.text() : text(key);
  }

  /** As Python prints it; long values by their size only. */
  private static String text(@Nullable Object value) {
    if (value == null) {
      return "None";
    }
    if (value instanceof Boolean flag) {
      return flag ? "True" : "False";
    }
    if (value instanceof String text) {
      return text.length() <= LONGEST_TEXT
          ? text
          : "text of %d characters".formatted(text.length());
    }
    if (value instanceof Global global) {
      return global.name();
    }
    if (value instanceof NumpyArray array) {
      return "numpy array of shape " + array.shape();
    }
    if (value instanceof Map<?, ?>) {
      return "{}";
    }
    if (value instanceof Double number) {
      return number(number);
    }
    return value instanceof Collection<?> list ? listText(list) : value.toString();
  }

  private static String number(double value) {
    if (!Double.isFinite(value)) {
      return Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
    }
    double size = Math.abs(value);
    return size == 0 || (size >= 1e-4 && size < 1e16)
        ? new BigDecimal(Double.toString(value)).toPlainString()
        : Double.toString(value).replace(".0E", "e").replace('E', 'e');
  }

  private static String listText(Collection<?> list) {
    StringBuilder text = new StringBuilder("[");
    for (Object item : list) {
      text.append(text.length() > 1 ? ", " : "").append(text(item));
      if (text.length() > LONGEST_LIST) {
        return text.substring(0, LONGEST_LIST) + "… (%d values)".formatted(list.size());
      }
    }
    return text.append(']').toString();
  }
}
