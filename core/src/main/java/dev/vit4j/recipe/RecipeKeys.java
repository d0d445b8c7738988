package dev.vit4j.recipe;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All keys of a recipe. Reading, validation, printing, help and flags are derived from them. To add
 * a key, declare it in the class of its topic.
 */
public final class RecipeKeys {
  private static final List<KeyGroup> GROUPS =
      List.of(
          RunKeys.KEYS,
          DataKeys.KEYS,
          ModelKeys.KEYS,
          OptimizerKeys.KEYS,
          ScheduleKeys.KEYS,
          LossKeys.KEYS,
          AugmentationKeys.KEYS,
          HardwareKeys.KEYS);

  private static final Map<String, RecipeKey<?>> TABLE = new LinkedHashMap<>();

  static {
    for (KeyGroup group : GROUPS) {
      for (RecipeKey<?> key : group.keys()) {
        if (TABLE.put(key.name(), key) != null) {
          throw new IllegalStateException(key.name() + " is declared twice");
        }
      }
    }
  }

  private RecipeKeys() {}

  /** Returns the topics in the order of help and YAML. */
  public static List<KeyGroup> groups() {
    return GROUPS;
  }

  /** Returns all keys in the same order. */
  static List<RecipeKey<?>> all() {
    return List.copyOf(TABLE.values());
  }

  /**
   * Returns the key of this name.
   *
   * @throws IllegalArgumentException if there is no such key; the message suggests the closest name
   */
  static RecipeKey<?> named(String name) {
    RecipeKey<?> key = TABLE.get(name);
    if (key == null) {
      throw new IllegalArgumentException(
          "unknown key '%s': %s"
              .formatted(
                  RecipeKey.clip(name),
                  Nearest.hint(name, new ArrayList<>(TABLE.keySet()), "vit recipes --keys")));
    }
    return key;
  }
}
