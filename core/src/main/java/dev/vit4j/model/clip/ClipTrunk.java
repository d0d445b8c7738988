package dev.vit4j.model.clip;

import dev.vit4j.model.Encodes;
import dev.vit4j.model.Model;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.Linear;
import dev.vit4j.nn.Module;
import dev.vit4j.tensor.Tensor;

/** Another image model whose features are projected to the common space (open_clip's TimmModel). */
final class ClipTrunk extends Module {
  private final Model trunk;
  private final Linear proj;

  /**
   * @param trunk a model without a head
   */
  ClipTrunk(Init init, Model trunk, int embedDim) {
    this.trunk = child("trunk", trunk);
    int width = trunk.timmConfig().numFeatures();
    this.proj = child("head.proj", new Linear(init, width, embedDim, false));
  }

  boolean takesAnySize() {
    return trunk.takesAnySize();
  }

  /** [B, C, H, W] to [B, E]. */
  @Override
  protected Tensor forward(Tensor x) {
    return proj.apply(trunk.as(Encodes.class).features(x));
  }
}
