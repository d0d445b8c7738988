package dev.vit4j.train;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One {@code key=value} of the command line, or one {@link Recipe#with} of a program. */
final class RecipeChange {
  private RecipeChange() {}

  static void apply(Map<String, @Nullable Object> values, String name, @Nullable Object value) {
    int dot = name.indexOf('.');
    if (dot < 0) {
      RecipeKey<?> key = RecipeKeys.named(name);
      values.put(name, key.read(understood(key, value)));
      return;
    }
    RecipeKey<?> key = RecipeKeys.named(name.substring(0, dot));
    if (!(values.get(key.name()) instanceof Map<?, ?> words)) {
      throw new IllegalArgumentException(
          "%s: %s has no words of its own".formatted(name, key.name()));
    }
    Map<Object, @Nullable Object> changed = new LinkedHashMap<>(words);
    changed.put(name.substring(dot + 1), value instanceof String s ? yaml(s) : value);
    values.put(key.name(), key.read(changed));
  }

  /** The first reading of a text that the key accepts; the text itself if none. */
  private static @Nullable Object understood(RecipeKey<?> key, @Nullable Object value) {
    if (!(value instanceof String text)) {
      return value;
    }
    Object plain = yaml(text);
    if (key.accepts(plain) || key.accepts(text)) {
      return key.accepts(plain) ? plain : text;
    }
    Object listed = yaml("[" + text + "]");
    return key.accepts(listed) ? listed : plain;
  }

  private static @Nullable Object yaml(String text) {
    try {
      return RecipeYaml.read(text);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }
}
