package dev.vit4j.recipe;

import dev.vit4j.hub.Pretrained;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
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
      Object read = key.read(understood(key, value));
      if (name.equals(ModelKeys.MODEL.name()) && !read.equals(values.get(name))) {
        dropWordsOfOthers(values, Pretrained.architecture((String) read));
      }
      values.put(name, read);
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

  /** Of the words for the recipe's own model another one keeps those that it knows. */
  private static void dropWordsOfOthers(Map<String, @Nullable Object> values, String model) {
    String words = ModelKeys.MODEL_ARGS.name();
    if (values.get(words) instanceof Map<?, ?> args
        && !args.isEmpty()
        && Models.names().contains(model)) {
      try (Model shape = Models.create(model, Map.of(), Init.shapesOnly())) {
        Map<Object, @Nullable Object> kept = new LinkedHashMap<>(args);
        kept.keySet().retainAll(shape.args().keySet());
        values.put(words, kept);
      }
    }
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
