package dev.vit4j.probe;

import dev.vit4j.format.FormatException;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/** Checked access to what a probe's folder holds. */
record Stored(Path folder, Probe.About about, Map<String, Tensor> tensors) {
  /**
   * Returns an f32 tensor.
   *
   * @param shape expected sizes, -1 for any above 0
   */
  Tensor tensor(String name, long... shape) throws FormatException {
    return tensor(name, DType.F32, shape);
  }

  private Tensor tensor(String name, DType dtype, long... shape) throws FormatException {
    Tensor t = tensors.get(name);
    if (t == null) {
      throw wrong("has no tensor '" + name + "'");
    }
    boolean fits = t.dtype() == dtype && t.dim() == shape.length;
    for (int i = 0; fits && i < shape.length; i++) {
      fits = shape[i] < 0 ? t.size(i) > 0 : t.size(i) == shape[i];
    }
    if (!fits) {
      throw wrong("has '%s' %s, not %s%s".formatted(name, t, dtype, Arrays.toString(shape)));
    }
    return t;
  }

  /** Returns the column of each of {@code count} samples, i64, from 0 to {@code classes} - 1. */
  Tensor columns(String name, long count, int classes) throws FormatException {
    Tensor t = tensor(name, DType.I64, count);
    for (long column : t.toLongs()) {
      if (column < 0 || column >= classes) {
        throw wrong("has column %d of %d classes".formatted(column, classes));
      }
    }
    return t;
  }

  /** Returns a setting that is a number. */
  double number(String key) throws FormatException {
    if (about.settings().get(key) instanceof Number n) {
      return n.doubleValue();
    }
    throw wrong("has no number '" + key + "' in its settings");
  }

  /** Returns a setting that is true or false. */
  boolean flag(String key) throws FormatException {
    if (about.settings().get(key) instanceof Boolean b) {
      return b;
    }
    throw wrong("has no true or false '" + key + "' in its settings");
  }

  /** Returns a setting that names a constant. */
  <E extends Enum<E>> E choice(String key, Class<E> type) throws FormatException {
    String value = String.valueOf(about.settings().get(key));
    for (E constant : type.getEnumConstants()) {
      if (constant.name().toLowerCase(Locale.ROOT).equals(value)) {
        return constant;
      }
    }
    throw wrong("has the unknown %s '%s' in its settings".formatted(key, value));
  }

  FormatException wrong(String reason) {
    return new FormatException(folder.toString(), -1, reason);
  }
}
