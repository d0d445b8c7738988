package dev.vit4j.data;

import dev.vit4j.format.Count;
import dev.vit4j.format.FirstFew;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which class of a model each class of a data set is. In this order: the same name; the same
 * letters and digits in any case; for classes called by numbers, the indices or, if some are too
 * large, the order of the numbers; the order of the classes, if there are as many.
 *
 * @param to the model's class of each class of the data set
 * @param notes lines about assumptions
 */
record ClassMatch(int[] to, List<String> notes) {
  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");
  private static final int SHOWN = 4;

  /**
   * Matches classes.
   *
   * @param data name of the data set
   * @param named whether the model's classes are real names, not indices
   * @throws IllegalArgumentException if the model does not have a class of the data set
   */
  static ClassMatch of(String data, List<String> own, List<String> model, boolean named) {
    List<String> notes = new ArrayList<>();
    if (named) {
      ambiguous(own, model).ifPresent(notes::add);
    }
    if (own.equals(model)) {
      return new ClassMatch(IntStream.range(0, own.size()).toArray(), notes);
    }
    List<String> unknown = new ArrayList<>(own);
    unknown.removeAll(new HashSet<>(model));
    if (unknown.isEmpty()) {
      int[] to = own.stream().mapToInt(model::indexOf).toArray();
      if (!named && !isRising(to)) {
        notes.add(
            "%s: the model has no class names: folders called by numbers are classes by number, %s, as in timm; torchvision's order is that of the names, %s (--classes FILE names the model's classes)"
                .formatted(data, pairs(own, model, to), first(own)));
      }
      return new ClassMatch(to, notes);
    }
    int[] alike = alike(own, model);
    if (named && alike != null) {
      notes.add(
          "%s: class names match those of the model but for case, blanks and marks: %s"
              .formatted(data, pairs(own, model, alike)));
      return new ClassMatch(alike, notes);
    }
    if (named && unknown.size() == own.size() && areIndices(own, model.size())) {
      int[] to = own.stream().mapToInt(Integer::parseInt).toArray();
      notes.add(
          "%s: its classes are numbers, which are taken for the model's class indices: %s"
              .formatted(data, pairs(own, model, to)));
      return new ClassMatch(to, notes);
    }
    boolean sameCount = own.size() == model.size();
    if (named && unknown.size() < own.size()) {
      throw new IllegalArgumentException(
          "%s has classes that the model does not have: %s; the model has %s"
              .formatted(data, FirstFew.of(unknown), FirstFew.of(model)));
    }
    if (!sameCount) {
      throw new IllegalArgumentException(
          "%s has %s, but the model has %d: evaluate it on the data it was trained on"
              .formatted(data, Count.of(own.size(), "class"), model.size()));
    }
    int[] to = inOrder(own);
    notes.add(
        named
            ? "The class names of %s differ from the model's: classes are mapped in order, %s and so on"
                .formatted(data, pairs(own, model, to))
            : "%s: the model has no class names: classes are mapped in the order of their %s, %s (--classes FILE names the model's classes)"
                .formatted(data, areNumbers(own) ? "numbers" : "names", pairs(own, model, to)));
    return new ClassMatch(to, notes);
  }

  /** Returns a line about classes of the data whose name several classes of the model have. */
  private static Optional<String> ambiguous(List<String> own, List<String> model) {
    Map<String, List<Integer>> indices = new HashMap<>();
    for (int i = 0; i < model.size(); i++) {
      indices.computeIfAbsent(model.get(i), n -> new ArrayList<>()).add(i);
    }
    List<String> twice =
        own.stream()
            .distinct()
            .filter(c -> indices.getOrDefault(c, List.of()).size() > 1)
            .map(
                c ->
                    "%s (%s)"
                        .formatted(
                            c,
                            indices.get(c).stream()
                                .map(Object::toString)
                                .collect(Collectors.joining(", "))))
            .toList();
    return twice.isEmpty() || own.equals(model)
        ? Optional.empty()
        : Optional.of(
            "several classes of the model have the same name, and samples count for the first of them: "
                + FirstFew.of(twice));
  }

  /** Returns the classes with the same letters and digits; null unless all have exactly one. */
  private static int @Nullable [] alike(List<String> own, List<String> model) {
    Map<String, Integer> byLetters = new HashMap<>();
    for (int i = 0; i < model.size(); i++) {
      if (byLetters.put(letters(model.get(i)), i) != null) {
        return null;
      }
    }
    int[] to = own.stream().mapToInt(c -> byLetters.getOrDefault(letters(c), -1)).toArray();
    boolean all = Arrays.stream(to).allMatch(c -> c >= 0);
    return all && Arrays.stream(to).distinct().count() == to.length ? to : null;
  }

  private static String letters(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", "");
  }

  /** Returns the rank of each class: by number if all are numbers, else as they are ordered. */
  private static int[] inOrder(List<String> own) {
    int[] to = IntStream.range(0, own.size()).toArray();
    if (areNumbers(own)) {
      List<Integer> byNumber =
          IntStream.range(0, own.size())
              .boxed()
              .sorted(Comparator.comparingInt(i -> Integer.parseInt(own.get(i))))
              .toList();
      for (int rank = 0; rank < to.length; rank++) {
        to[byNumber.get(rank)] = rank;
      }
    }
    return to;
  }

  private static boolean areNumbers(List<String> names) {
    return names.stream().allMatch(n -> NUMBER.matcher(n).matches());
  }

  private static boolean areIndices(List<String> names, int classes) {
    return areNumbers(names)
        && names.stream().mapToInt(Integer::parseInt).distinct().count() == names.size()
        && names.stream().mapToInt(Integer::parseInt).allMatch(n -> n < classes);
  }

  private static boolean isRising(int[] to) {
    return IntStream.range(1, to.length).allMatch(i -> to[i - 1] < to[i]);
  }

  private static String pairs(List<String> own, List<String> model, int[] to) {
    return IntStream.range(0, Math.min(SHOWN, to.length))
        .mapToObj(i -> own.get(i) + " to " + model.get(to[i]))
        .collect(Collectors.joining(", "));
  }

  private static String first(List<String> own) {
    return String.join(", ", own.subList(0, Math.min(SHOWN, own.size()))) + " …";
  }
}
