package dev.vit4j.data;

import dev.vit4j.image.Image;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A data set of precomputed features: batches contain the column {@link Batch#FEATURES} instead of
 * images. Everything else is delegated to the original data set.
 */
public final class FeatureSet implements Dataset {
  private final Dataset pictures;
  private final ByteBuffer rows; // f32 [N, D]
  private final int dim;

  /**
   * Creates a data set of features.
   *
   * @param pictures original data set
   * @param rows f32 [N, D], little-endian, row-major
   * @throws IllegalArgumentException if the bytes are not one vector per image
   */
  public FeatureSet(Dataset pictures, ByteBuffer rows) {
    int bytes = rows.remaining() / Math.max(1, pictures.size());
    if (bytes % Float.BYTES != 0 || (long) bytes * pictures.size() != rows.remaining()) {
      throw new IllegalArgumentException(
          "%d bytes cannot be divided into feature vectors of %d images"
              .formatted(rows.remaining(), pictures.size()));
    }
    this.pictures = pictures;
    this.rows = rows.slice().order(ByteOrder.LITTLE_ENDIAN);
    this.dim = bytes / Float.BYTES;
  }

  /** Returns the length of a feature vector. */
  public int dim() {
    return dim;
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
  public Targets targets() {
    return pictures.targets();
  }

  /** Returns the original image. */
  @Override
  public Image image(int index) throws IOException {
    return pictures.image(index);
  }

  @Override
  public byte[] content(int index) throws IOException {
    return pictures.content(index);
  }

  @Override
  public @Nullable Shape shape() {
    return pictures.shape();
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
  public void copyInto(int index, byte[] to, int offset) throws IOException {
    pictures.copyInto(index, to, offset);
  }

  @Override
  public Column.Floats features(int[] indices) {
    float[] values = new float[Math.multiplyExact(indices.length, dim)];
    for (int i = 0; i < indices.length; i++) {
      int row = rows.position() + indices[i] * dim * Float.BYTES;
      for (int d = 0; d < dim; d++) {
        values[i * dim + d] = rows.getFloat(row + d * Float.BYTES);
      }
    }
    return new Column.Floats(values, dim);
  }
}
