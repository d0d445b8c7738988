package dev.vit4j.data;

import dev.vit4j.image.Image;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Images and what is known of them, counted from 0. Reading is safe from many threads at once. */
public interface Dataset {
  /** What messages call it, such as {@code mnist train}. */
  String name();

  /** Number of samples. */
  int size();

  /** What is known of each sample besides its image. */
  Targets targets();

  /**
   * Reads one image.
   *
   * @throws IOException if its file is missing or damaged
   */
  Image image(int index) throws IOException;

  /**
   * The image's file as it is, so that a reader may resize while it decodes.
   *
   * @return an encoded image, or null where the set holds pixels
   * @throws IOException if the file is missing or damaged
   */
  default byte @Nullable [] encoded(int index) throws IOException {
    return null;
  }

  /**
   * The bytes that the image is made from, by which one can be told from another: its file, or its
   * pixels where it has none.
   *
   * @throws IOException if its file is missing or damaged
   */
  default byte[] content(int index) throws IOException {
    byte[] encoded = encoded(index);
    return encoded == null ? image(index).pixels() : encoded;
  }

  /**
   * Looks whether a sample can be read, without decoding it where its ends tell enough.
   *
   * @throws IOException if its file is missing or damaged
   */
  default void check(int index) throws IOException {}

  /** Names of the classes in the order of their indices; empty if there are none. */
  default List<String> classes() {
    return targets().classes();
  }

  /** The shape that every image has, or null where they may differ in size or channels. */
  @Nullable Shape shape();

  /**
   * Vectors that were computed from the images before and can be read in their place.
   *
   * @return the vectors of these samples, or null if there are none
   */
  default Column.@Nullable Floats features(int[] indices) {
    return null;
  }

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
   * @param to takes {@code shape().bytes()} bytes from {@code offset} on
   * @throws IOException if the image cannot be read or has another shape than the set says
   * @throws IllegalStateException if the set has no common shape
   */
  default void copyInto(int index, byte[] to, int offset) throws IOException {
    Shape shape = shape();
    if (shape == null) {
      throw new IllegalStateException(
          name() + " has pictures of different sizes: a transform must bring them to one");
    }
    Image image = image(index);
    Shape actual = new Shape(image.channels(), image.height(), image.width());
    if (!actual.equals(shape)) {
      throw new IOException("is %s, the set is %s: add a Resize".formatted(actual, shape));
    }
    image.writePlanes(to, offset);
  }
}
