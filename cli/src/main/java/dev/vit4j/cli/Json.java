package dev.vit4j.cli;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Converts values to types that JSON supports. */
final class Json {
  private Json() {}

  /** Returns a map with these keys in this order, unlike {@code Map.of}. */
  static Map<String, Object> of(String key, Object value, String second, Object secondValue) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put(key, value);
    object.put(second, secondValue);
    return object;
  }

  /** Replaces NaN and infinity by null, and paths and other objects by text. */
  static @Nullable Object plain(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> copy = new LinkedHashMap<>();
      map.forEach((k, v) -> copy.put(String.valueOf(k), plain(v)));
      return copy;
    }
    if (value instanceof Collection<?> list) {
      return list.stream().map(Json::plain).toArray(); // an array may hold null
    }
    if (value instanceof Double d) {
      return Double.isFinite(d) ? d : null;
    }
    if (value instanceof Float f) {
      return Float.isFinite(f) ? f : null;
    }
    boolean known =
        value == null
            || value instanceof Number
            || value instanceof Boolean
            || value instanceof int[];
    return known ? value : String.valueOf(value);
  }
}
