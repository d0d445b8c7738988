package dev.vit4j.data.source;

import dev.vit4j.data.Masks;
import dev.vit4j.data.Splits;
import dev.vit4j.format.FormatException;
import dev.vit4j.image.PixelValues;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Images in one folder and masks with the same names in another, with or without splits.
 *
 * <pre>
 * images/…        masks/…                  of which a share is held out for testing
 * train/images/…  train/masks/…            likewise val/ or test/
 * images/train/…  masks/train/…            likewise val/ or test/
 * </pre>
 *
 * <p>Names are read in any case; {@link PartFolders} knows what splits are called.
 *
 * <p>{@code classes.txt} contains one class name per line, in the order of the mask values; without
 * it the class names are the values.
 */
final class SegmentationFolder {
  static final List<String> IMAGES = List.of("images", "image", "imgs", "img", "JPEGImages");
  static final List<String> MASKS =
      List.of("masks", "mask", "labels", "label", "annotations", "SegmentationClass");

  private static final String CLASSES = "classes.txt";

  private final FileTree base;
  private final Consumer<String> notes;

  private SegmentationFolder(FileTree base, Consumer<String> notes) {
    this.base = base;
    this.notes = notes;
  }

  /** A folder of images and the folder of their masks. */
  private record Folders(FileTree images, FileTree masks) {}

  /** Returns whether a tree has images with masks of the same names. */
  static boolean matches(FileTree tree) {
    return folders(tree).values().stream().anyMatch(f -> MaskPairs.matches(f.images(), f.masks()));
  }

  /**
   * Reads all file names, and all masks if there is no {@code classes.txt}.
   *
   * @param testSplit share of the samples that is held out for testing if there are no splits
   * @param seed seed of the test split
   * @param notes receives messages about skipped files and splits
   * @throws FormatException if folders, images or masks are missing, or there are fewer than two
   *     classes
   */
  static Splits open(FileTree tree, double testSplit, long seed, Consumer<String> notes)
      throws IOException {
    Map<String, Folders> folders = folders(tree);
    if (folders.isEmpty()) {
      throw new FormatException(
          tree.root(),
          -1,
          "has no folders of images and masks: put images into images/ and masks, PNGs with the same names, into masks/");
    }
    return new SegmentationFolder(base(tree), notes).open(folders, testSplit, seed);
  }

  private Splits open(Map<String, Folders> folders, double testSplit, long seed)
      throws IOException {
    Map<String, MaskPairs> pairs = new LinkedHashMap<>();
    for (Map.Entry<String, Folders> part : folders.entrySet()) {
      Folders both = part.getValue();
      pairs.put(part.getKey(), MaskPairs.of(both.images(), both.masks(), notes));
    }
    List<String> classes = classes(pairs);
    MaskPairs whole = pairs.get("");
    if (whole != null) {
      return Splits.heldOut(
          whole.set(name(), classes, MaskCodes.plain(classes.size())),
          null,
          testSplit,
          seed,
          "single folder of images");
    }
    PictureSet train = part(pairs, "train", classes);
    if (train == null) {
      throw new FormatException(base.root(), -1, "has no train/ with images and masks");
    }
    return SegmentationSets.splits(
        base.root(), train, part(pairs, "val", classes), part(pairs, "test", classes), notes);
  }

  private @Nullable PictureSet part(
      Map<String, MaskPairs> pairs, String part, List<String> classes) {
    MaskPairs of = pairs.get(part);
    return of == null
        ? null
        : of.set(name() + " " + part, classes, MaskCodes.plain(classes.size()));
  }

  private String name() {
    String name = FileTree.name(base.root().replace('\\', '/'));
    return name.isEmpty() || name.equals(".") ? "folder" : name;
  }

  private List<String> classes(Map<String, MaskPairs> pairs) throws IOException {
    if (base.files().contains(CLASSES)) {
      return listed();
    }
    int largest = -1;
    for (MaskPairs part : pairs.values()) {
      largest = Math.max(largest, part.largest());
    }
    if (largest < 1) {
      throw new FormatException(
          base.root(),
          -1,
          "its masks have only one class (%d is ignored): number the classes 0, 1, 2, …"
              .formatted(Masks.IGNORED));
    }
    notes.accept(
        "%s has no %s: the %d values of the masks are used as class names"
            .formatted(base.root(), CLASSES, largest + 1));
    return IntStream.rangeClosed(0, largest).mapToObj(Integer::toString).toList();
  }

  private List<String> listed() throws IOException {
    List<String> names =
        new String(base.read(CLASSES), StandardCharsets.UTF_8)
            .lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty())
            .toList();
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw new FormatException(base.where(CLASSES), -1, "lists '" + name + "' twice");
      }
    }
    if (names.size() < 2 || names.size() > PixelValues.MOST_CLASSES) {
      throw new FormatException(
          base.where(CLASSES),
          -1,
          "has %d classes: masks can have 2 to %d"
              .formatted(names.size(), PixelValues.MOST_CLASSES));
    }
    return names;
  }

  /** Returns the tree itself, or its single top-level folder, as in many archives. */
  private static FileTree base(FileTree tree) {
    List<String> tops =
        tree.folders().stream().filter(f -> f.indexOf('/') < 0 && !FileTree.isHidden(f)).toList();
    boolean isWrapped = tops.size() == 1 && foldersOf(tree).isEmpty();
    return isWrapped ? tree.below(tops.get(0)) : tree;
  }

  private static Map<String, Folders> folders(FileTree tree) {
    return foldersOf(base(tree));
  }

  /** Returns the folders by split name; an empty name means that there are no splits. */
  private static Map<String, Folders> foldersOf(FileTree base) {
    Folders whole = both(base);
    Map<String, Folders> found = new LinkedHashMap<>();
    for (String split : List.of("train", "val", "test")) {
      Folders of = whole == null ? inside(base, split) : below(whole, split);
      if (of != null) {
        found.put(split, of);
      }
    }
    if (found.isEmpty() && whole != null) {
      found.put("", whole);
    }
    return found;
  }

  private static @Nullable Folders inside(FileTree base, String split) {
    String folder = PartFolders.folder(base, split);
    return folder == null ? null : both(base.below(folder));
  }

  private static @Nullable Folders below(Folders whole, String split) {
    String images = PartFolders.folder(whole.images(), split);
    String masks = PartFolders.folder(whole.masks(), split);
    return images == null || masks == null
        ? null
        : new Folders(whole.images().below(images), whole.masks().below(masks));
  }

  private static @Nullable Folders both(FileTree tree) {
    FileTree images = first(tree, IMAGES);
    FileTree masks = first(tree, MASKS);
    return images == null || masks == null ? null : new Folders(images, masks);
  }

  /** Returns the first of these folders that exists, in any case. */
  private static @Nullable FileTree first(FileTree tree, List<String> names) {
    for (String name : names) {
      for (String top : PartFolders.tops(tree)) {
        if (top.equalsIgnoreCase(name)) {
          return tree.below(top);
        }
      }
    }
    return null;
  }
}
