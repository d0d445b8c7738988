package dev.vit4j.data;

import dev.vit4j.image.Image;
import java.io.IOException;
import java.util.List;

/** Masks of selected samples. */
record SelectedMasks(Masks whole, int[] indices) implements Masks {
  @Override
  public int size() {
    return indices.length;
  }

  @Override
  public List<String> classes() {
    return whole.classes();
  }

  @Override
  public Image mask(int index) throws IOException {
    return whole.mask(indices[index]);
  }
}
