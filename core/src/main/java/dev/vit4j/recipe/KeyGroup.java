package dev.vit4j.recipe;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The keys of one topic with their flags, in the order in which help and YAML list them. Declaring
 * a key adds it to the group.
 */
public final class KeyGroup {
  /** Upper bound of counts and numbers that have no other limit. */
  static final int MANY = 1_000_000;

  private final String title;
  private final List<RecipeKey<?>> keys = new ArrayList<>();
  private final List<RecipeFlag> flags = new ArrayList<>();

  KeyGroup(String title) {
    this.title = title;
  }

  /** Returns the heading in the help. */
  public String title() {
    return title;
  }

  /** Returns the keys of this group. */
  public List<RecipeKey<?>> keys() {
    return Collections.unmodifiableList(keys);
  }

  /** Returns the flags of the keys that have one. */
  public List<RecipeFlag> flags() {
    return Collections.unmodifiableList(flags);
  }

  /** Declares a key that always has a value. */
  <T> RecipeKey<T> key(String name, RecipeType<T> type, T standard, String meaning) {
    return enter(new RecipeKey<>(name, type, false, standard, meaning));
  }

  /** Declares a key that always has a value, with a flag. */
  <T> RecipeKey<T> key(
      String name, RecipeType<T> type, T standard, String meaning, RecipeFlag.Declared flag) {
    return enter(new RecipeKey<>(name, type, false, standard, meaning), flag);
  }

  /** Declares a key that is {@code none} by default. */
  <T> RecipeKey<T> optional(String name, RecipeType<T> type, String meaning) {
    return enter(new RecipeKey<>(name, type, true, null, meaning));
  }

  /** Declares a key that is {@code none} by default, with a flag. */
  <T> RecipeKey<T> optional(
      String name, RecipeType<T> type, String meaning, RecipeFlag.Declared flag) {
    return enter(new RecipeKey<>(name, type, true, null, meaning), flag);
  }

  /** Declares a flag that sets one entry of a key whose value is a map. */
  void entryFlag(RecipeKey<?> map, String entry, String flag, String label, String help) {
    flags.add(new RecipeFlag(map.name() + "." + entry, List.of(flag), label, help));
  }

  private <T> RecipeKey<T> enter(RecipeKey<T> key, RecipeFlag.Declared flag) {
    flags.add(flag.of(key));
    return enter(key);
  }

  private <T> RecipeKey<T> enter(RecipeKey<T> key) {
    keys.add(key);
    return key;
  }
}
