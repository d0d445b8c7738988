package dev.vit4j.model.clip;

import dev.vit4j.model.Encodes;
import dev.vit4j.model.Model;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.Linear;
import dev.vit4j.nn.Module;
import dev.vit4j.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Another image model whose features are projected to the common space (open_clip's TimmModel). */
final class ClipTrunk extends Module {
  /** What the names of the image model's parameters begin with. */
  static final String PREFIX = "visual.trunk.";

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

  /** Returns the image model of a tower; null for CLIP's own towers. */
  static @Nullable Model of(Module tower) {
    return tower instanceof ClipTrunk t ? t.trunk : null;
  }

  /** Returns the name of the first layer of a tower. */
  static String firstConv(Module tower) {
    Model trunk = of(tower);
    return trunk == null ? "visual.conv1" : PREFIX + trunk.timmConfig().firstConv();
  }

  /** [B, C, H, W] to [B, E]. */
  @Override
  protected Tensor forward(Tensor x) {
    return proj.apply(trunk.as(Encodes.class).features(x));
  }
}
