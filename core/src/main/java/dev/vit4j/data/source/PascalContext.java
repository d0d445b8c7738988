package dev.vit4j.data.source;

import dev.vit4j.data.Splits;
import dev.vit4j.format.FirstFew;
import dev.vit4j.format.FormatException;
import dev.vit4j.image.PixelValues;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Pascal-Context (Mottaghi et al. 2014): a class for every pixel of the photos of Pascal VOC 2010.
 *
 * <pre>
 * JPEGImages/ID.jpg             the photos of VOC 2010
 * ImageSets/Main/SPLIT.txt      an ID per line, in train.txt and val.txt; or ImageSets/Segmentation
 * trainval/ID.mat               the variable LabelMap: 0 to 459 per pixel; beside or inside VOC2010
 * labels.txt, 59_labels.txt     class names, "INDEX: NAME" per line
 * </pre>
 *
 * <p>{@code pascal-context} has 460 classes, whose index is the value in the files. 0 ({@code
 * empty}) and 431 ({@code unknown}) are ignored, but keep their place. {@code pascal-context-59}
 * has the 59 frequent classes of {@code 59_labels.txt}; all others are ignored.
 */
final class PascalContext {
  static final String ALL = "pascal-context";
  static final String FREQUENT = "pascal-context-59";

  /** Number of values in the files. */
  static final int VALUES = 460;

  private static final int FREQUENT_CLASSES = 59;
  private static final int EMPTY = 0;
  private static final int UNKNOWN = 431;

  private static final String MASKS = "trainval";
  private static final String IMAGES = "JPEGImages";
  private static final List<String> LISTS = List.of("ImageSets/Main", "ImageSets/Segmentation");
  private static final String LABELS = "labels.txt";
  private static final String FREQUENT_LABELS = "59_labels.txt";

  private final FileTree tree;
  private final FileTree voc;
  private final FileTree masks;
  private final Consumer<String> notes;

  private PascalContext(FileTree tree, FileTree voc, FileTree masks, Consumer<String> notes) {
    this.tree = tree;
    this.voc = voc;
    this.masks = masks;
    this.notes = notes;
  }

  /**
   * Class names and the meaning of the values.
   *
   * @param names by class index
   */
  private record Classes(List<String> names, MaskCodes codes) {}

  /** Returns whether a tree has photos and label maps. */
  static boolean matches(FileTree tree) {
    FileTree above = SegmentationSets.above(tree, MASKS);
    return above != null
        && SegmentationSets.above(tree, IMAGES) != null
        && above.below(MASKS).files().stream().anyMatch(f -> f.endsWith(".mat"));
  }

  /**
   * Reads lists, class names and all file names, but no images. There is no test list: {@code val}
   * is used for testing, and a share of {@code train} for validation.
   *
   * @param name {@link #ALL} or {@link #FREQUENT}
   * @throws FormatException if folders, lists or listed files are missing, or class names are wrong
   */
  static Splits open(String name, FileTree tree, Consumer<String> notes) throws IOException {
    FileTree voc = SegmentationSets.above(tree, IMAGES);
    FileTree above = SegmentationSets.above(tree, MASKS);
    if (voc == null || above == null) {
      throw new FormatException(
          tree.root(),
          -1,
          "has no folder %s: give the folder or archive that has VOC 2010 (%s, ImageSets) and the label maps (%s/ID.mat)"
              .formatted(voc == null ? IMAGES : MASKS, IMAGES, MASKS));
    }
    PascalContext set = new PascalContext(tree, voc, above.below(MASKS), notes);
    Classes classes = name.equals(ALL) ? set.all() : set.frequent();
    return SegmentationSets.splits(
        voc.root(), set.part(name, "train", classes), set.part(name, "val", classes), null, notes);
  }

  private PictureSet part(String name, String part, Classes classes) throws IOException {
    String list =
        LISTS.stream()
            .map(folder -> folder + "/" + part + ".txt")
            .filter(voc.files()::contains)
            .findFirst()
            .orElseThrow(
                () ->
                    new FormatException(
                        voc.where(LISTS.get(0) + "/" + part + ".txt"),
                        -1,
                        "does not exist: it lists the IDs of the split %s, one per line"
                            .formatted(part)));
    List<String> ids = ids(list);
    List<String> missing = new ArrayList<>();
    for (String id : ids) {
      addMissing(voc, image(id), missing);
      addMissing(masks, mask(id), missing);
    }
    if (!missing.isEmpty()) {
      throw new FormatException(
          voc.where(list),
          -1,
          "lists %d files that do not exist: %s".formatted(missing.size(), FirstFew.of(missing)));
    }
    return new MaskPairs(
            voc,
            ids.stream().map(PascalContext::image).toList(),
            masks,
            ids.stream().map(PascalContext::mask).toList())
        .set(name + " " + part, classes.names(), classes.codes());
  }

