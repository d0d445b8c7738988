package dev.vit4j.data.source;

import dev.vit4j.format.Count;
import dev.vit4j.format.FirstFew;
import dev.vit4j.format.FormatException;
import dev.vit4j.image.Image;
import dev.vit4j.image.PixelValues;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Image files and their mask files.
 *
 * @param images folder of the images
 * @param imageFiles one per sample
 * @param masks folder of the masks
 * @param maskFiles one per sample
 */
record MaskPairs(FileTree images, List<String> imageFiles, FileTree masks, List<String> maskFiles) {
  /**
   * Pairs files with the same path except for the extension, without opening them.
   *
   * @param notes receives the names of masks without an image
   * @throws FormatException if there are no images, or some have no mask
   */
  static MaskPairs of(FileTree images, FileTree masks, Consumer<String> notes)
      throws FormatException {
    Map<String, String> byStem = byStem(masks);
    List<String> imageFiles = new ArrayList<>();
    List<String> maskFiles = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (String file : images.files()) {
      if (!ImageFolder.isPicture(file)) {
        continue;
      }
      String mask = byStem.get(stem(file));
      if (mask == null) {
        missing.add(file);
      } else {
        imageFiles.add(file);
        maskFiles.add(mask);
      }
    }
    if (!missing.isEmpty()) {
      throw new FormatException(
          images.root(),
          -1,
          "%d of %d images have no mask (a PNG of the same name) in %s: %s"
              .formatted(
                  missing.size(),
                  missing.size() + imageFiles.size(),
                  masks.root(),
                  FirstFew.of(missing)));
    }
    if (imageFiles.isEmpty()) {
      throw new FormatException(images.root(), -1, "has no images");
    }
    imageFiles.forEach(file -> byStem.remove(stem(file)));
    if (!byStem.isEmpty()) {
      notes.accept(
          "%s: skipped %s without an image: %s"
              .formatted(
                  masks.root(),
                  Count.of(byStem.size(), "mask"),
                  FirstFew.of(List.copyOf(byStem.values()))));
    }
    return new MaskPairs(images, imageFiles, masks, maskFiles);
  }

  /** Returns image files by path without extension; PNG if there are several. */
  private static Map<String, String> byStem(FileTree masks) {
    Map<String, String> byStem = new TreeMap<>(FileTree.PYTHON_ORDER);
    for (String file : masks.files()) {
      if (ImageFolder.isPicture(file)) {
        byStem.merge(stem(file), file, (a, b) -> b.endsWith(".png") ? b : a);
      }
    }
    return byStem;
  }

  private static String stem(String file) {
    return file.substring(0, file.lastIndexOf('.'));
  }

  /** Returns whether any image has a mask of the same name, unlike in a folder of classes. */
  static boolean matches(FileTree images, FileTree masks) {
    Map<String, String> byStem = byStem(masks);
    return images.files().stream()
        .anyMatch(f -> ImageFolder.isPicture(f) && byStem.containsKey(stem(f)));
  }

  /**
   * Returns the data set of these files.
   *
   * @param name name for messages
   * @param classes class names
   * @param codes what the values in the masks mean
   */
  PictureSet set(String name, List<String> classes, MaskCodes codes) {
    MaskFiles targets = new MaskFiles(masks, maskFiles, classes, codes);
    return new PictureSet(
        name, images, imageFiles, targets, (index, ends) -> check(targets, index, ends));
  }

  /**
   * Reads a mask and compares its size with the image's, which is read from the header if possible.
   */
  private void check(MaskFiles targets, int index, PictureEnds ends) throws IOException {
    Image mask = targets.mask(index);
    if (ends.declared().width() == mask.width() && ends.declared().height() == mask.height()) {
      return;
    }
    Image image = images.image(imageFiles.get(index));
    if (image.width() != mask.width() || image.height() != mask.height()) {
      throw new FormatException(
          images.where(imageFiles.get(index)),
          -1,
          "is %d x %d pixels, but its mask %s is %d x %d (width x height): they must be equal"
              .formatted(
                  image.width(),
                  image.height(),
                  targets.where(index),
                  mask.width(),
                  mask.height()));
    }
  }

  /**
   * Returns the largest class index in all masks; -1 if there is none. Reads all masks on all
   * cores.
   */
  int largest() throws IOException {
    try {
      return IntStream.range(0, maskFiles.size()).parallel().map(this::largest).max().orElse(-1);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private int largest(int index) {
    try {
      Image mask = masks.mask(maskFiles.get(index));
      return Arrays.stream(PixelValues.labels(mask)).max().orElse(PixelValues.IGNORED);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
