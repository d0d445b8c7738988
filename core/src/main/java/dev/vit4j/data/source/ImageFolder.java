package dev.vit4j.data.source;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.Labels;
import dev.vit4j.data.Relabelled;
import dev.vit4j.data.Splits;
import dev.vit4j.format.Count;
import dev.vit4j.format.FormatException;
import dev.vit4j.image.Image;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Images in folders named after their classes, as torchvision's {@code ImageFolder} reads them:
 * classes in the order of their names, each with all images below its folder.
 *
 * <pre>
 * train/CLASS/… and test/CLASS/…, with or without val/CLASS/…; {@link PartFolders} lists the names
 * CLASS/… of which a share is held out for testing
 * </pre>
 */
final class ImageFolder {
  /** Unsupported image formats, which are reported and not silently skipped. */
  private static final Set<String> UNREADABLE = Set.of(".tif", ".tiff", ".ppm", ".pgm");

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
   * @throws FormatException if there are no images, classes without training images, or classes
   *     that only the other splits have
   */
  static Splits open(FileTree tree, double testSplit, long seed, Consumer<String> notes)
      throws IOException {
    FileTree base = base(tree);
    PartFolders parts = PartFolders.of(base);
    if (parts == null) {
      List<String> remarks = new ArrayList<>();
      String doubt = PartFolders.doubt(base);
      if (doubt != null) {
        remarks.add(doubt);
      }
      Dataset all = new ImageFolder(base, notes).part(name(base), remarks);
      return Splits.heldOut(all, null, testSplit, seed, "single folder of classes")
          .remarked(remarks);
    }
    List<String> remarks = new ArrayList<>(parts.remarks());
    return parts(base, parts, testSplit, seed, notes, remarks).remarked(remarks);
  }

  private static Splits parts(
      FileTree base,
      PartFolders parts,
      double testSplit,
      long seed,
      Consumer<String> notes,
      List<String> remarks)
      throws IOException {
    String name = name(base);
    Dataset train =
        new ImageFolder(base.below(parts.train()), notes).part(name + " train", remarks);
    String val = parts.val();
    String test = parts.test();
    if (test == null && val == null) {
      return Splits.heldOut(train, null, testSplit, seed, "no folder for validation or testing");
    }
    Dataset validation =
        val == null
            ? null
            : new ImageFolder(base.below(val), notes).evaluated(name + " val", remarks);
    if (validation != null) {
      validation = withClassesOf(train, validation, remarks);
    }
    if (test == null && validation != null) {
      remarks.add(
          "%s has no test/: %s/ is used for testing, a share of train/ for validation"
              .formatted(base.root(), val));
      return new Splits(train, null, validation);
    }
    Dataset tested =
        new ImageFolder(base.below(Objects.requireNonNull(test)), notes)
            .evaluated(name + " test", remarks);
    return new Splits(train, validation, withClassesOf(train, tested, remarks));
  }

  /** Returns whether a tree looks like images in class folders. */
  static boolean matches(FileTree tree) {
    FileTree base = base(tree);
    return base.files().stream().anyMatch(f -> f.indexOf('/') > 0 && isPicture(f));
  }

  /** Returns the tree itself, or the folder in it that has several, as in many archives. */
  private static FileTree base(FileTree tree) {
    FileTree inner = tree;
    while (PartFolders.tops(inner).size() == 1) {
      String only = PartFolders.tops(inner).iterator().next();
      if (only.toLowerCase(Locale.ROOT).equals("train")) {
        return inner;
      }
      inner = inner.below(only);
    }
    return PartFolders.tops(inner).isEmpty() ? tree : inner;
  }

  private static String name(FileTree base) {
    String name = FileTree.name(base.root().replace('\\', '/'));
    return name.isEmpty() || name.equals(".") ? "folder" : name;
  }

  /** Reads val/ or test/, whose folders may be empty. */
  private PictureSet evaluated(String name, List<String> remarks) throws IOException {
    return part(name, remarks, true);
  }

  private PictureSet part(String name, List<String> remarks) throws IOException {
    return part(name, remarks, false);
  }

  private PictureSet part(String name, List<String> remarks, boolean mayBeEmpty)
      throws IOException {
    Map<String, Integer> copies = PartFolders.copies(tree);
    copies.forEach(
        (folder, count) ->
            remarks.add(
                "%s: %s/ repeats the folders beside it: left out, %s"
                    .formatted(tree.root(), folder, Count.of(count, "image"))));
    Set<String> filled = PartFolders.classes(tree);
    List<String> classes =
        PartFolders.tops(tree).stream()
            .filter(c -> !copies.containsKey(c) && (!mayBeEmpty || filled.contains(c)))
            .toList();
    Map<String, List<String>> byClass = new TreeMap<>(FileTree.PYTHON_ORDER);
    classes.forEach(c -> byClass.put(c, new ArrayList<>()));
    Map<String, Integer> skipped = new TreeMap<>();
    for (String file : tree.files()) {
      List<String> ofClass = file.indexOf('/') < 0 ? null : byClass.get(FileTree.top(file));
      if (ofClass != null && isPicture(file)) {
        ofClass.add(file);
      } else if (!copies.containsKey(FileTree.top(file))) {
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

  /** Returns whether a file has the name of an image in a supported format. */
  static boolean isReadable(String file) {
    return Image.ENDINGS.contains(ending(file));
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
          "%s: %s skipped: %s"
              .formatted(
                  tree.root(),
                  Count.of(count, "file"),
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
          tree.root(),
          -1,
          "class folders without images: %s: remove them, or add images".formatted(some(empty)));
    }
  }

  /**
   * Returns a split with the classes of the training split; it may lack some of them.
   *
   * @throws FormatException if it has others
   */
  private static Dataset withClassesOf(Dataset train, Dataset other, List<String> remarks)
      throws FormatException {
    List<String> missing = new ArrayList<>(train.classes());
    missing.removeAll(other.classes());
    List<String> extra = new ArrayList<>(other.classes());
    extra.removeAll(train.classes());
    if (!extra.isEmpty()) {
      throw new FormatException(
          other.root(),
          -1,
          "its classes differ from those of %s: %sadditional are %s"
              .formatted(
                  train.root(),
                  missing.isEmpty() ? "" : "missing are " + some(missing) + "; ",
                  some(extra)));
    }
    if (missing.isEmpty()) {
      return other;
    }
    remarks.add(
        "%s: no images of %s, of which %s has some"
            .formatted(other.root(), some(missing), train.root()));
    Labels own = Labels.of(other);
    int[] labels =
        IntStream.range(0, other.size())
            .map(i -> train.classes().indexOf(own.classes().get(own.label(i))))
            .toArray();
    return Relabelled.of(other, new Labels(labels, train.classes()));
  }

  private static String some(List<String> names) {
    String first = names.stream().limit(NAMED).collect(Collectors.joining(", "));
    return names.size() <= NAMED ? first : first + " and " + (names.size() - NAMED) + " more";
  }
}
