package dev.vit4j.data;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Small made-up data sets. */
final class Fakes {
  private Fakes() {}

  /** Random pixels; sample i has label i modulo the number of classes. */
  static ImageSet set(int size, int channels, int height, int width, int classes) {
    byte[] pixels = new byte[size * channels * height * width];
    new Random(11).nextBytes(pixels);
    int[] labels = new int[size];
    Arrays.setAll(labels, i -> i % classes);
    return labelled(pixels, labels, channels, height, width, classes);
  }

  /** Pictures of one pixel with these labels. */
  static ImageSet labelled(int... labels) {
    int classes = Arrays.stream(labels).max().orElse(0) + 1;
    return labelled(new byte[labels.length], labels, 1, 1, 1, classes);
  }

  private static ImageSet labelled(
      byte[] pixels, int[] labels, int channels, int height, int width, int classes) {
    List<String> names = IntStream.range(0, classes).mapToObj(i -> "c" + i).toList();
    return new ImageSet("fake", pixels, labels, names, channels, height, width);
  }
}
