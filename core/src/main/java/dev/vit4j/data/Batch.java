package dev.vit4j.data;

import dev.vit4j.image.Image;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Samples stacked for a model, as named columns; the arrays belong to whoever takes the batch.
 *
 * @param indices which samples of the data set these are
 * @param columns by name; each has a value for every sample
 */
public record Batch(int[] indices, Map<String, Column> columns) {
  /** Images, u8 [C, H, W]. */
  public static final String IMAGE = "image";

  /** Features in place of images, f32 [D]. */
  public static final String FEATURES = "features";

  /** Classes, i64. */
  public static final String LABEL = "label";

  /** Classes of the pixels, u8 [H, W]. */
  public static final String MASK = "mask";

  /** A batch of images and the given columns. */
  public static Batch of(int[] indices, Column.Bytes images, Map<String, Column> others) {
    Map<String, Column> columns = new LinkedHashMap<>();
    columns.put(IMAGE, images);
    columns.putAll(others);
    return new Batch(indices, columns);
  }

  /** Number of samples. */
  public int size() {
    return indices.length;
  }

  /** Whether there is a column of this name. */
  public boolean has(String name) {
    return columns.containsKey(name);
  }

  /**
   * The column of this name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Column column(String name) {
    Column column = columns.get(name);
    if (column == null) {
      throw new IllegalArgumentException(
          "a batch has no column '%s': it has %s".formatted(name, columns.keySet()));
    }
    return column;
  }

  /** The labels [B]. */
  public long[] labels() {
    return ((Column.Longs) column(LABEL)).values();
  }

  /** The bytes of a column of images or masks. */
  public byte[] bytes(String name) {
    return ((Column.Bytes) column(name)).values();
  }

  /** Channels, height and width of the images. */
  public Shape imageShape() {
    int[] shape = column(IMAGE).shape();
    return new Shape(shape[0], shape[1], shape[2]);
  }

  /** One of the images, from 0, as the model gets it. */
  public Image image(int place) {
    Shape shape = imageShape();
    return Planes.read(bytes(IMAGE), place * shape.bytes(), shape);
  }

  /** One of the masks, from 0, as the loss gets it. */
  public Image mask(int place) {
    int[] shape = column(MASK).shape();
    Shape one = new Shape(1, shape[0], shape[1]);
    return Planes.read(bytes(MASK), place * one.bytes(), one);
  }
}
