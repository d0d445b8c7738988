package dev.vit4j.input;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.Shape;
import dev.vit4j.image.Image;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A data set after the backbone: a batch holds the samples' features instead of their pixels, each
 * vector as the bytes of its f32 numbers, little-endian, for {@link ModelInput#features}. All else
 * is the set that it was made of: labels, names, and the pictures for whoever wants to look.
 */
public final class FeatureSet implements Dataset {
  private final Dataset pictures;
  private final ByteBuffer rows; // f32 [N, D]
  private final Shape shape;

  /**
   * Puts features in the place of pixels.
   *
   * @param pictures what they are of
   * @param rows f32 [N, D], little-endian, row after row
   * @throws IllegalArgumentException if the bytes are not one vector for each picture
   */
  public FeatureSet(Dataset pictures, ByteBuffer rows) {
    int bytes = rows.remaining() / Math.max(1, pictures.size());
    if (bytes % Float.BYTES != 0 || (long) bytes * pictures.size() != rows.remaining()) {
      throw new IllegalArgumentException(
          "%d bytes are no vectors of %d pictures".formatted(rows.remaining(), pictures.size()));
    }
    this.pictures = pictures;
    this.rows = rows;
    this.shape = new Shape(1, 1, bytes);
  }

  /** Numbers in a vector. */
  public int dim() {
    return shape.width() / Float.BYTES;
  }

  @Override
  public String name() {
    return pictures.name();
  }

  @Override
  public int size() {
    return pictures.size();
  }

  @Override
  public int label(int index) {
    return pictures.label(index);
  }

  /** The picture itself. */
  @Override
  public Image image(int index) throws IOException {
    return pictures.image(index);
  }

  @Override
  public byte[] content(int index) throws IOException {
    return pictures.content(index);
  }

  @Override
  public List<String> classes() {
    return pictures.classes();
  }

  /** One row of bytes: a vector's. */
  @Override
  public Shape shape() {
    return shape;
  }

  @Override
  public String source(int index) {
    return pictures.source(index);
  }

  @Override
  public String root() {
    return pictures.root();
  }

  @Override
  public void copyInto(int index, byte[] to, int offset) {
    rows.get(rows.position() + index * shape.width(), to, offset, shape.width());
  }
}
