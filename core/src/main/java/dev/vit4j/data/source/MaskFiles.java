package dev.vit4j.data.source;

import dev.vit4j.data.Masks;
import dev.vit4j.format.FormatException;
import dev.vit4j.image.Image;
import java.io.IOException;
import java.util.List;

/**
 * Masks in PNG files, decoded on access.
 *
 * @param tree tree of the files
 * @param files file of each sample
 * @param classes class names, in the order of the values in the files
 * @param unlabelled additional value to ignore, such as CamVid's 11; {@link Masks#IGNORED} if there
 *     is none
 */
record MaskFiles(FileTree tree, List<String> files, List<String> classes, int unlabelled)
    implements Masks {
  MaskFiles {
    files = List.copyOf(files);
    classes = List.copyOf(classes);
  }

  @Override
  public int size() {
    return files.size();
  }

  @Override
  public Image mask(int index) throws IOException {
    String file = files.get(index);
    Image mask = tree.mask(file);
    byte[] values = mask.pixels();
    for (int i = 0; i < values.length; i++) {
      int value = values[i] & 0xff;
      if (value == unlabelled) {
        values[i] = (byte) IGNORED;
      } else if (value >= classes.size() && value != IGNORED) {
        throw new FormatException(
            tree.where(file),
            -1,
            "has the value %d at row %d, column %d: with %d classes, values must be 0 to %d, or %d for ignored pixels"
                .formatted(
                    value,
                    i / mask.width(),
                    i % mask.width(),
                    classes.size(),
                    classes.size() - 1,
                    IGNORED));
      }
    }
    return mask;
  }

  /** Returns the name of a mask for messages. */
  String where(int index) {
    return tree.where(files.get(index));
  }
}
