package dev.vit4j.data;

import dev.vit4j.image.Image;
import java.io.IOException;
import java.util.List;

/**
 * Labelled pictures, counted from 0. Reading is safe from many threads at once.
 *
 * <p>All pictures have the same size and number of channels.
 */
public interface Dataset {
  /** What messages call it, such as {@code mnist train}. */
  String name();

  /** Number of samples. */
  int size();

  /** The class of a sample, from 0. */
  int label(int index);

  /**
   * Reads one picture.
   *
   * @throws IOException if its file is missing or damaged
   */
  Image image(int index) throws IOException;

  /** Names of the classes in the order of their labels. */
  List<String> classes();

  /** Rows of every picture. */
  int height();

  /** Columns of every picture. */
  int width();

  /** Channels of every picture: 1 (grey) or 3 (red, green, blue). */
  int channels();

  /** Where a sample comes from: a file name, or the set's name and the index. */
  default String source(int index) {
    return name() + "[" + index + "]";
  }

  /** The folder or the like that the samples come from. */
  default String root() {
    return "(in memory)";
  }

  /**
   * Writes the pixels of one sample as [channels, height, width] bytes.
   *
   * @param to takes {@code channels * height * width} bytes from {@code offset} on
   * @throws IOException if the picture cannot be read or has another size than the set says
   */
  default void copyInto(int index, byte[] to, int offset) throws IOException {
    Image image = image(index);
    if (image.height() != height() || image.width() != width() || image.channels() != channels()) {
      throw new IOException(
          "is %d x %d with %d channels, the set is %d x %d with %d: add a Resize"
              .formatted(
                  image.height(), image.width(), image.channels(), height(), width(), channels()));
    }
    image.writePlanes(to, offset);
  }
}
