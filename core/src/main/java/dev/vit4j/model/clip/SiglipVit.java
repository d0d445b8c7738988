package dev.vit4j.model.clip;

import dev.vit4j.nn.Encoder;
import dev.vit4j.nn.EncoderBlock;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.LayerNorm;
import dev.vit4j.nn.Module;
import dev.vit4j.nn.PatchEmbed;
import dev.vit4j.nn.Trace;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The Vision Transformer of SigLIP (Zhai et al. 2023, arXiv 2303.15343; transformers' {@code
 * SiglipVisionModel}): no class token, attention pooling, no projection. Names for {@link Trace}:
 * {@code patch_embed}, {@code tokens}, {@code block.i}, {@code block.i.attention}, {@code
 * attn_pool.attention}.
 */
final class SiglipVit extends Module {
  private final PatchEmbed conv1;
  private final Tensor positionalEmbedding; // [N, D]
  private final Encoder encoder;
  private final LayerNorm lnPost;
  private final ProbePool pool;

  SiglipVit(Init init, VisionConfig c) {
    Init xavier = init.withXavier();
    int width = c.width();
    int patch = c.patchSize();
    int tokens = c.grid()[0] * c.grid()[1];
    this.positionalEmbedding =
        parameter(
            "positional_embedding", init.normal(1 / Math.sqrt((double) width), tokens, width));
    this.conv1 = child("", new PatchEmbed("conv1", init, c.inChans(), width, patch, true));
    List<EncoderBlock> blocks = new ArrayList<>();
    for (int i = 0; i < c.layers().get(0); i++) {
      EncoderBlock.Inits inits = EncoderBlock.Inits.same(xavier);
      blocks.add(
          child("transformer.resblocks." + i, new EncoderBlock(inits, ClipVit.blocks(c), 0)));
    }
    this.encoder = new Encoder(blocks, "");
    this.lnPost = child("ln_post", new LayerNorm(init, width, c.normEps()));
    this.pool = child("attn_pool", new ProbePool(xavier, c));
  }

  /** [B, C, H, W] to [B, D]. */
  @Override
  protected Tensor forward(Tensor x) {
    Tensor patches = conv1.apply(x); // [B, N, D]
    Trace.record("patch_embed", patches);
    Tensor tokens = patches.add(positionalEmbedding);
    Trace.record("tokens", tokens);
    return pool.apply(lnPost.apply(encoder.forward(tokens)));
  }
}
