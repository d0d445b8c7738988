package dev.vit4j.data.source;

import dev.vit4j.format.FormatException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folders of the splits in a tree of images, recognized by the words of their names in any
 * case: {@code train}, {@code Training}, {@code training_set}, {@code seg_train}, {@code
 * train-images}; {@code test}, {@code Testing} …; {@code val}, {@code valid}, {@code dev} ….
 *
 * @param train path of the training folder, below which are the class folders
 * @param val path of the validation folder, or null
 * @param test path of the test folder, or null
 * @param remarks lines about names that differ from {@code train}, {@code val} and {@code test}
 */
record PartFolders(
    String train, @Nullable String val, @Nullable String test, List<String> remarks) {
  /** The splits. */
  private enum Part {
    TRAIN,
    VAL,
    TEST;

    /** Returns what folders of this split are called, in lower case. */
    List<String> words() {
      return switch (this) {
        case TRAIN -> List.of("train", "training", "trn");
        case VAL ->
            List.of(
                "val",
                "valid",
                "validation",
                "validate",
                "validating",
                "dev",
                "eval",
                "evaluation");
        case TEST -> List.of("test", "testing", "tst", "holdout");
      };
    }

    String title() {
      return switch (this) {
        case TRAIN -> "training";
        case VAL -> "validation";
        case TEST -> "test";
      };
    }
  }

  /** Names that need no remark. */
  private static final Set<String> USUAL = Set.of("train", "val", "valid", "validation", "test");

  /** What may be joined to a word of a part without a mark between them, as in trainset. */
  private static final List<String> JOINED =
      List.of("set", "data", "dataset", "images", "imgs", "img", "image", "folder", "split", "dir");

  /** Finds the folders; null if the tree has no splits. */
  static @Nullable PartFolders of(FileTree tree) throws FormatException {
    Map<Part, List<String>> found = new TreeMap<>();
    List<String> remarks = new ArrayList<>();
    for (String top : tops(tree)) {
      Part part = part(top);
      if (part != null && !classes(tree.below(top)).isEmpty()) {
        found.computeIfAbsent(part, p -> new ArrayList<>()).add(top);
      }
    }
    refuseFlat(tree);
    Map<Part, String> chosen = new TreeMap<>();
    if (!found.containsKey(Part.TRAIN)) {
      return null;
    }
    for (Map.Entry<Part, List<String>> entry : found.entrySet()) {
      chosen.put(entry.getKey(), choose(tree, entry.getKey(), entry.getValue()));
    }
    if (!areParts(tree, chosen)) {
      return null;
    }
    Map<Part, String> paths = new TreeMap<>();
    chosen.forEach((part, folder) -> paths.put(part, unnested(tree, folder)));
    paths.forEach(
        (part, path) -> {
          if (!USUAL.contains(path)) {
            remarks.add(
                "%s: %s/ is read as the %s split".formatted(tree.root(), path, part.title()));
          }
        });
    List<String> unused =
        tops(tree).stream()
            .filter(t -> !chosen.containsValue(t))
            .filter(t -> tree.below(t).files().stream().anyMatch(ImageFolder::isPicture))
            .toList();
    if (!unused.isEmpty()) {
      remarks.add(
          "%s: not used, as it is no split: %s"
              .formatted(tree.root(), String.join("/, ", unused) + "/"));
    }
    return new PartFolders(
        Objects.requireNonNull(paths.get(Part.TRAIN)),
        paths.get(Part.VAL),
        paths.get(Part.TEST),
        remarks);
  }

  /**
   * Returns whether folders are splits and not classes: by a plain name such as {@code train} or
   * {@code TEST} without images of its own, or by class folders of the same names.
   */
  private static boolean areParts(FileTree tree, Map<Part, String> chosen) {
    String train = Objects.requireNonNull(chosen.get(Part.TRAIN));
    boolean plain = isPlain(Part.TRAIN, train);
    if (chosen.size() == 1) {
      return plain && isWithoutImages(tree.below(train));
    }
    Set<String> classes = new TreeSet<>(classes(tree.below(unnested(tree, train))));
    return chosen.entrySet().stream()
        .filter(e -> e.getKey() != Part.TRAIN)
        .anyMatch(
            e ->
                (plain && isPlain(e.getKey(), e.getValue()))
                    || classes(tree.below(unnested(tree, e.getValue()))).stream()
                        .anyMatch(classes::contains));
  }

  private static boolean isPlain(Part part, String name) {
    return part.words().contains(name.toLowerCase(Locale.ROOT));
  }

  /** Refuses images that lie in train/ and test/ themselves: they have no classes. */
  private static void refuseFlat(FileTree tree) throws FormatException {
    Set<String> tops = tops(tree);
    Map<Part, String> flat = new TreeMap<>();
    for (String top : tops) {
      Part part = part(top);
      FileTree below = tree.below(top);
      if (part == null || isWithoutImages(below) || !classes(below).isEmpty()) {
        return;
      }
      flat.put(part, top);
    }
    if (flat.containsKey(Part.TRAIN) && flat.size() > 1) {
      throw new FormatException(
          tree.root(),
          -1,
          "%s hold images without class folders: sort them into %s/CLASS/, or name their classes in lists (data list)"
              .formatted(String.join("/ and ", tops) + "/", flat.get(Part.TRAIN)));
    }
  }

  /** Chooses among several folders of one split; the plain name comes first. */
  private static String choose(FileTree tree, Part part, List<String> folders)
      throws FormatException {
    if (folders.size() == 1) {
      return folders.get(0);
    }
    List<String> plain =
        folders.stream()
            .filter(f -> isPlain(part, f))
            .sorted(
                Comparator.comparing((String f) -> !part.words().contains(f))
                    .thenComparing(f -> part.words().indexOf(f.toLowerCase(Locale.ROOT))))
            .toList();
    if (!plain.isEmpty()) {
      return plain.get(0);
    }
    throw new FormatException(
        tree.root(),
        -1,
        "has several folders that look like the %s split: %s; name one of them %s"
            .formatted(part.title(), String.join(", ", folders), part.words().get(0)));
  }

  /** Returns the split that a folder's name means; null for the name of a class. */
  private static @Nullable Part part(String name) {
    Part found = null;
    for (String word : words(name)) {
      for (Part part : Part.values()) {
        boolean is =
            part.words().stream()
                .anyMatch(
                    w ->
                        word.equals(w)
                            || JOINED.stream()
                                .anyMatch(j -> word.equals(w + j) || word.equals(j + w)));
        if (is && found != null && found != part) {
          return null;
        }
        found = is ? part : found;
      }
    }
    return found;
  }

  /**
   * Returns the first top-level folder whose name means a split.
   *
   * @param split train, val or test
   * @return null if there is none
   */
  static @Nullable String folder(FileTree tree, String split) {
    Part part = Part.valueOf(split.toUpperCase(Locale.ROOT));
    return tops(tree).stream()
        .filter(top -> part(top) == part)
        .min(Comparator.comparing(top -> !top.equals(split)))
        .orElse(null);
  }

  /** Splits a name at marks, digits and between lower and upper case: segTrain_2 has seg, train. */
  private static List<String> words(String name) {
    return Stream.of(name.split("[^\\p{L}]+|(?<=\\p{Ll})(?=\\p{Lu})", -1))
        .map(w -> w.toLowerCase(Locale.ROOT))
        .filter(w -> !w.isEmpty())
        .toList();
  }

  /**
   * Returns the path below which the class folders of a split are: a folder that only holds another
   * with several class folders, as in {@code seg_train/seg_train/CLASS}, is passed through.
   */
  private static String unnested(FileTree tree, String folder) {
    FileTree below = tree.below(folder);
    Set<String> inner = tops(below);
    if (inner.size() == 1 && isWithoutImages(below)) {
      String only = inner.iterator().next();
      FileTree deeper = below.below(only);
      if (isWithoutImages(deeper) && classes(deeper).size() > 1) {
        return unnested(tree, folder + "/" + only);
      }
    }
    return folder;
  }

  /**
   * Returns class folders that repeat the whole folder, as in {@code cells/{a, b, cells/{a, b}}}:
   * folders without images of their own, whose folders have the names of all others.
   */
  static Map<String, Integer> copies(FileTree tree) {
    Map<String, Integer> copies = new LinkedHashMap<>();
    Set<String> tops = tops(tree);
    for (String top : tops) {
      FileTree below = tree.below(top);
      Set<String> others = new TreeSet<>(tops);
      others.remove(top);
      if (others.size() > 1 && isWithoutImages(below) && others.equals(classes(below))) {
        copies.put(top, (int) below.files().stream().filter(f -> ImageFolder.isPicture(f)).count());
      }
    }
    return copies;
  }

  /** Returns a remark if classes look like splits, or contain folders that do; null if not. */
  static @Nullable String doubt(FileTree tree) {
    Set<String> tops = tops(tree);
    Set<String> inner = null;
    boolean same = tops.size() > 1;
    boolean inside = false;
    for (String top : tops) {
      FileTree below = tree.below(top);
      Set<String> own = classes(below);
      Set<Part> parts = new TreeSet<>();
      own.stream().map(PartFolders::part).filter(Objects::nonNull).forEach(parts::add);
      inside |= parts.contains(Part.TRAIN) && parts.size() > 1;
      same &= own.size() > 1 && isWithoutImages(below) && (inner == null || inner.equals(own));
      inner = own;
    }
    if (inside) {
      return "%s: the folders for training and testing below its classes are not used as splits"
          .formatted(tree.root());
    }
    return same && inner != null
        ? "%s: its folders %s are taken for classes, though each has the same folders, %s: if they are splits, call them train and test"
            .formatted(tree.root(), String.join(", ", tops), String.join(", ", inner))
        : null;
  }

  /** Returns the top-level folders that are not hidden, in Python's order. */
  static Set<String> tops(FileTree tree) {
    Set<String> tops = new TreeSet<>(FileTree.PYTHON_ORDER);
    tree.folders().stream()
        .filter(f -> f.indexOf('/') < 0 && !FileTree.isHidden(f))
        .forEach(tops::add);
    return tops;
  }

  /** Returns the top-level folders with images below them. */
  static Set<String> classes(FileTree tree) {
    Set<String> classes = new TreeSet<>(FileTree.PYTHON_ORDER);
    tree.files().stream()
        .filter(f -> f.indexOf('/') > 0 && ImageFolder.isPicture(f))
        .forEach(f -> classes.add(FileTree.top(f)));
    return classes;
  }

  private static boolean isWithoutImages(FileTree tree) {
    return tree.files().stream().noneMatch(f -> f.indexOf('/') < 0 && ImageFolder.isPicture(f));
  }
}
