package dev.vit4j.model.clip;

import dev.vit4j.model.Inside;
import dev.vit4j.model.Model;
import dev.vit4j.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What explanations can show of CLIP's image towers. */
final class ClipInside {
  private static final String POSITIONS = "visual.positional_embedding";

  private ClipInside() {}

  /**
   * Describes an image tower.
   *
   * @param trunk the image model of a tower of {@code vision_model_name}; null for CLIP's own
   */
  static Inside of(VisionConfig c, @Nullable Model trunk) {
    if (trunk != null) {
      return trunk(trunk);
    }
    if (c.isResNet()) {
      return new Inside("", null, null, null, "layer4");
    }
    return c.isSiglip() ? siglip(c) : vit(c);
  }

  /** Traces of another family's model have its own names; its parameters have a prefix. */
  private static Inside trunk(Model trunk) {
    Inside own = trunk.family().inside(trunk);
    Inside.Positions p = own.positions();
    return new Inside(
        own.firstMaps(),
        own.patches(),
        p == null ? null : new Inside.Positions(ClipTrunk.PREFIX + p.tensor(), p.prefix()),
        own.attention(),
        own.lastMaps());
  }

  private static Inside vit(VisionConfig c) {
    int patches = c.grid()[0] * c.grid()[1];
    float[] reading = new float[patches + 1];
    boolean mean = c.poolType().equals("avg");
    Arrays.fill(reading, mean ? 1 : 0, mean ? patches + 1 : 1, mean ? 1f / patches : 1);
    return new Inside(
        "patch_embed.grid",
        patches(c, "; with the class token, %d tokens of %d".formatted(patches + 1, c.width())),
        new Inside.Positions(POSITIONS, 1),
        new Inside.Attention(
            c.layers().get(0),
            c.heads(),
            c.grid()[0],
            c.grid()[1],
            1,
            mean ? "the mean of the patches" : "the class token",
            seen -> reading.clone(),
            ""),
        "");
  }

  private static Inside siglip(VisionConfig c) {
    int patches = c.grid()[0] * c.grid()[1];
    return new Inside(
        "patch_embed.grid",
        patches(c, ": %d tokens of %d".formatted(patches, c.width())),
        new Inside.Positions(POSITIONS, 0),
        new Inside.Attention(
            c.layers().get(0),
            c.heads(),
            c.grid()[0],
            c.grid()[1],
            0,
            "the pooling",
            ClipInside::pooled,
            ProbePool.ATTENTION),
        "");
  }

  /** The mean over the heads of the attention that pools the tokens. */
  private static float[] pooled(Map<String, Tensor> seen) {
    Tensor attention = seen.get(ProbePool.ATTENTION).detach(); // [1, H, 1, N]
    return attention.select(2, 0).select(0, 0).mean(0).toFloats();
  }

  private static Inside.Patches patches(VisionConfig c, String tokens) {
    int side = c.patchSize();
    String about =
        "%d x %d patches of %d x %d pixels%s"
            .formatted(c.grid()[0], c.grid()[1], side, side, tokens);
    return new Inside.Patches(side, side, about);
  }
}
