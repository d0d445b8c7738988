package dev.vit4j.model.mixer;

import dev.vit4j.model.Classifies;
import dev.vit4j.model.Family;
import dev.vit4j.model.FeatureMaps;
import dev.vit4j.model.Model;
import dev.vit4j.model.TimmConfig;
import dev.vit4j.nn.DropPath;
import dev.vit4j.nn.Dropout;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.LayerNorm;
import dev.vit4j.nn.Linear;
import dev.vit4j.nn.Mlp;
import dev.vit4j.nn.Module;
import dev.vit4j.nn.PatchEmbed;
import dev.vit4j.nn.Trace;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The MLP-Mixer (Tolstikhin et al. 2021, arXiv 2105.01601): patches are projected to tokens, each
 * block applies one MLP across tokens and one across channels, and a linear head reads the mean of
 * the tokens. Parameter names and values follow timm's {@code MlpMixer}. Names for {@link Trace}:
 * {@code pixels}, {@code patches}, {@code patch_embed.grid}, {@code patch_embed.flat}, {@code
 * tokens}, {@code block.i}, {@code block.i.tokens_mixed}, {@code norm}, {@code features}, {@code
 * logits}.
 */
public final class MlpMixer extends Model implements Classifies, FeatureMaps {
  /** The MLP-Mixer family. */
  public static final Family FAMILY = new MlpMixerFamily();

  static final double NORM_EPS = 1e-6;
  private static final double BIAS_STD = 1e-6;

  private final MlpMixerConfig config;
  private final PatchEmbed stem;
  private final List<Block> blocks = new ArrayList<>();
  private final LayerNorm norm;
  private final Dropout headDrop;
  private final @Nullable Linear head; // [D -> K]

  /** Creates a model with random weights. */
  public MlpMixer(String name, MlpMixerConfig config, Init source) {
    super(name, config);
    Init init = source.withXavier(BIAS_STD);
    this.config = config;
    int dim = config.embedDim();
    int[] patch = config.patchSize();
    Tensor kernels = init.leCunNormal(dim, config.inChans(), patch[0], patch[1]);
    this.stem = child("stem", new PatchEmbed(kernels, init.zeros(dim)));
    for (int i = 0; i < config.numBlocks(); i++) {
      blocks.add(child("blocks." + i, new Block(init, config)));
    }
    this.norm = child("norm", new LayerNorm(init, dim, NORM_EPS));
    this.headDrop = child("head_drop", new Dropout(config.dropRate()));
    int classes = config.numClasses();
    this.head = classes == 0 ? null : child("head", head(init, dim, classes, config.nlhb()));
  }

  /** Creates a head that gives all classes the same score. */
  private static Linear head(Init init, int dim, int classes, boolean nlhb) {
    double bias = nlhb ? -Math.log(classes) : 0;
    return new Linear(init.zeros(classes, dim), init.full(bias, classes));
  }

  /** x + mlp over the tokens, then x + mlp over the channels (the paper's eq. 1). */
  public static final class Block extends Module {
    private final LayerNorm norm1;
    private final Mlp mlpTokens; // [N -> N]
    private final DropPath dropPath;
    private final LayerNorm norm2;
    private final Mlp mlpChannels; // [D -> D]

    Block(Init init, MlpMixerConfig c) {
      int dim = c.embedDim();
      this.norm1 = child("norm1", new LayerNorm(init, dim, NORM_EPS));
      this.mlpTokens =
          child(
              "mlp_tokens",
              new Mlp(init, c.tokens(), c.tokensDim(), c.act(), true, c.projDropRate()));
      this.dropPath = child("drop_path", new DropPath(c.dropPathRate()));
      this.norm2 = child("norm2", new LayerNorm(init, dim, NORM_EPS));
      this.mlpChannels =
          child(
              "mlp_channels", new Mlp(init, dim, c.channelsDim(), c.act(), true, c.projDropRate()));
    }

    /** [B, N, D] to [B, N, D]. */
    @Override
    protected Tensor forward(Tensor x) {
      Tensor turned = norm1.apply(x).transpose(1, 2); // [B, D, N]
      Tensor mixed = x.add(dropPath.apply(mlpTokens.apply(turned).transpose(1, 2)));
      Trace.record(Trace.here() + "tokens_mixed", mixed);
      return mixed.add(dropPath.apply(mlpChannels.apply(norm2.apply(mixed))));
    }
  }

  /** [B, C, H, W] to logits [B, K], or to features [B, D] if the model has no head. */
  @Override
  protected Tensor forward(Tensor x) {
    Tensor logits = scores(features(x)); // [B, K]
    Trace.record("logits", logits);
    return logits;
  }

  @Override
  public Tensor scores(Tensor features) {
    return head == null ? features : head.apply(features);
  }

  /** The mean of the tokens: [B, D]. */
  @Override
  public Tensor features(Tensor x) {
    Tensor features = headDrop.apply(encode(x).mean(1)); // [B, D]
    Trace.record("features", features);
    return features;
  }

  /** The tokens after the last norm: [B, D, H / p, W / p], rounded down. */
  @Override
  public Tensor featureMap(Tensor x) {
    int[] grid = config.grid();
    Tensor planes = encode(x).transpose(1, 2); // [B, D, N]
    return planes.reshape(x.size(0), config.embedDim(), grid[0], grid[1]);
  }

  @Override
  public int mapChannels() {
    return config.embedDim();
  }

  @Override
  public int[] mapStride() {
    return config.patchSize().clone();
  }

  /** Maps pixels to the tokens after the last norm: [B, N, D]. */
  private Tensor encode(Tensor x) {
    checkInput(x);
    Tensor tokens = stem.apply(x); // [B, N, D]
    Trace.record("tokens", tokens);
    for (int i = 0; i < blocks.size(); i++) {
      Trace.at("block." + i + ".");
      try (Scope scope = Scope.open()) { // frees the block's intermediate results
        tokens = scope.keep(blocks.get(i).apply(tokens));
      }
      Trace.record("block." + i, tokens);
    }
    tokens = norm.apply(tokens);
    Trace.record("norm", tokens);
    return tokens;
  }

  /** The configuration of the model. */
  public MlpMixerConfig config() {
    return config;
  }

  @Override
  public Family family() {
    return FAMILY;
  }

  /** timm's smallest model; the arguments override its sizes. Its activation is not an argument. */
  @Override
  public TimmConfig timmConfig() {
    Map<String, Object> args = new LinkedHashMap<>(args());
    args.remove("act");
    return new TimmConfig(
        "mixer_s32_224", args, config.embedDim(), "avg", "stem.proj", "head", true);
  }
}
