package dev.vit4j.data;

import dev.vit4j.image.Image;
import java.util.List;

/** A data set in memory: one byte array for all pixels, and the labels. */
public final class ImageSet implements Dataset {
  private final String name;
  private final String root;
  private final byte[] pixels; // [N, C, H, W]
  private final Labels targets;
  private final Shape shape;

  /**
   * Wraps arrays, which are not copied.
   *
   * @param name name for messages
   * @param pixels [N, channels, height, width], unsigned
   * @param labels N class indices, each 0 to {@code classes.size() - 1}
   * @param classes class names, at least one
   * @throws IllegalArgumentException if sizes do not match or a label is out of range
   */
  public ImageSet(
      String name,
      byte[] pixels,
      int[] labels,
      List<String> classes,
      int channels,
      int height,
      int width) {
    this(name, "(in memory)", pixels, labels, classes, channels, height, width);
  }

  /** Creates a data set with pixels from a folder or an archive. */
  public static ImageSet of(
      String name, String root, byte[] pixels, int[] labels, List<String> classes, Shape shape) {
    return new ImageSet(
        name, root, pixels, labels, classes, shape.channels(), shape.height(), shape.width());
  }

  private ImageSet(
      String name,
      String root,
      byte[] pixels,
      int[] labels,
      List<String> classes,
      int channels,
      int height,
      int width) {
    if (height < 1 || width < 1 || (channels != 1 && channels != 3)) {
      throw new IllegalArgumentException(
          "%s: unsupported image shape %d x %d x %d".formatted(name, height, width, channels));
    }
    if (pixels.length != (long) labels.length * channels * height * width) {
      throw new IllegalArgumentException(
          "%s: %d images of shape %d x %d x %d need %d bytes, not %d"
              .formatted(
                  name,
                  labels.length,
                  height,
                  width,
                  channels,
                  (long) labels.length * channels * height * width,
                  pixels.length));
    }
    this.name = name;
    this.root = root;
    this.pixels = pixels;
    try {
      this.targets = new Labels(labels, classes);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
    }
    this.shape = new Shape(channels, height, width);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int size() {
    return targets.labels().length;
  }

  @Override
  public Labels targets() {
    return targets;
  }

  @Override
  public Image image(int index) {
    return Planes.read(pixels, offset(index), shape);
  }

  @Override
  public void copyInto(int index, byte[] to, int offset) {
    System.arraycopy(pixels, offset(index), to, offset, shape.bytes());
  }

  private int offset(int index) {
    if (index < 0 || index >= size()) {
      throw new IndexOutOfBoundsException(
          name + " has samples 0 to " + (size() - 1) + ", not " + index);
    }
    return index * shape.bytes();
  }

  @Override
  public Shape shape() {
    return shape;
  }

  @Override
  public String root() {
    return root;
  }
}
