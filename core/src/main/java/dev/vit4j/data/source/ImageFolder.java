package dev.vit4j.data.source;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.Labels;
import dev.vit4j.data.Splits;
import dev.vit4j.data.StratifiedSplit;
import dev.vit4j.data.Subset;
import dev.vit4j.format.FormatException;
import dev.vit4j.image.Image;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Images in folders named after their classes, as torchvision's {@code ImageFolder} reads them:
 * classes in the order of their names, each with all images below its folder.
 *
 * <pre>
 * train/CLASS/… and test/CLASS/…, with or without val/CLASS/… (or valid/)
 * CLASS/… of which a share is held out for testing
 * </pre>
 */
final class ImageFolder {
  /** Unsupported image formats, which are reported and not silently skipped. */
  private static final Set<String> UNREADABLE = Set.of(".tif", ".tiff", ".ppm", ".pgm");

  private static final List<String> VAL = List.of("val", "valid", "validation");
  private static final int NAMED = 20;

  private final FileTree tree;
  private final Consumer<String> notes;

  private ImageFolder(FileTree tree, Consumer<String> notes) {
    this.tree = tree;
    this.notes = notes;
  }

  /**
   * Lists all files without opening them.
   *
   * @param testSplit share of each class that is held out for testing if there is a single folder
   * @param seed seed of the test split
   * @param notes receives messages about skipped files
   * @throws FormatException if there are no images, fewer than two classes, classes without images,
   *     or the splits have different classes
   */
  static Splits open(FileTree tree, double testSplit, long seed, Consumer<String> notes)
      throws IOException {
    FileTree base = base(tree);
    if (!hasParts(base)) {
      Dataset all = new ImageFolder(base, notes).part(name(base));
      Subset[] parts = StratifiedSplit.split(all, testSplit, seed, "test", "test");
      notes.accept(
          "%s: single folder of classes, %d of %d images are held out for testing"
              .formatted(base.root(), parts[1].size(), all.size()));
      return new Splits(
          new Subset(all.name() + " train", all, parts[0].indices()),
          null,
          new Subset(all.name() + " test", all, parts[1].indices()));
    }
    return parts(base, notes);
  }

  private static Splits parts(FileTree base, Consumer<String> notes) throws IOException {
    String valName = VAL.stream().filter(base.folders()::contains).findFirst().orElse("");
    boolean hasTest = base.folders().contains("test");
    if (!hasTest && valName.isEmpty()) {
      throw new FormatException(
          base.root(), -1, "has train/ but neither val/ nor test/: add one of them");
    }
    Dataset train = new ImageFolder(base.below("train"), notes).part(name(base) + " train");
    Dataset val =
        valName.isEmpty()
            ? null
            : new ImageFolder(base.below(valName), notes).part(name(base) + " " + valName);
    if (val != null) {
      sameClasses(train, val);
    }
    if (!hasTest && val != null) {
      notes.accept(
          "%s has no test/: %s/ is used for testing, a share of train/ for validation"
              .formatted(base.root(), valName));
      return new Splits(train, null, val);
    }
    Dataset test = new ImageFolder(base.below("test"), notes).part(name(base) + " test");
    sameClasses(train, test);
    return new Splits(train, val, test);
  }

  /** Returns whether a tree looks like images in class folders. */
  static boolean matches(FileTree tree) {
    FileTree base = base(tree);
    return base.files().stream().anyMatch(f -> f.indexOf('/') > 0 && isPicture(f));
  }

  /** Returns the tree itself, or its single top-level folder, as in many archives. */
  private static FileTree base(FileTree tree) {
    Set<String> tops = tops(tree);
    if (tops.size() != 1 || hasParts(tree)) {
      return tree;
    }
    FileTree inner = tree.below(tops.iterator().next());
    return hasParts(inner) || tops(inner).size() > 1 ? inner : tree;
  }

  private static Set<String> tops(FileTree tree) {
    return tree.folders().stream()
        .filter(f -> f.indexOf('/') < 0 && !FileTree.isHidden(f))
        .collect(Collectors.toCollection(() -> new TreeSet<>(FileTree.PYTHON_ORDER)));
  }

  /**
   * Returns whether there are class folders in train/ and in test/ or val/; train/ with images is a
   * class.
   */
  private static boolean hasParts(FileTree tree) {
    if (!hasClasses(tree, "train")) {
      return false;
    }
    boolean others =
        hasClasses(tree, "test") || VAL.stream().anyMatch(name -> hasClasses(tree, name));
    return others
        || tree.below("train").files().stream().noneMatch(f -> f.indexOf('/') < 0 && isPicture(f));
  }

