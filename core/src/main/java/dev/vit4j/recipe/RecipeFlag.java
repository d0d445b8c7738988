package dev.vit4j.recipe;

import java.util.ArrayList;
import java.util.List;

/**
 * A command-line flag that sets a key of a recipe.
 *
 * @param key what it sets, as {@link Recipe#with} takes it: {@code batch_size}, or {@code
 *     model_args.drop_path_rate} for an argument of the model
 * @param names its names, e.g. {@code -b} and {@code --batch-size}
 * @param label its value in the help, e.g. {@code N}; empty for a flag without a value, which sets
 *     the key to true
 * @param help one line
 */
public record RecipeFlag(String key, List<String> names, String label, String help) {
  /** What the declaration of a key says about its flag; the rest follows from the key. */
  record Declared(String label, List<String> shortNames) {
    RecipeFlag of(RecipeKey<?> key) {
      return new RecipeFlag(key.name(), names(key.name()), label, key.help());
    }

    private List<String> names(String key) {
      List<String> names = new ArrayList<>(shortNames);
      names.add("--" + key.replace('_', '-'));
      return List.copyOf(names);
    }
  }

  /**
   * The key has a flag: its name with dashes.
   *
   * @param label its value in the help
   * @param shortNames more names, e.g. {@code -b}
   */
  static Declared flag(String label, String... shortNames) {
    return new Declared(label, List.of(shortNames));
  }

  /** The key has a flag without a value, which sets it to true. */
  static Declared toggle() {
    return flag("");
  }

  /** Whether it takes no value. */
  public boolean isToggle() {
    return label.isEmpty();
  }
}
