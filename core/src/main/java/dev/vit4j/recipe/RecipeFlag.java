package dev.vit4j.recipe;

import java.util.ArrayList;
import java.util.List;

/**
 * A command-line flag that sets a key of a recipe.
 *
 * @param key key that it sets, as in {@link Recipe#with}: {@code batch_size}, or {@code
 *     model_args.drop_path_rate} for an argument of the model
 * @param names names of the flag, e.g. {@code -b} and {@code --batch-size}
 * @param label placeholder of the value in the help, e.g. {@code N}; empty for a flag without a
 *     value, which sets the key to true
 * @param help description, one line
 */
public record RecipeFlag(String key, List<String> names, String label, String help) {
  /** The part of a flag that is declared with its key; the rest follows from the key. */
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
   * Declares a flag named like the key, with dashes.
   *
   * @param label placeholder of the value in the help
   * @param shortNames additional names, e.g. {@code -b}
   */
  static Declared flag(String label, String... shortNames) {
    return new Declared(label, List.of(shortNames));
  }

  /** Declares a flag without a value, which sets the key to true. */
  static Declared toggle() {
    return flag("");
  }

  /** Returns whether the flag takes no value. */
  public boolean isToggle() {
    return label.isEmpty();
  }
}
