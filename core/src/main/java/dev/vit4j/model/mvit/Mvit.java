package dev.vit4j.model.mvit;

import dev.vit4j.model.Classifies;
import dev.vit4j.model.Family;
import dev.vit4j.model.FeatureMaps;
import dev.vit4j.model.Model;
import dev.vit4j.model.TimmConfig;
import dev.vit4j.nn.Conv2d;
import dev.vit4j.nn.Dropout;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.LayerNorm;
import dev.vit4j.nn.Linear;
import dev.vit4j.nn.Trace;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * MViTv2, the improved Multiscale Vision Transformer (Li et al. 2022, arXiv 2112.01526):
 * overlapping patches become tokens, and from stage to stage pooling attention halves the rows and
 * columns of their grid while their width doubles. Parameter names and values follow timm's {@code
 * MultiScaleVit}. Names for {@link Trace}: {@code pixels}, {@code patch_embed.grid}, {@code
 * tokens}, {@code block.i}, {@code block.i.attention} (queries by keys, both pooled), {@code norm},
 * {@code feature_map}, {@code features}, {@code logits}.
 */
public final class Mvit extends Model implements Classifies, FeatureMaps {
  /** The MViTv2 family. */
  public static final Family FAMILY = new MvitFamily();

  static final double NORM_EPS = 1e-6;

  private final MvitConfig config;
  private final @Nullable Tensor clsToken; // [1, 1, D]
  private final Conv2d patchEmbed;
  private final List<MvitBlock> blocks = new ArrayList<>();
  private final LayerNorm norm;
  private final Dropout headDrop;
  private final @Nullable Linear head; // [D' -> K]

  /** Creates a model with random weights. */
  public Mvit(String name, MvitConfig config, Init source) {
    super(name, config);
    Init init = source.withTruncNormalTf();
    this.config = config;
    int dim = config.embedDim();
    int kernel = config.patchKernel();
    double bound = 1 / (Math.sqrt(config.inChans()) * kernel); // PyTorch's default
    this.clsToken =
        config.classToken() ? parameter("cls_token", init.truncNormalTf(0.02, 1, 1, dim)) : null;
    this.patchEmbed =
        child(
            "patch_embed.proj",
            new Conv2d(
                init.uniform(bound, dim, config.inChans(), kernel, kernel),
                init.uniform(bound, dim),
                config.patchStride(),
                kernel / 2));
    List<MvitConfig.Block> shapes = config.blocks();
    for (int i = 0; i < shapes.size(); i++) {
      double dropPath = shapes.size() == 1 ? 0 : config.dropPathRate() * i / (shapes.size() - 1);
      MvitConfig.Block shape = shapes.get(i);
      blocks.add(child(shape.name(), new MvitBlock(init, config, shape, dropPath)));
    }
    this.norm = child("norm", new LayerNorm(init, config.features(), NORM_EPS));
    this.headDrop = child("head.drop", new Dropout(config.dropRate()));
    int classes = config.numClasses();
    this.head =
        classes > 0 ? child("head.fc", new Linear(init, config.features(), classes, true)) : null;
  }

  /** [B, C, H, W] to logits [B, K], or to features [B, D'] if the model has no head. */
  @Override
  protected Tensor forward(Tensor x) {
    Tensor logits = scores(features(x)); // [B, K]
    Trace.record("logits", logits);
    return logits;
  }

  @Override
  public Tensor scores(Tensor features) {
    return head == null ? features : head.apply(headDrop.apply(features));
  }

  /** The class token or the mean of the other tokens, after the norm: [B, D']. */
  @Override
  public Tensor features(Tensor x) {
    Tensor tokens = encode(x); // [B, N, D']
    Tensor features =
        config.globalPool().equals("token")
            ? tokens.select(1, 0)
            : map(tokens).flatten(2, 3).mean(2);
    Trace.record("features", features);
    return features;
  }

  /** The tokens of the last stage after the norm: [B, D', h, w]. */
  @Override
  public Tensor featureMap(Tensor x) {
    return map(encode(x));
  }

  /** Arranges the tokens of the grid as a map: [B, N, D'] to [B, D', h, w]. */
  private Tensor map(Tensor tokens) {
    int[] grid = config.grid();
    Tensor map =
        tokens
            .narrow(1, config.classToken() ? 1 : 0, (long) grid[0] * grid[1])
            .transpose(1, 2)
            .reshape(tokens.size(0), config.features(), grid[0], grid[1]);
    Trace.record("feature_map", map);
    return map;
  }

  @Override
  public int mapChannels() {
    return config.features();
  }

  @Override
  public int[] mapStride() {
    int stride = config.patchStride() << (config.depths().size() - 1);
    return new int[] {stride, stride};
  }

  /** Maps pixels to the tokens after the last norm: [B, N, D']. */
  private Tensor encode(Tensor x) {
    checkInput(x);
    Tensor grid = patchEmbed.apply(x); // [B, D, h, w]
    Trace.record("patch_embed.grid", grid);
    Tensor tokens = grid.flatten(2, 3).transpose(1, 2); // [B, h w, D]
    if (clsToken != null) {
      tokens = Ops.cat(1, clsToken.expand(x.size(0), 1, config.embedDim()), tokens);
    }
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
  public MvitConfig config() {
    return config;
  }

  @Override
  public Family family() {
    return FAMILY;
  }

  @Override
  public Set<String> noWeightDecay() {
    Set<String> names = new HashSet<>(Set.of("cls_token"));
    for (MvitConfig.Block block : config.blocks()) {
      names.add(block.name() + ".attn.rel_pos_h");
      names.add(block.name() + ".attn.rel_pos_w");
    }
    return names;
  }

  /** timm builds its own sizes only, by their names. */
  @Override
  public TimmConfig timmConfig() {
    Map<String, Object> args = new LinkedHashMap<>(args());
    args.keySet().retainAll(MvitInterop.TIMM_ARGUMENTS);
    return new TimmConfig(
        MvitFamily.variant(config).orElse(name()),
        args,
        config.features(),
        config.globalPool(),
        "patch_embed.proj",
        "head.fc",
        true);
  }
}
