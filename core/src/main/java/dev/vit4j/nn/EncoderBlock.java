package dev.vit4j.nn;

import dev.vit4j.tensor.Tensor;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A pre-norm transformer layer: x + attention(norm(x)), then x + mlp(norm(x)) (Dosovitskiy et al.
 * 2021, eqs. 2 and 3; timm's {@code Block}, open_clip's {@code ResidualAttentionBlock}).
 */
public final class EncoderBlock extends Module {
  /**
   * What the blocks of an encoder have in common.
   *
   * @param dim width D of the tokens
   * @param heads number of attention heads, a divisor of D
   * @param hidden hidden width of the MLP
   * @param qkvBias whether q, k and v have biases
   * @param projBias whether the attention's projection and the MLP have biases
   * @param initValues initial value of LayerScale, or null for no LayerScale
   * @param projDropRate dropout after the attention's projection and in the MLP
   * @param attnDropRate dropout on attention probabilities
   * @param causal whether a token attends only to itself and the tokens before it
   * @param qkNorm whether queries and keys of each head are normalized
   * @param gated whether the MLP has a gate ({@link GluMlp})
   */
  public record Config(
      int dim,
      int heads,
      int hidden,
      boolean qkvBias,
      boolean projBias,
      @Nullable Double initValues,
      Activation act,
      double normEps,
      double projDropRate,
      double attnDropRate,
      boolean causal,
      Names names,
      boolean qkNorm,
      boolean gated) {
    /** Neither normalizes queries and keys nor has a gate. */
    public Config(
        int dim,
        int heads,
        int hidden,
        boolean qkvBias,
        boolean projBias,
        @Nullable Double initValues,
        Activation act,
        double normEps,
        double projDropRate,
        double attnDropRate,
        boolean causal,
        Names names) {
      this(
          dim,
          heads,
          hidden,
          qkvBias,
          projBias,
          initValues,
          act,
          normEps,
          projDropRate,
          attnDropRate,
          causal,
          names,
          false,
          false);
    }
  }

  /**
   * Names of the parts of a block in a state dict.
   *
   * @param qkv the joined projection of queries, keys and values
   */
  public record Names(
      String norm1,
      String qkv,
      String proj,
      String ls1,
      String norm2,
      String fc1,
      String fc2,
      String ls2) {
    /** timm's names, such as {@code attn.qkv.weight}. */
    public static final Names TIMM =
        new Names("norm1", "qkv", "proj", "ls1", "norm2", "fc1", "fc2", "ls2");

    /** open_clip's names, such as {@code attn.in_proj_weight}. */
    public static final Names OPEN_CLIP =
        new Names("ln_1", "in_proj_", "out_proj", "ls_1", "ln_2", "c_fc", "c_proj", "ls_2");
  }

  /** Initializers of the four linear layers. */
  public record Inits(Init qkv, Init proj, Init fc1, Init fc2) {
    /** Initializes all four in the same way. */
    public static Inits same(Init init) {
      return new Inits(init, init, init, init);
    }
  }

  private final LayerNorm norm1;
  private final Attention attn;
  private final @Nullable LayerScale ls1;
  private final DropPath dropPath1;
  private final LayerNorm norm2;
  private final Module mlp;
  private final @Nullable LayerScale ls2;
  private final DropPath dropPath2;

  /**
   * Creates a block.
   *
   * @param dropPathRate probability of skipping each of the two branches in training
   */
  public EncoderBlock(Inits inits, Config c, double dropPathRate) {
    Init init = inits.qkv();
    Names names = c.names();
    this.norm1 = child(names.norm1(), new LayerNorm(init, c.dim(), c.normEps()));
    this.attn = child("attn", new Attention(inits, c));
    this.ls1 = c.initValues() == null ? null : child(names.ls1(), scale(init, c));
    this.dropPath1 = child("drop_path1", new DropPath(dropPathRate));
    this.norm2 = child(names.norm2(), new LayerNorm(init, c.dim(), c.normEps()));
    this.mlp = child("mlp", c.gated() ? new GluMlp(inits, c) : new Mlp(inits, c));
    this.ls2 = c.initValues() == null ? null : child(names.ls2(), scale(init, c));
    this.dropPath2 = child("drop_path2", new DropPath(dropPathRate));
  }

  private static LayerScale scale(Init init, Config c) {
    return new LayerScale(init, c.dim(), Objects.requireNonNull(c.initValues()));
  }

  /** [B, N, D] to [B, N, D]. */
  @Override
  protected Tensor forward(Tensor x) {
    return feedForward(x.add(dropPath1.apply(scaled(ls1, attn.apply(norm1.apply(x))))));
  }

  /**
   * Computes only the first {@code count} tokens of {@link #forward}: [B, N, D] to [B, count, D].
   */
  Tensor forwardFirst(Tensor x, int count) {
    Tensor mixed = attn.forwardFirst(norm1.apply(x), count); // [B, count, D]
    return feedForward(x.narrow(1, 0, count).add(dropPath1.apply(scaled(ls1, mixed))));
  }

  private Tensor feedForward(Tensor x) {
    return x.add(dropPath2.apply(scaled(ls2, mlp.apply(norm2.apply(x)))));
  }

  private static Tensor scaled(@Nullable LayerScale scale, Tensor x) {
    return scale == null ? x : scale.apply(x);
  }
}
