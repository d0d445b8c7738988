package dev.vit4j.model.beit;

import dev.vit4j.model.Classifies;
import dev.vit4j.model.Family;
import dev.vit4j.model.FeatureMaps;
import dev.vit4j.model.Model;
import dev.vit4j.model.TimmConfig;
import dev.vit4j.nn.Dropout;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.LayerNorm;
import dev.vit4j.nn.Linear;
import dev.vit4j.nn.PatchEmbed;
import dev.vit4j.nn.Trace;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * BEiT (Bao et al. 2021, arXiv 2106.08254) and BEiTv2 (Peng et al. 2022, arXiv 2208.06366): a
 * vision transformer whose attention knows the distances between patches, and whose head usually
 * reads the mean of the patches; EVA (Fang et al. 2022, arXiv 2211.07636) and EVA-02 (Fang et al.
 * 2023, arXiv 2303.11331), which have the same names. They follow timm's {@code Beit} and {@code
 * Eva}. Names for {@link Trace}: {@code pixels}, {@code patch_embed}, {@code tokens}, {@code
 * block.i}, {@code block.i.attention}, {@code norm}, {@code features}, {@code logits}.
 */
public final class Beit extends Model implements Classifies, FeatureMaps {
  /** The BEiT family. */
  public static final Family FAMILY = new BeitFamily();

  private static final double HEAD_INIT_SCALE = 0.001;

  private final BeitConfig config;
  private final Tensor clsToken; // [1, 1, D]
  private final @Nullable Tensor posEmbed; // [1, N, D]
  private final PatchEmbed patchEmbed;
  private final Dropout posDrop;
  private final List<BeitBlock> blocks = new ArrayList<>();
  private final @Nullable LayerNorm norm;
  private final @Nullable LayerNorm fcNorm;
  private final Dropout headDrop;
  private final @Nullable Linear head; // [D -> K]

  /** Creates a model with random weights. */
  public Beit(String name, BeitConfig config, Init init) {
    super(name, config);
    this.config = config;
    int dim = config.embedDim();
    int[] patch = config.patchSize();
    this.clsToken = parameter("cls_token", init.truncNormal(0.02, 1, 1, dim));
    this.posEmbed =
        config.useAbsPosEmb()
            ? parameter("pos_embed", init.truncNormal(0.02, 1, 1 + config.patches(), dim))
            : null;
    this.patchEmbed =
        child("patch_embed", new PatchEmbed(init, config.inChans(), dim, patch[0], patch[1], true));
    this.posDrop = child("pos_drop", new Dropout(config.posDropRate()));
    RelativeBias shared =
        config.useSharedRelPosBias()
            ? child("rel_pos_bias", new RelativeBias(init, config.grid(), config.numHeads()))
            : null;
    for (int i = 0; i < config.depth(); i++) {
      blocks.add(child("blocks." + i, new BeitBlock(init, config, shared, i)));
    }
    boolean after = config.useFcNorm();
    this.norm = after ? null : child("norm", new LayerNorm(init, dim, config.normEps()));
    this.fcNorm = after ? child("fc_norm", new LayerNorm(init, dim, config.normEps())) : null;
    this.headDrop = child("head_drop", new Dropout(config.dropRate()));
    int classes = config.numClasses();
    this.head = classes > 0 ? child("head", new Linear(init, dim, classes, true)) : null;
    if (head != null) {
      try (NoGrad g = NoGrad.on()) {
        parameters().get("head.weight").mul_(HEAD_INIT_SCALE);
      }
    }
  }

  /** [B, C, H, W] to logits [B, K], or to features [B, D] if the model has no head. */
  @Override
  protected Tensor forward(Tensor x) {
    Tensor logits = scores(features(x));
    Trace.record("logits", logits);
    return logits;
  }

  @Override
  public Tensor scores(Tensor features) {
    return head == null ? features : head.apply(features);
  }

  /** The mean of the patches or the class token, normalized: [B, D]. */
  @Override
  public Tensor features(Tensor x) {
    Tensor tokens = encode(x); // [B, N, D]
    Tensor pooled =
        config.readsMean() ? tokens.narrow(1, 1, config.patches()).mean(1) : tokens.select(1, 0);
    Tensor features = headDrop.apply(fcNorm == null ? pooled : fcNorm.apply(pooled));
    Trace.record("features", features);
    return features;
  }

  /** The patch tokens after the final norm: [B, D, H / p, W / p]. */
  @Override
  public Tensor featureMap(Tensor x) {
    Tensor patches = encode(x).narrow(1, 1, config.patches());
    Tensor normed = fcNorm == null ? patches : fcNorm.apply(patches);
    int[] grid = config.grid();
    return normed.transpose(1, 2).reshape(x.size(0), config.embedDim(), grid[0], grid[1]);
  }

  @Override
  public int mapChannels() {
    return config.embedDim();
  }

  @Override
  public int[] mapStride() {
    return config.patchSize().clone();
  }

  /** Maps pixels to the tokens after the last block, normalized if the norm is before pooling. */
  private Tensor encode(Tensor x) {
    checkInput(x);
    Tensor patches = patchEmbed.apply(x); // [B, N - 1, D]
    Trace.record("patch_embed", patches);
    Tensor tokens = Ops.cat(1, clsToken.expand(x.size(0), 1, config.embedDim()), patches);
    tokens = posDrop.apply(posEmbed == null ? tokens : tokens.add(posEmbed));
    Trace.record("tokens", tokens);
    for (int i = 0; i < blocks.size(); i++) {
      Trace.at("block." + i + ".");
      try (Scope scope = Scope.open()) { // frees the block's intermediate results
        tokens = scope.keep(blocks.get(i).apply(tokens));
      }
      Trace.record("block." + i, tokens);
    }
    if (norm != null) {
      tokens = norm.apply(tokens);
      Trace.record("norm", tokens);
    }
    return tokens;
  }

  /** The configuration of the model. */
  public BeitConfig config() {
    return config;
  }

  @Override
  public Family family() {
    return FAMILY;
  }

  @Override
  public Set<String> noWeightDecay() {
    Set<String> names = new TreeSet<>(Set.of("pos_embed", "cls_token"));
    parameters().keySet().stream()
        .filter(name -> name.endsWith("relative_position_bias_table"))
        .forEach(names::add);
    return names;
  }

  /** A timm model whose arguments override all sizes. */
  @Override
  public TimmConfig timmConfig() {
    Map<String, @Nullable Object> modelArgs = new LinkedHashMap<>(args());
    boolean eva = !config.eva().isNone();
    modelArgs.keySet().removeAll(Set.of("act", "norm_eps"));
    if (eva) {
      modelArgs.keySet().removeAll(Set.of("use_rel_pos_bias", "use_shared_rel_pos_bias"));
    }
    if (config.initValues() == null) {
      modelArgs.put("init_values", null); // timm's BEiT of this name has LayerScale
    }
    String usual = eva ? "eva02_tiny_patch14_224" : "beit_base_patch16_224";
    return new TimmConfig(
        BeitFamily.NAMES.contains(name()) ? name() : usual,
        modelArgs,
        config.embedDim(),
        config.globalPool(),
        "patch_embed.proj",
        "head",
        true);
  }

  /** timm assigns {@code norm} to the last block, but {@code fc_norm} to the head. */
  @Override
  public Map<String, Integer> layers() {
    Map<String, Integer> layers = super.layers();
    layers.replaceAll((name, layer) -> name.startsWith("fc_norm.") ? layer + 1 : layer);
    return layers;
  }
}
