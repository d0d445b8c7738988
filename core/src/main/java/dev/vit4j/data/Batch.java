package dev.vit4j.data;

import dev.vit4j.image.Image;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A batch of samples with named columns. The caller owns the arrays.
 *
 * @param indices indices of the samples in the data set
 * @param columns columns by name, each with a value for every sample
 */
public record Batch(int[] indices, Map<String, Column> columns) {
  /** Images, u8 [C, H, W]. */
  public static final String IMAGE = "image";

  /** Features instead of images, f32 [D]. */
  public static final String FEATURES = "features";

  /** Class indices, i64. */
  public static final String LABEL = "label";

  /** Class indices of pixels, u8 [H, W]. */
  public static final String MASK = "mask";

  /** Creates a batch of images and the given columns. */
  public static Batch of(int[] indices, Column.Bytes images, Map<String, Column> others) {
    Map<String, Column> columns = new LinkedHashMap<>();
    columns.put(IMAGE, images);
    columns.putAll(others);
    return new Batch(indices, columns);
  }

  /** Returns the number of samples. */
  public int size() {
    return indices.length;
  }

  /** Returns whether a column exists. */
  public boolean has(String name) {
    return columns.containsKey(name);
  }

  /**
   * Returns a column.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Column column(String name) {
    Column column = columns.get(name);
    if (column == null) {
      throw new IllegalArgumentException(
          "the batch has no column '%s', only %s".formatted(name, columns.keySet()));
    }
    return column;
  }

  /** Returns the labels [B]. */
  public long[] labels() {
    return ((Column.Longs) column(LABEL)).values();
  }

  /** Returns the bytes of a column of images or masks. */
  public byte[] bytes(String name) {
    return ((Column.Bytes) column(name)).values();
  }

  /** Returns the class index of every pixel of all masks, [B, H, W]; -1 for ignored pixels. */
  public int[] pixelLabels() {
    return Masks.labels(bytes(MASK));
  }

  /** Returns channels, height and width of the images. */
  public Shape imageShape() {
    int[] shape = column(IMAGE).shape();
    return new Shape(shape[0], shape[1], shape[2]);
  }

  /** Returns an image, counted from 0, after the transforms. */
  public Image image(int place) {
    Shape shape = imageShape();
    return Planes.read(bytes(IMAGE), place * shape.bytes(), shape);
  }

  /** Returns a mask, counted from 0, after the transforms. */
  public Image mask(int place) {
    int[] shape = column(MASK).shape();
    Shape one = new Shape(1, shape[0], shape[1]);
    return Planes.read(bytes(MASK), place * one.bytes(), one);
  }
}
