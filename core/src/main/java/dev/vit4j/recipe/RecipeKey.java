package dev.vit4j.recipe;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A key of a recipe.
 *
 * @param <T> Java type of its values
 * @param name the key in YAML
 * @param type type and range of its values
 * @param optional whether {@code none} is one of them
 * @param standard the default; null for none
 * @param meaning description for the help, one line
 */
public record RecipeKey<T>(
    String name, RecipeType<T> type, boolean optional, @Nullable T standard, String meaning) {
  static final String NONE = "none";

  /** Returns the description, followed by the choices unless it already names all of them. */
  String help() {
    return type.choices().stream().allMatch(meaning::contains)
        ? meaning
        : "%s One of %s.".formatted(meaning, String.join(", ", type.choices()));
  }

  /** Describes the allowed values. */
  public String allowed() {
    return optional ? type.allowed() + ", or " + NONE : type.allowed();
  }

  /** Returns the allowed values if they are a few names; else an empty list. */
  public List<String> choices() {
    return type.choices();
  }

  /** Returns the YAML value that a word of the command line stands for; null for none. */
  @Nullable Object ofWord(String word) {
    return isNone(word) ? null : type.word().apply(word);
  }

  /**
   * Converts a YAML value; null for none.
   *
   * @throws IllegalArgumentException naming key, value and range
   */
  @Nullable T read(@Nullable Object yaml) {
    if (isNone(yaml)) {
      return null;
    }
    T value = yaml == null ? null : type.reader().apply(yaml);
    if (value == null) {
      throw new IllegalArgumentException(
          "%s is %s: it must be %s".formatted(name, show(yaml), allowed()));
    }
    return value;
  }

  private boolean isNone(@Nullable Object yaml) {
    return optional && (yaml == null || yaml.equals(NONE));
  }

  private static String show(@Nullable Object yaml) {
    if (yaml == null) {
      return "empty";
    }
    if (yaml instanceof Map<?, ?> || yaml instanceof List<?> || yaml instanceof Number) {
      return clip(yaml.toString());
    }
    return yaml instanceof String s ? "'" + clip(s) + "'" : clip(String.valueOf(yaml));
  }

  static String clip(String s) {
    return s.length() <= 60 ? s : s.substring(0, 60) + "…";
  }
}