  /** Reads the IDs of a list; those of ImageSets/Main may be followed by other columns. */
  private List<String> ids(String list) throws IOException {
    List<String> ids =
        new String(voc.read(list), StandardCharsets.UTF_8)
            .lines()
            .map(line -> line.strip().split("\\s+", 2)[0])
            .filter(id -> !id.isEmpty())
            .toList();
    if (ids.isEmpty()) {
      throw new FormatException(voc.where(list), -1, "is empty");
    }
    return ids;
  }

  private static void addMissing(FileTree in, String file, List<String> missing) {
    if (!in.files().contains(file)) {
      missing.add(in.where(file));
    }
  }

  private static String image(String id) {
    return IMAGES + "/" + id + ".jpg";
  }

  private static String mask(String id) {
    return id + ".mat";
  }

  private Classes all() throws IOException {
    Map<Integer, String> listed = listed(LABELS, VALUES - 1);
    if (listed == null) {
      notes.accept(
          "%s has no %s: the values of the label maps are used as class names"
              .formatted(tree.root(), LABELS));
      listed = Map.of();
    }
    Map<Integer, String> names = listed;
    return new Classes(
        IntStream.range(0, VALUES)
            .mapToObj(i -> i == EMPTY ? "empty" : names.getOrDefault(i, Integer.toString(i)))
            .toList(),
        MaskCodes.ignoring(VALUES, EMPTY, UNKNOWN));
  }

  private Classes frequent() throws IOException {
    Map<Integer, String> all = listed(LABELS, VALUES - 1);
    Map<Integer, String> names = listed(FREQUENT_LABELS, FREQUENT_CLASSES);
    if (all == null || names == null) {
      throw new FormatException(
          tree.root(),
          -1,
          "has no %s: %s needs the class names that are published with the label maps"
              .formatted(all == null ? LABELS : FREQUENT_LABELS, FREQUENT));
    }
    Map<String, Integer> values = new TreeMap<>();
    all.forEach((value, name) -> values.put(name, value));
    int[] codes = new int[VALUES];
    Arrays.fill(codes, PixelValues.IGNORED);
    List<String> classes = List.copyOf(names.values());
    for (int c = 0; c < classes.size(); c++) {
      Integer value = values.get(classes.get(c));
      if (value == null) {
        throw new FormatException(
            where(FREQUENT_LABELS),
            -1,
            "has the class '%s', which is not in %s".formatted(classes.get(c), LABELS));
      }
      codes[value] = c;
    }
    return new Classes(classes, new MaskCodes(codes));
  }

  private String where(String file) {
    return place(file) == null ? tree.where(file) : tree.where(place(file));
  }

  /** Returns the path of a file of class names at any level, the topmost; null if there is none. */
  private @Nullable String place(String file) {
    return tree.files().stream()
        .filter(f -> FileTree.name(f).equals(file) && !FileTree.isHidden(f))
        .min((a, b) -> Integer.compare(a.split("/", -1).length, b.split("/", -1).length))
        .orElse(null);
  }

  /**
   * Reads a file of class names; null if there is none.
   *
   * @param count indices are 1 to this, each once
   */
  private @Nullable Map<Integer, String> listed(String file, int count) throws IOException {
    String place = place(file);
    if (place == null) {
      return null;
    }
    Map<Integer, String> names = new TreeMap<>();
    for (String line :
        new String(tree.read(place), StandardCharsets.UTF_8).lines().map(String::strip).toList()) {
      if (line.isEmpty()) {
        continue;
      }
      String[] parts = line.split(":\\s*", 2);
      boolean isEntry = parts.length == 2 && parts[0].matches("\\d{1,3}") && !parts[1].isEmpty();
      int index = isEntry ? Integer.parseInt(parts[0]) : 0;
      if (index < 1 || index > count) {
        throw new FormatException(
            tree.where(place),
            -1,
            "has the line '%s': expected 'INDEX: NAME' with an index from 1 to %d"
                .formatted(line, count));
      }
      if (names.containsValue(parts[1]) || names.put(index, parts[1]) != null) {
        throw new FormatException(
            tree.where(place), -1, "lists %d: %s twice".formatted(index, parts[1]));
      }
    }
    List<String> gaps =
        IntStream.rangeClosed(1, count)
            .filter(i -> !names.containsKey(i))
            .mapToObj(Integer::toString)
            .toList();
    if (!gaps.isEmpty()) {
      throw new FormatException(
          tree.where(place),
          -1,
          "has %d of %d classes; it lacks %s".formatted(names.size(), count, FirstFew.of(gaps)));
    }
    return names;
  }
}
