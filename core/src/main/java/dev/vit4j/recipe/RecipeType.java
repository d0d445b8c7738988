package dev.vit4j.recipe;

import dev.vit4j.format.UserPath;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoublePredicate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Type and range of the values of a recipe key.
 *
 * @param <T> Java type of the values
 * @param allowed description of the values, which follows 'must be' in messages
 * @param reader converts a YAML value; returns null if it is not allowed
 * @param choices the values if they are a few names, else empty
 * @param word returns the YAML value that a word of the command line stands for
 */
record RecipeType<T>(
    String allowed,
    Function<Object, @Nullable T> reader,
    List<String> choices,
    Function<String, @Nullable Object> word) {
  private static final int LONGEST_TEXT = 2000;
  private static final int LONGEST_LIST = 1000;

  /** A type of numbers, or of true and false. */
  private RecipeType(String allowed, Function<Object, @Nullable T> reader) {
    this(allowed, reader, List.of(), Word::scalar);
  }

  /** A type of texts: a word is the value, whatever its characters mean in YAML. */
  private static RecipeType<String> ofText(
      String allowed, Function<Object, @Nullable String> reader, List<String> choices) {
    return new RecipeType<>(allowed, reader, choices, word -> word);
  }

  static RecipeType<Boolean> bool() {
    return new RecipeType<>("true or false", yaml -> yaml instanceof Boolean b ? b : null);
  }

  static RecipeType<Integer> whole(int min, int max) {
    return new RecipeType<>(
        "a whole number, %d to %d".formatted(min, max),
        yaml -> yaml instanceof Integer i && i >= min && i <= max ? i : null);
  }

  static RecipeType<Long> wholeFrom(long min) {
    return new RecipeType<>(
        "a whole number, at least %d".formatted(min),
        yaml ->
            (yaml instanceof Integer || yaml instanceof Long) && ((Number) yaml).longValue() >= min
                ? ((Number) yaml).longValue()
                : null);
  }

  /** A number with min &lt;= number &lt;= max. */
  static RecipeType<Double> number(double min, double max) {
    return decimal(
        "a number, %s to %s".formatted(plain(min), plain(max)), d -> d >= min && d <= max);
  }

  /** A number with min &lt; number &lt;= max. */
  static RecipeType<Double> above(double min, double max) {
    return decimal(
        "a number above %s, at most %s".formatted(plain(min), plain(max)),
        d -> d > min && d <= max);
  }

  /** A number with min &lt;= number &lt; max. */
  static RecipeType<Double> below(double min, double max) {
    return decimal(
        "a number, %s or more, below %s".formatted(plain(min), plain(max)),
        d -> d >= min && d < max);
  }

  static RecipeType<String> choice(String... words) {
    return ofText(
        words.length == 1 ? words[0] : "one of " + String.join(", ", words),
        yaml -> yaml instanceof String s && Arrays.asList(words).contains(s) ? s : null,
        List.of(words));
  }

  static RecipeType<String> text() {
    return ofText(
        "text of at most %d printable characters".formatted(LONGEST_TEXT),
        yaml -> yaml instanceof String s && isPrintable(s) ? s.strip() : null,
        List.of());
  }

  /** A file or folder; {@code ~} is the home folder. */
  static RecipeType<String> path() {
    return ofText(
        "a path of at most %d printable characters".formatted(LONGEST_TEXT),
        yaml ->
            yaml instanceof String s && !s.isEmpty() && isPrintable(s)
                ? UserPath.of(s).toString()
                : null,
        List.of());
  }

  /** One line of text that matches the whole pattern. */
  static RecipeType<String> matching(String pattern, String words) {
    return ofText(
        words, yaml -> yaml instanceof String s && s.matches(pattern) ? s : null, List.of());
  }

  static <E> RecipeType<List<E>> list(RecipeType<E> element, int min, int max) {
    String size = min == max ? min + " values" : "values";
    return new RecipeType<>(
        "a list of %s, each %s".formatted(size, element.allowed),
        yaml -> yaml instanceof List<?> l ? elements(l, element, min, max) : null,
        List.of(),
        word -> Word.list(word).stream().<@Nullable Object>map(element.word).toList());
  }

  static <E> RecipeType<List<E>> list(RecipeType<E> element) {
    return list(element, 0, LONGEST_LIST);
  }

  /** Height and width in pixels; a single number sets both. */
  static RecipeType<List<Integer>> size(int max) {
    RecipeType<Integer> side = whole(1, max);
    RecipeType<List<Integer>> pair = list(side, 2, 2);
    return new RecipeType<>(
        side.allowed + ", or [height, width]",
        yaml -> {
          Integer both = side.reader.apply(yaml);
          return both == null ? pair.reader.apply(yaml) : List.of(both, both);
        },
        List.of(),
        word -> Word.scalar(word) instanceof Number both ? both : pair.word.apply(word));
  }

  /** Map of names to values, such as arguments of a model's constructor. */
  static RecipeType<Map<String, Object>> map() {
    return new RecipeType<>(
        "a map of names (letters, digits, _) to numbers, text, true, false or lists of these",
        yaml -> yaml instanceof Map<?, ?> m ? entries(m) : null,
        List.of(),
        Word::structure);
  }

  /** Values of either type. A word in brackets is a list; else the first type comes first. */
  static RecipeType<Object> either(RecipeType<?> a, RecipeType<?> b) {
    return new RecipeType<>(
        a.allowed + ", or " + b.allowed,
        yaml -> {
          Object value = a.reader.apply(yaml);
          return value != null ? value : b.reader.apply(yaml);
        },
        List.of(),
        word -> word.startsWith("[") || !a.takes(word) ? b.word.apply(word) : a.word.apply(word));
  }

  private boolean takes(String text) {
    Object yaml = word.apply(text);
    return yaml != null && reader.apply(yaml) != null;
  }

  /** This type plus a name for a value, such as 'auto'. */
  RecipeType<T> or(String name, T meaning) {
    return new RecipeType<>(
        allowed + ", or " + name,
        yaml -> name.equals(yaml) ? meaning : reader.apply(yaml),
        List.of(),
        text -> name.equals(text) ? name : word.apply(text));
  }

  private static RecipeType<Double> decimal(String allowed, DoublePredicate inRange) {
    return new RecipeType<>(
        allowed,
        yaml -> {
          boolean isNumber =
              yaml instanceof Integer || yaml instanceof Long || yaml instanceof Double;
          double d = isNumber ? ((Number) yaml).doubleValue() : Double.NaN;
          return inRange.test(d) ? (Double) d : null; // NaN is in no range
        });
  }

  private static <E> @Nullable List<E> elements(
      List<?> yaml, RecipeType<E> element, int min, int max) {
    if (yaml.size() < min || yaml.size() > max) {
      return null;
    }
    List<E> elements = new ArrayList<>();
    for (Object item : yaml) {
      E value = item == null ? null : element.reader.apply(item);
      if (value == null) {
        return null;
      }
      elements.add(value);
    }
    return List.copyOf(elements);
  }

  private static @Nullable Map<String, Object> entries(Map<?, ?> yaml) {
    Map<String, Object> entries = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : yaml.entrySet()) {
      Object value = entry.getValue() instanceof List<?> l ? scalars(l) : scalar(entry.getValue());
      if (!(entry.getKey() instanceof String key) || !key.matches("\\w{1,64}") || value == null) {
        return null;
      }
      entries.put(key, value);
    }
    return Collections.unmodifiableMap(entries);
  }

  private static @Nullable List<Object> scalars(List<?> yaml) {
    List<Object> scalars = yaml.stream().map(RecipeType::scalar).filter(Objects::nonNull).toList();
    return scalars.size() == yaml.size() ? scalars : null;
  }

  private static @Nullable Object scalar(@Nullable Object yaml) {
    boolean fine =
        yaml instanceof Boolean
            || yaml instanceof Integer
            || yaml instanceof Long
            || (yaml instanceof Double d && Double.isFinite(d))
            || (yaml instanceof String s && isPrintable(s));
    return fine ? yaml : null;
  }

  /** Emoji are allowed, with the invisible characters that join them. */
  private static boolean isPrintable(String s) {
    return s.length() <= LONGEST_TEXT
        && s.codePoints()
            .allMatch(
                c ->
                    c == '\n'
                        || c == '\t'
                        || switch (Character.getType(c)) {
                          case Character.CONTROL,
                              Character.SURROGATE,
                              Character.LINE_SEPARATOR,
                              Character.PARAGRAPH_SEPARATOR ->
                              false;
                          default -> true;
                        });
  }

  private static String plain(double d) {
    return d == Math.rint(d) ? Long.toString((long) d) : Double.toString(d);
  }
}
