package dev.vit4j.data;

import dev.vit4j.image.Image;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Images with their targets, indexed from 0. Thread-safe. */
public interface Dataset {
  /** Returns the name for messages, such as {@code mnist train}. */
  String name();

  /** Returns the number of samples. */
  int size();

  /** Returns the targets of the samples. */
  Targets targets();

  /**
   * Reads an image.
   *
   * @throws IOException if the file is missing or damaged
   */
  Image image(int index) throws IOException;

  /**
   * Returns the encoded image, so that a reader can resize while decoding.
   *
   * @return content of the file, or null if the data set stores pixels
   * @throws IOException if the file is missing or damaged
   */
  default byte @Nullable [] encoded(int index) throws IOException {
    return null;
  }

  /**
   * Returns the bytes that identify an image: the content of its file, or else its pixels.
   *
   * @throws IOException if the file is missing or damaged
   */
  default byte[] content(int index) throws IOException {
    byte[] encoded = encoded(index);
    return encoded == null ? image(index).pixels() : encoded;
  }

  /**
   * Checks whether a sample can be read, if possible without decoding it.
   *
   * @throws IOException if the file is missing or damaged
   */
  default void check(int index) throws IOException {}

  /** Returns the class names by index; empty if there are none. */
  default List<String> classes() {
    return targets().classes();
  }

  /** Returns the shape of all images, or null if they can differ in size or channels. */
  @Nullable Shape shape();

  /**
   * Returns precomputed features of samples.
   *
   * @return features of these samples, or null if there are none
   */
  default Column.@Nullable Floats features(int[] indices) {
    return null;
  }

  /** Returns the source of a sample: a file name, or the name of the data set and the index. */
  default String source(int index) {
    return name() + "[" + index + "]";
  }

  /** Returns the location of the data set, such as a folder. */
  default String root() {
    return "(in memory)";
  }

  /**
   * Writes the pixels of one sample as [channels, height, width] bytes.
   *
   * @param to destination of {@code shape().bytes()} bytes, starting at {@code offset}
   * @throws IOException if the image cannot be read or has another shape
   * @throws IllegalStateException if the images have no common shape
   */
  default void copyInto(int index, byte[] to, int offset) throws IOException {
    Shape shape = shape();
    if (shape == null) {
      throw new IllegalStateException(name() + " has images of different sizes: add a Resize");
    }
    Image image = image(index);
    Shape actual = new Shape(image.channels(), image.height(), image.width());
    if (!actual.equals(shape)) {
      throw new IOException("is %s, but the data set is %s: add a Resize".formatted(actual, shape));
    }
    image.writePlanes(to, offset);
  }
}
