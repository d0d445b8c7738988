package dev.vit4j.data;

import dev.vit4j.image.Image;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Selected samples of another data set, in any order. */
public final class Subset implements Dataset {
  private final String name;
  private final Dataset whole;
  private final int[] indices;
  private final Targets targets;

  /**
   * Creates a subset.
   *
   * @param name name for messages
   * @param indices indices in {@code whole}, which are copied
   * @throws IndexOutOfBoundsException if an index is out of range
   */
  public Subset(String name, Dataset whole, int[] indices) {
    for (int index : indices) {
      Objects.checkIndex(index, whole.size());
    }
    this.name = name;
    this.whole = whole;
    this.indices = indices.clone();
    this.targets = whole.targets().select(this.indices);
  }

  /** Returns a copy of the indices in the whole data set. */
  public int[] indices() {
    return indices.clone();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int size() {
    return indices.length;
  }

  @Override
  public Targets targets() {
    return targets;
  }

  @Override
  public Image image(int index) throws IOException {
    return whole.image(indices[index]);
  }

  @Override
  public byte @Nullable [] encoded(int index) throws IOException {
    return whole.encoded(indices[index]);
  }

  @Override
  public byte[] content(int index) throws IOException {
    return whole.content(indices[index]);
  }

  @Override
  public void copyInto(int index, byte[] to, int offset) throws IOException {
    whole.copyInto(indices[index], to, offset);
  }

  @Override
  public Column.@Nullable Floats features(int[] some) {
    return whole.features(Arrays.stream(some).map(i -> indices[i]).toArray());
  }

  @Override
  public void check(int index) throws IOException {
    whole.check(indices[index]);
  }

  @Override
  public @Nullable Shape shape() {
    return whole.shape();
  }

  @Override
  public String source(int index) {
    return whole.source(indices[index]);
  }

  @Override
  public String root() {
    return whole.root();
  }
}
