package dev.vit4j.data;

import dev.vit4j.image.Image;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

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

  /** Pictures in memory that need not have one shape. */
  record Pictures(List<Image> images, int[] labels, List<String> classes) implements Dataset {
    @Override
    public String name() {
      return "pictures";
    }

    @Override
    public int size() {
      return images.size();
    }

    @Override
    public Targets targets() {
      return new Labels(labels, classes);
    }

    @Override
    public Image image(int index) {
      return images.get(index);
    }

    @Override
    public @Nullable Shape shape() {
      return null;
    }
  }
}