  private static boolean hasClasses(FileTree tree, String folder) {
    return tree.folders().contains(folder)
        && tree.below(folder).files().stream().anyMatch(f -> f.indexOf('/') > 0 && isPicture(f));
  }

  private static String name(FileTree base) {
    String name = FileTree.name(base.root().replace('\\', '/'));
    return name.isEmpty() || name.equals(".") ? "folder" : name;
  }

  private PictureSet part(String name) throws IOException {
    List<String> classes = List.copyOf(tops(tree));
    Map<String, List<String>> byClass = new TreeMap<>(FileTree.PYTHON_ORDER);
    classes.forEach(c -> byClass.put(c, new ArrayList<>()));
    Map<String, Integer> skipped = new TreeMap<>();
    for (String file : tree.files()) {
      List<String> ofClass = file.indexOf('/') < 0 ? null : byClass.get(FileTree.top(file));
      if (ofClass != null && isPicture(file)) {
        ofClass.add(file);
      } else {
        skipped.merge(kind(file), 1, Integer::sum);
      }
    }
    tell(skipped);
    check(classes, byClass);
    List<String> files = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (int c = 0; c < classes.size(); c++) {
      List<String> ofClass = byClass.get(classes.get(c));
      // Same order as os.walk: folder by folder, with sorted files.
      ofClass.sort(
          Comparator.comparing(FileTree::parent, FileTree.PYTHON_ORDER)
              .thenComparing(FileTree::name, FileTree.PYTHON_ORDER));
      for (String file : ofClass) {
        files.add(file);
        labels.add(c);
      }
    }
    int[] all = labels.stream().mapToInt(Integer::intValue).toArray();
    return new PictureSet(name, tree, files, new Labels(all, classes));
  }

  /** Returns whether a file is an image by its name. */
  static boolean isPicture(String file) {
    return !FileTree.isHidden(file)
        && (Image.ENDINGS.contains(ending(file)) || UNREADABLE.contains(ending(file)));
  }

  private static String ending(String file) {
    String name = FileTree.name(file);
    int dot = name.lastIndexOf('.');
    return dot < 1 ? "" : name.substring(dot).toLowerCase(Locale.ROOT);
  }

  private static String kind(String file) {
    if (FileTree.isHidden(file)) {
      return "hidden";
    }
    if (isPicture(file)) {
      return "outside the class folders";
    }
    return ending(file).isEmpty() ? "without extension" : ending(file);
  }

  private void tell(Map<String, Integer> skipped) {
    int count = skipped.values().stream().mapToInt(Integer::intValue).sum();
    if (count > 0) {
      notes.accept(
          "%s: %d file%s skipped: %s"
              .formatted(
                  tree.root(),
                  count,
                  count == 1 ? "" : "s",
                  skipped.entrySet().stream()
                      .map(e -> e.getValue() + " " + e.getKey())
                      .collect(Collectors.joining(", "))));
    }
  }

  private void check(List<String> classes, Map<String, List<String>> byClass)
      throws FormatException {
    if (byClass.values().stream().allMatch(List::isEmpty)) {
      throw new FormatException(
          tree.root(), -1, "has no images in class folders: expected CLASS/NAME.jpg or .png");
    }
    List<String> empty = classes.stream().filter(c -> byClass.get(c).isEmpty()).toList();
    if (!empty.isEmpty()) {
      throw new FormatException(
          tree.root(), -1, "class folders without images: %s".formatted(some(empty)));
    }
    if (classes.size() < 2) {
      throw new FormatException(
          tree.root(),
          -1,
          "has only one class, %s: at least two are needed".formatted(some(classes)));
    }
  }

  private static void sameClasses(Dataset train, Dataset other) throws FormatException {
    List<String> missing = new ArrayList<>(train.classes());
    missing.removeAll(other.classes());
    List<String> extra = new ArrayList<>(other.classes());
    extra.removeAll(train.classes());
    if (!missing.isEmpty() || !extra.isEmpty()) {
      throw new FormatException(
          other.root(),
          -1,
          "its classes differ from those of %s: %s%s%s"
              .formatted(
                  train.root(),
                  missing.isEmpty() ? "" : "missing are " + some(missing),
                  missing.isEmpty() || extra.isEmpty() ? "" : "; ",
                  extra.isEmpty() ? "" : "additional are " + some(extra)));
    }
  }

  private static String some(List<String> names) {
    String first = names.stream().limit(NAMED).collect(Collectors.joining(", "));
    return names.size() <= NAMED ? first : first + " and " + (names.size() - NAMED) + " more";
  }
}
