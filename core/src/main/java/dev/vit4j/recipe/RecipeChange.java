package dev.vit4j.recipe;

import dev.vit4j.hub.Pretrained;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Applies one {@code key=value} of the command line or one {@link Recipe#with}. */
final class RecipeChange {
  private RecipeChange() {}

  static void apply(Map<String, @Nullable Object> values, String name, @Nullable Object value) {
    int dot = name.indexOf('.');
    if (dot < 0) {
      RecipeKey<?> key = RecipeKeys.named(name);
      Object read = key.read(value instanceof String word ? key.ofWord(word) : value);
      if (name.equals(ModelKeys.MODEL.name()) && !read.equals(values.get(name))) {
        dropUnknownArgs(values, Pretrained.architecture((String) read));
      }
      values.put(name, read);
      return;
    }
    RecipeKey<?> key = RecipeKeys.named(name.substring(0, dot));
    if (!(values.get(key.name()) instanceof Map<?, ?> entries)) {
      throw new IllegalArgumentException(
          "%s: the value of %s is not a map".formatted(name, key.name()));
    }
    Map<Object, @Nullable Object> changed = new LinkedHashMap<>(entries);
    changed.put(name.substring(dot + 1), value instanceof String s ? Word.structure(s) : value);
    values.put(key.name(), key.read(changed));
  }

  /** Removes the arguments of the previous model that the new model does not have. */
  private static void dropUnknownArgs(Map<String, @Nullable Object> values, String model) {
    String key = ModelKeys.MODEL_ARGS.name();
    if (values.get(key) instanceof Map<?, ?> args
        && !args.isEmpty()
        && Models.names().contains(model)) {
      try (Model shape = Models.create(model, Map.of(), Init.shapesOnly())) {
        Map<Object, @Nullable Object> kept = new LinkedHashMap<>(args);
        kept.keySet().retainAll(shape.args().keySet());
        values.put(key, kept);
      }
    }
  }
}
