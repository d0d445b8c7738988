package dev.vit4j.data;

import dev.vit4j.image.Image;
import dev.vit4j.image.PixelValues;
import java.util.Arrays;
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

  /** Class indices of pixels, u8 [H, W]; with more than 255 classes two bytes each, [H, W, 2]. */
  public static final String MASK = "mask";

  /** Depths of pixels in meters, f32 [H, W]. */
  public static final String DEPTH = "depth";

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
    return PixelValues.labels(bytes(MASK), maskChannels());
  }

  /** Returns the depth of every pixel in meters, [B, H, W]. */
  public float[] depths() {
    return ((Column.Floats) column(DEPTH)).values();
  }

  private int maskChannels() {
    int[] shape = column(MASK).shape();
    return shape.length == 2 ? 1 : shape[2];
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
    int channels = maskChannels();
    int bytes = channels * shape[0] * shape[1];
    return new Image(
        shape[1],
        shape[0],
        channels,
        Arrays.copyOfRange(bytes(MASK), place * bytes, (place + 1) * bytes));
  }

  /** Returns the depths of a sample in meters [H, W], counted from 0, after the transforms. */
  public float[] depths(int place) {
    int pixels = column(DEPTH).numbers();
    return Arrays.copyOfRange(depths(), place * pixels, (place + 1) * pixels);
  }
}
