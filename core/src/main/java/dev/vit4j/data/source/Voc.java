package dev.vit4j.data.source;

import dev.vit4j.data.Splits;
import dev.vit4j.format.FirstFew;
import dev.vit4j.format.FormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The segmentation task of Pascal VOC in the layout of its archives: {@code JPEGImages/ID.jpg},
 * {@code SegmentationClass/ID.png} and, in {@code ImageSets/Segmentation/}, a list per split with
 * one ID per line.
 */
final class Voc {
  static final List<String> CLASSES =
      List.of(
          "background",
          "aeroplane",
          "bicycle",
          "bird",
          "boat",
          "bottle",
          "bus",
          "car",
          "cat",
          "chair",
          "cow",
          "diningtable",
          "dog",
          "horse",
          "motorbike",
          "person",
          "pottedplant",
          "sheep",
          "sofa",
          "train",
          "tvmonitor");

  private static final String LISTS = "ImageSets/Segmentation";
  private static final String IMAGES = "JPEGImages";
  private static final String MASKS = "SegmentationClass";

  private Voc() {}

  /** Returns the data sets in a folder or archive, such as {@code voc2012}; may be empty. */
  static List<String> names(FileTree tree) {
    return SegmentationSets.allAbove(tree, LISTS).stream()
        .map(Voc::name)
        .filter(name -> name.matches("voc20\\d\\d"))
        .toList();
  }

  private static String name(FileTree base) {
    return FileTree.name(base.root().replace('\\', '/')).toLowerCase(Locale.ROOT);
  }

  /**
   * Reads the lists and all file names, but no images.
   *
   * <p>The test masks of 2007 are public, those of later years are not: for those {@code val} is
   * used for testing, and a share of {@code train} for validation.
   *
   * @param name {@code voc2007} or {@code voc2012}
   * @throws FormatException if folders, lists or listed files are missing
   */
  static Splits open(String name, FileTree tree, Consumer<String> notes) throws IOException {
    FileTree base = base(name, tree);
    PictureSet train = part(name, base, "train");
    PictureSet val = part(name, base, "val");
    boolean hasTest = name.equals("voc2007") && hasMasks(base, "test");
    PictureSet test = hasTest ? part(name, base, "test") : null;
    return SegmentationSets.splits(base.root(), train, val, test, notes);
  }

  private static FileTree base(String name, FileTree tree) throws FormatException {
    List<FileTree> all = SegmentationSets.allAbove(tree, LISTS);
    for (FileTree base : all) {
      if (name(base).equals(name)) {
        return base;
      }
    }
    List<String> others = names(tree);
    if (all.size() == 1 && others.isEmpty()) {
      return all.get(0); // the data set's folder was renamed
    }
    throw new FormatException(
        tree.root(),
        -1,
        others.isEmpty()
            ? "has no folder %s: give the VOCdevkit folder or the archive of %s"
                .formatted(LISTS, name)
            : "has %s, not %s".formatted(String.join(" and ", others), name));
  }

  private static boolean hasMasks(FileTree base, String part) throws IOException {
    List<String> ids = ids(base, part);
    return ids != null && ids.stream().anyMatch(id -> base.files().contains(mask(id)));
  }

  private static PictureSet part(String name, FileTree base, String part) throws IOException {
    List<String> ids = ids(base, part);
    String list = base.where(list(part));
    if (ids == null || ids.isEmpty()) {
      throw new FormatException(list, -1, ids == null ? "does not exist" : "is empty");
    }
    List<String> missing = new ArrayList<>();
    for (String id : ids) {
      for (String file : List.of(image(id), mask(id))) {
        if (!base.files().contains(file)) {
          missing.add(file);
        }
      }
    }
    if (!missing.isEmpty()) {
      throw new FormatException(
          list,
          -1,
          "lists %d files that are not in %s: %s"
              .formatted(missing.size(), base.root(), FirstFew.of(missing)));
    }
    return new MaskPairs(
            base, ids.stream().map(Voc::image).toList(), base, ids.stream().map(Voc::mask).toList())
        .set(name + " " + part, CLASSES, MaskCodes.plain(CLASSES.size()));
  }

  private static @Nullable List<String> ids(FileTree base, String part) throws IOException {
    return base.files().contains(list(part))
        ? new String(base.read(list(part)), StandardCharsets.UTF_8)
            .lines()
            .map(String::strip)
            .filter(id -> !id.isEmpty())
            .toList()
        : null;
  }

  private static String list(String part) {
    return LISTS + "/" + part + ".txt";
  }

  private static String image(String id) {
    return IMAGES + "/" + id + ".jpg";
  }

  private static String mask(String id) {
    return MASKS + "/" + id + ".png";
  }
}
