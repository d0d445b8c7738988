package dev.vit4j.data.source;

import dev.vit4j.data.Masks;
import dev.vit4j.format.FormatException;
import dev.vit4j.format.MatFile;
import dev.vit4j.image.Image;
import dev.vit4j.image.PixelValues;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Masks in PNG files, or in MATLAB files with the variable {@code LabelMap}, decoded on access.
 *
 * @param tree tree of the files
 * @param files file of each sample
 * @param classes class names
 * @param codes what the values in the files mean
 */
record MaskFiles(FileTree tree, List<String> files, List<String> classes, MaskCodes codes)
    implements Masks {
  private static final String MATLAB = ".mat";
  private static final String VARIABLE = "LabelMap"; // as Pascal-Context names it

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
    if (file.endsWith(MATLAB)) {
      MatFile.Matrix map =
          MatFile.read(tree.read(file), tree.where(file), VARIABLE, Image.maxPixels());
      decode(map.values(), file, map.columns(), null);
      return PixelValues.ofLabels(map.values(), map.columns(), map.rows(), classes.size());
    }
    Image mask = tree.mask(file);
    int[] labels = PixelValues.labels(mask);
    decode(
        labels,
        file,
        mask.width(),
        mask.channels() == 1 ? Masks.IGNORED : PixelValues.MOST_CLASSES);
    return codes.isPlain() && mask.channels() == PixelValues.channels(classes.size())
        ? mask
        : PixelValues.ofLabels(labels, mask.width(), mask.height(), classes.size());
  }

  /**
   * Replaces stored values by class indices.
   *
   * @param ignored stored value of ignored pixels, which are negative in {@code values}; null if
   *     the file has none, and no value may be negative
   */
  private void decode(int[] values, String file, int width, @Nullable Integer ignored)
      throws FormatException {
    for (int i = 0; i < values.length; i++) {
      int value = values[i];
      if (value >= codes.count() || (value < 0 && ignored == null)) {
        throw new FormatException(
            tree.where(file),
            -1,
            "has the value %d at row %d, column %d: with %d classes, values must be 0 to %d%s"
                .formatted(
                    value,
                    i / width,
                    i % width,
                    classes.size(),
                    codes.largest(),
                    ignored == null ? "" : ", or " + ignored + " for ignored pixels"));
      }
      values[i] = codes.of(value);
    }
  }

  /** Returns the name of a mask for messages. */
  String where(int index) {
    return tree.where(files.get(index));
  }
}
