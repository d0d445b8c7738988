package dev.vit4j.task.multitask;

import dev.vit4j.tensor.Tensor;
import java.util.Arrays;

/**
 * The targets of patches, computed from the classes of their pixels.
 *
 * @param labels class of each pixel, -1 for ignored pixels: [images, patches, pixels]
 * @param present whether a class occurs in a patch: [images, patches, classes]
 * @param labelled whether a patch has a pixel with a class: [images, patches]
 * @param patches number of patches of an image
 * @param classes number of classes
 */
record PatchTargets(
    long[] labels, boolean[] present, boolean[] labelled, int patches, int classes) {
  /**
   * Arranges pixels by patch.
   *
   * @param pixels class of each pixel, -1 for ignored pixels: [images, height, width]
   * @param side height and width of a patch, which divides height and width
   */
  static PatchTargets of(int[] pixels, int height, int width, int side, int classes) {
    int columns = width / side;
    int patches = height / side * columns;
    int images = pixels.length / (height * width);
    long[] labels = new long[pixels.length];
    boolean[] present = new boolean[Math.multiplyExact(images * patches, classes)];
    boolean[] labelled = new boolean[images * patches];
    int i = 0;
    for (int image = 0; image < images; image++) {
      for (int row = 0; row < height; row++) {
        for (int column = 0; column < width; column++) {
          int patch = image * patches + row / side * columns + column / side;
          int label = pixels[i++];
          labels[patch * side * side + row % side * side + column % side] = label;
          if (label >= 0) {
            labelled[patch] = true;
            present[patch * classes + label] = true;
          }
        }
      }
    }
    return new PatchTargets(labels, present, labelled, patches, classes);
  }

  /** Number of pixels of a patch. */
  private int pixels() {
    return labels.length / labelled.length;
  }

  /** Classes of the pixels of some images: i64 [count, P, S]. */
  Tensor labels(int from, int count) {
    int one = patches * pixels();
    long[] some = Arrays.copyOfRange(labels, from * one, (from + count) * one);
    return Tensor.of(some, count, patches, pixels());
  }

  /** Number of pixels of each class in some images: f32 [1, K]. */
  Tensor pixels(int from, int count) {
    int one = patches * pixels();
    float[] counts = new float[classes];
    for (int i = from * one; i < (from + count) * one; i++) {
      if (labels[i] >= 0) {
        counts[(int) labels[i]]++;
      }
    }
    return Tensor.of(counts, 1, classes);
  }

  /** 1 where a class occurs in a patch, else 0: f32 [count, P, K]. */
  Tensor present(int from, int count) {
    return ones(present, from * patches * classes, count * patches * classes)
        .view(count, patches, classes);
  }

  /** 1 for patches with a pixel that has a class, else 0: f32 [count, P, 1]. */
  Tensor labelled(int from, int count) {
    return ones(labelled, from * patches, count * patches).view(count, patches, 1);
  }

  /** Number of patches with a pixel that has a class. */
  int labelledPatches() {
    int n = 0;
    for (boolean is : labelled) {
      n += is ? 1 : 0;
    }
    return n;
  }

  private static Tensor ones(boolean[] flags, int from, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = flags[from + i] ? 1 : 0;
    }
    return Tensor.of(values, count);
  }
}
