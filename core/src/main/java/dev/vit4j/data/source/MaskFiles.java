package dev.vit4j.data.source;

import dev.vit4j.data.Masks;
import dev.vit4j.format.FormatException;
import dev.vit4j.image.Image;
import dev.vit4j.image.PixelValues;
import java.io.IOException;
import java.util.List;

/**
 * Masks in PNG files, decoded on access.
 *
 * @param tree tree of the files
 * @param files file of each sample
 * @param classes class names, in the order of the values in the files
 * @param unlabelled additional value to ignore, such as CamVid's 11; {@link PixelValues#IGNORED} if
 *     there is none
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
    int[] labels = PixelValues.labels(mask);
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] == unlabelled) {
        labels[i] = PixelValues.IGNORED;
      } else if (labels[i] >= classes.size()) {
        throw new FormatException(
            tree.where(file),
            -1,
            "has the value %d at row %d, column %d: with %d classes, values must be 0 to %d, or %d for ignored pixels"
                .formatted(
                    labels[i],
                    i / mask.width(),
                    i % mask.width(),
                    classes.size(),
                    classes.size() - 1,
                    mask.channels() == 1 ? IGNORED : PixelValues.MOST_CLASSES));
      }
    }
    return PixelValues.ofLabels(labels, mask.width(), mask.height(), classes.size());
  }

  /** Returns the name of a mask for messages. */
  String where(int index) {
    return tree.where(files.get(index));
  }
}
