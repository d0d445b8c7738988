package dev.vit4j.model.clip;

import dev.vit4j.nn.Encoder;
import dev.vit4j.nn.EncoderBlock;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.LayerNorm;
import dev.vit4j.nn.Module;
import dev.vit4j.nn.PatchEmbed;
import dev.vit4j.nn.TokenTeam;
import dev.vit4j.nn.Trace;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The Vision Transformer of CLIP (Radford et al. 2021; open_clip's {@code VisionTransformer}): a
 * norm before the blocks, and a projection of the class token to the common space. Names for {@link
 * Trace}: {@code patch_embed}, {@code tokens}, {@code block.i}, {@code block.i.attention}.
 */
final class ClipVit extends Module {
  private final VisionConfig config;
  private final PatchEmbed conv1;
  private final Tensor classEmbedding; // [D]
  private final Tensor positionalEmbedding; // [N + 1, D]
  private final @Nullable LayerNorm lnPre;
  private final Encoder encoder;
  private final LayerNorm lnPost;
  private final Tensor proj; // [D, E]

  /** Initializes as open_clip. */
  ClipVit(Init init, VisionConfig c) {
    this.config = c;
    int width = c.width();
    double scale = 1 / Math.sqrt((double) width);
    int tokens = 1 + c.grid()[0] * c.grid()[1];
    this.classEmbedding = parameter("class_embedding", init.normal(scale, width));
    this.positionalEmbedding = parameter("positional_embedding", init.normal(scale, tokens, width));
    this.proj = parameter("proj", init.normal(scale, width, c.embedDim()));
    this.conv1 = child("", new PatchEmbed("conv1", init, c.inChans(), width, c.patchSize(), false));
    this.lnPre = c.lnPre() ? child("ln_pre", new LayerNorm(init, width, c.normEps())) : null;
    Init uniform = init.withUniform();
    EncoderBlock.Inits inits = new EncoderBlock.Inits(init.withXavier(), uniform, uniform, uniform);
    List<EncoderBlock> blocks = new ArrayList<>();
    for (int i = 0; i < c.layers().get(0); i++) {
      blocks.add(child("transformer.resblocks." + i, new EncoderBlock(inits, blocks(c), 0)));
    }
    this.encoder = new Encoder(blocks, "");
    this.lnPost = child("ln_post", new LayerNorm(init, width, c.normEps()));
  }

  static EncoderBlock.Config blocks(VisionConfig c) {
    return new EncoderBlock.Config(
        c.width(),
        c.heads(),
        (int) (c.width() * c.mlpRatio()),
        true,
        true,
        c.lsInitValue(),
        c.act(),
        c.normEps(),
        0,
        0,
        false,
        EncoderBlock.Names.OPEN_CLIP);
  }

  /** [B, C, H, W] to [B, E]. */
  @Override
  protected Tensor forward(Tensor x) {
    Tensor tokens = embed(x); // [B, N + 1, D]
    boolean mean = config.poolType().equals("avg");
    Tensor pooled; // [B, D]
    if (mean) {
      int patches = config.grid()[0] * config.grid()[1];
      pooled = lnPost.apply(encoder.forward(tokens)).narrow(1, 1, patches).mean(1);
    } else if (Trace.isOn()) {
      pooled = lnPost.apply(encoder.forward(tokens)).select(1, 0);
    } else {
      pooled = lnPost.apply(encoder.forwardFirst(tokens, 1)).select(1, 0);
    }
    return Ops.matmul(pooled, proj);
  }

  /** Whether several threads should share its tokens. */
  boolean sharesTokens() {
    return TokenTeam.pays((int) positionalEmbedding.size(0));
  }

  private Tensor embed(Tensor x) {
    Tensor patches = conv1.apply(x); // [B, N, D]
    Trace.record("patch_embed", patches);
    Tensor first = classEmbedding.reshape(1, 1, -1).expand(x.size(0), 1, config.width());
    Tensor tokens = Ops.cat(1, first, patches).add(positionalEmbedding); // [B, N + 1, D]
    if (lnPre != null) {
      tokens = lnPre.apply(tokens);
    }
    Trace.record("tokens", tokens);
    return tokens;
  }
}
