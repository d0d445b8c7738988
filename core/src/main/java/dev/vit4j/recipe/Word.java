package dev.vit4j.recipe;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Values that were written as one word of a command line. Such a word is data, not YAML: {@code
 * pics #1} is a name of seven characters.
 */
public final class Word {
  private static final String PLAIN = "[\\w.+-]+"; // no character that YAML gives a meaning

  private Word() {}

  /** Returns the number, true or false that a word writes, else the word itself. */
  static Object scalar(String word) {
    Object value = word.matches(PLAIN) ? yaml(word) : word;
    return value == null ? word : value;
  }

  /** Returns the entries of a list, with or without brackets: {@code 30,60} or {@code [30, 60]}. */
  static List<String> list(String word) {
    String text = word.strip();
    boolean bracketed = text.startsWith("[") && text.endsWith("]");
    String inside = bracketed ? text.substring(1, text.length() - 1) : text;
    return inside.isBlank() ? List.of() : split(inside).stream().map(Word::unquoted).toList();
  }

  /** Returns a map or a list in YAML's flow style, or else what {@link #scalar} returns. */
  static @Nullable Object structure(String word) {
    String text = word.strip();
    if (text.startsWith("{")) {
      return yaml(text);
    }
    return text.startsWith("[")
        ? list(text).stream().<@Nullable Object>map(Word::structure).toList()
        : scalar(word);
  }

  /** Splits a text at its commas, except for those in brackets or between quotes. */
  public static List<String> split(String text) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    char quote = 0;
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean startsPart = text.substring(from, i).isBlank();
      if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (startsPart && (c == '"' || c == '\'')) {
        quote = c;
      } else {
        depth += c == '[' || c == '{' ? 1 : c == ']' || c == '}' ? -1 : 0;
        if (c == ',' && depth == 0) {
          parts.add(text.substring(from, i).strip());
          from = i + 1;
        }
      }
    }
    parts.add(text.substring(from).strip());
    return List.copyOf(parts);
  }

  private static String unquoted(String text) {
    int end = text.length() - 1;
    boolean quoted =
        end > 0
            && text.charAt(0) == text.charAt(end)
            && (text.charAt(0) == '"' || text.charAt(0) == '\'');
    return quoted ? text.substring(1, end) : text;
  }

  private static @Nullable Object yaml(String text) {
    try {
      return RecipeYaml.read(text);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }
}
