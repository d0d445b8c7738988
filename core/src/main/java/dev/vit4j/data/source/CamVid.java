package dev.vit4j.data.source;

import dev.vit4j.data.Splits;
import dev.vit4j.format.FormatException;
import dev.vit4j.image.Palette;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * CamVid, street scenes with 11 classes, in the folder layout of SegNet's tutorial: images in
 * {@code train/}, {@code val/} and {@code test/}, masks with the same names in {@code trainannot/},
 * {@code valannot/} and {@code testannot/}.
 */
final class CamVid {
  /** 11 is the value of pixels without a class. */
  private static final MaskCodes CODES = MaskCodes.ignoring(Palette.CAMVID_CLASSES.size(), 11);

  private static final String MASKS = "annot";

  private CamVid() {}

  /** Returns the folder that contains {@code trainannot/}, or null. */
  static @Nullable FileTree base(FileTree tree) {
    return SegmentationSets.above(tree, "train" + MASKS);
  }

  /**
   * Lists all files without opening them.
   *
   * @throws FormatException if folders or masks are missing
   */
  static Splits open(FileTree tree, Consumer<String> notes) throws IOException {
    FileTree base = base(tree);
    if (base == null) {
      throw new FormatException(
          tree.root(),
          -1,
          "is not CamVid: there is no folder trainannot/ (expected images in train/, val/ and test/, masks in trainannot/, valannot/ and testannot/)");
    }
    PictureSet train = part(base, "train", notes);
    if (train == null) {
      throw new FormatException(base.root(), -1, "has trainannot/ but no train/ with images");
    }
    return SegmentationSets.splits(
        base.root(), train, part(base, "val", notes), part(base, "test", notes), notes);
  }

  private static @Nullable PictureSet part(FileTree base, String part, Consumer<String> notes)
      throws IOException {
    if (!base.folders().contains(part) || !base.folders().contains(part + MASKS)) {
      return null;
    }
    return MaskPairs.of(base.below(part), base.below(part + MASKS), notes)
        .set("camvid " + part, Palette.CAMVID_CLASSES, CODES);
  }
}
