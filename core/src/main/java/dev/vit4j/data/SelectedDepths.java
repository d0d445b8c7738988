package dev.vit4j.data;

import dev.vit4j.image.Image;
import java.io.IOException;

/** Depths of selected samples. */
record SelectedDepths(Depths whole, int[] indices) implements Depths {
  @Override
  public int size() {
    return indices.length;
  }

  @Override
  public Image depths(int index) throws IOException {
    return whole.depths(indices[index]);
  }
}
