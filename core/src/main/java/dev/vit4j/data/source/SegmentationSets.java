package dev.vit4j.data.source;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.Splits;
import dev.vit4j.format.Count;
import dev.vit4j.format.FormatException;
import dev.vit4j.image.Palette;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Data sets with masks as targets. */
final class SegmentationSets {
  /** Name of a data set of images and masks in folders. */
  static final String FOLDER = "segmentation-folder";

  static final String CAMVID = "camvid";
  static final String VOC2007 = "voc2007";
  static final String VOC2012 = "voc2012";

  private SegmentationSets() {}

  /** Returns the published data sets. */
  static List<Datasets.Info> list() {
    List<Integer> color = List.of(3);
    return List.of(
        new Datasets.Info(
            CAMVID, "street scenes, a class for every pixel", 367, 233, 11, color, false),
        new Datasets.Info(
            VOC2007, "photos of objects, a class for every pixel", 209, 210, 21, color, false),
        new Datasets.Info(VOC2012, "photos of objects, more images", 1464, 1449, 21, color, false),
        new Datasets.Info(
            PascalContext.ALL,
            "photos of VOC 2010, one of 460 classes for every pixel",
            4998,
            5105,
            PascalContext.VALUES,
            color,
            false),
        new Datasets.Info(
            PascalContext.FREQUENT, "the same photos, 59 classes", 4998, 5105, 59, color, false));
  }

  /** Returns the class names of a published data set; empty for other names. */
  static Optional<List<String>> classes(String name) {
    return switch (name) {
      case CAMVID -> Optional.of(Palette.CAMVID_CLASSES);
      case VOC2007, VOC2012 -> Optional.of(Voc.CLASSES);
      default -> Optional.empty();
    };
  }

  static boolean isOne(String name) {
    return name.equals(FOLDER) || list().stream().anyMatch(i -> i.name().equals(name));
  }

  /**
   * Opens a data set.
   *
   * @throws IOException if files are missing or damaged
   * @throws IllegalArgumentException if no folder or archive is given
   */
  static Splits open(DataSpec spec, Consumer<String> notes) throws IOException {
    Path dir = spec.dir();
    if (dir == null) {
      throw new IllegalArgumentException(
          "data '%s' needs data_dir (--data): the folder or archive with its images and masks"
              .formatted(spec.name()));
    }
    FileTree tree = FileTree.of(dir, notes);
    return switch (spec.name()) {
      case PascalContext.ALL, PascalContext.FREQUENT ->
          PascalContext.open(spec.name(), tree, notes);
      case CAMVID -> CamVid.open(tree, notes);
      case FOLDER -> SegmentationFolder.open(tree, spec.testSplit(), spec.seed(), notes);
      default -> Voc.open(spec.name(), tree, notes);
    };
  }

  /** Returns the data set names that fit a folder or archive; empty if it has no masks. */
  static List<String> namesOf(FileTree tree) {
    if (CamVid.base(tree) != null) {
      return List.of(CAMVID);
    }
    if (PascalContext.matches(tree)) {
      return List.of(PascalContext.ALL, PascalContext.FREQUENT);
    }
    List<String> voc = Voc.names(tree).stream().filter(SegmentationSets::isOne).toList();
    if (!voc.isEmpty()) {
      return voc;
    }
    return SegmentationFolder.matches(tree) ? List.of(FOLDER, Datasets.FOLDER) : List.of();
  }

  /** Returns the topmost folder that contains this path, or null. */
  static @Nullable FileTree above(FileTree tree, String path) {
    List<FileTree> all = allAbove(tree, path);
    return all.isEmpty() ? null : all.get(0);
  }

  /** Returns all folders that contain this path, the topmost first. */
  static List<FileTree> allAbove(FileTree tree, String path) {
    List<String> above = new ArrayList<>();
    for (String folder : tree.folders()) {
      if (folder.equals(path) || folder.endsWith("/" + path)) {
        above.add(folder.substring(0, Math.max(0, folder.length() - path.length() - 1)));
      }
    }
    above.sort(Comparator.comparingInt(SegmentationSets::depth));
    return above.stream().map(tree::below).toList();
  }

  private static int depth(String folder) {
    return folder.isEmpty() ? 0 : folder.split("/", -1).length;
  }

  /**
   * Returns the splits of a data set. Without a test split, the validation split is used for
   * testing and a share of the training split for validation.
   *
   * @throws FormatException if there is neither a validation nor a test split
   */
  static Splits splits(
      String root,
      Dataset train,
      @Nullable Dataset val,
      @Nullable Dataset test,
      Consumer<String> notes)
      throws IOException {
    if (test != null) {
      return new Splits(train, val, test);
    }
    if (val == null) {
      throw new FormatException(
          root, -1, "has masks for train but neither for val nor for test: add one of them");
    }
    notes.accept(
        "%s has no masks for test: %s (%s) is used for testing, a share of %s for validation"
            .formatted(root, val.name(), Count.of(val.size(), "sample"), train.name()));
    return new Splits(train, null, val);
  }
}
