package dev.vit4j.model.vit;

import dev.vit4j.model.Classifies;
import dev.vit4j.model.Family;
import dev.vit4j.model.FeatureMaps;
import dev.vit4j.model.Model;
import dev.vit4j.model.TimmConfig;
import dev.vit4j.nn.AttentionPoolLatent;
import dev.vit4j.nn.Dropout;
import dev.vit4j.nn.Encoder;
import dev.vit4j.nn.EncoderBlock;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.LayerNorm;
import dev.vit4j.nn.Linear;
import dev.vit4j.nn.PatchEmbed;
import dev.vit4j.nn.TokenTeam;
import dev.vit4j.nn.Trace;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The Vision Transformer (Dosovitskiy et al. 2021, arXiv 2010.11929) and its distilled form (DeiT,
 * Touvron et al. 2021): patches are projected to tokens, a transformer encoder processes them, and
 * a linear head reads the class token or the mean. Parameter names and values follow timm's {@code
 * VisionTransformer}. Names for {@link Trace}: {@code pixels}, {@code patches}, {@code
 * patch_embed.grid}, {@code patch_embed.flat}, {@code patch_embed}, {@code cls_token} (and {@code
 * dist_token}, {@code reg_token}), {@code tokens_with_cls}, {@code pos_embed}, {@code tokens},
 * {@code block.i}, {@code block.i.attention}, {@code norm}, {@code attn_pool.attention}, {@code
 * features}, {@code logits}.
 */
public final class Vit extends Model implements Classifies, FeatureMaps {
  /** Arguments that timm's constructor does not have. */
  private static final Set<String> NOT_TIMM =
      Set.of("norm_eps", "distilled", "weight_init", "mlp_layer", "representation_size");

  private static final double TIMM_EPS = 1e-6;
  private static final double CLIP_EPS = 1e-5;

  /** Layers between the last norm and the head. */
  private static final List<String> AFTER_NORM = List.of("attn_pool.", "fc_norm.", "pre_logits.");

  /** The ViT and DeiT family. */
  public static final Family FAMILY = new VitFamily();

  private final VitConfig config;
  private final PatchEmbed patchEmbed;
  private final @Nullable Tensor clsToken; // [1, 1, D]
  private final @Nullable Tensor distToken; // [1, 1, D]
  private final @Nullable Tensor regToken; // [1, R, D]
  private final Tensor posEmbed; // [1, N, D], or [1, N', D] with no_embed_class
  private final Dropout posDrop;
  private final @Nullable LayerNorm normPre;
  private final Encoder encoder;
  private final @Nullable LayerNorm norm;
  private final @Nullable AttentionPoolLatent attnPool;
  private final @Nullable LayerNorm fcNorm;
  private final @Nullable Linear preLogits; // [D -> R]
  private final Dropout headDrop;
  private final @Nullable Linear head; // [D -> K]
  private final @Nullable Linear headDist; // [D -> K]

  /** Creates a model with random weights. */
  public Vit(String name, VitConfig config, Init source) {
    super(name, config);
    Init init = config.weightInit().equals("jax") ? source.withXavier() : source;
    this.config = config;
    int dim = config.embedDim();
    int width = config.featureDim();
    this.clsToken =
        config.classToken() ? parameter("cls_token", init.normal(1e-6, 1, 1, dim)) : null;
    this.regToken =
        config.regTokens() > 0
            ? parameter("reg_token", init.normal(1e-6, 1, config.regTokens(), dim))
            : null;
    int positions = config.prefixPositions() + config.patches();
    this.posEmbed = parameter("pos_embed", init.truncNormal(0.02, 1, positions, dim));
    this.distToken =
        config.distilled() ? parameter("dist_token", init.truncNormal(0.02, 1, 1, dim)) : null;
    int[] patch = config.patchSize();
    this.patchEmbed =
        child(
            "patch_embed",
            new PatchEmbed(init, config.inChans(), dim, patch[0], patch[1], !config.preNorm()));
    this.posDrop = child("pos_drop", new Dropout(config.posDropRate()));
    this.normPre = config.preNorm() ? child("norm_pre", norm(init, config)) : null;
    List<EncoderBlock> blocks = new ArrayList<>();
    for (int i = 0; i < config.depth(); i++) {
      blocks.add(child("blocks." + i, block(init, config, i)));
    }
    this.encoder = new Encoder(blocks, "");
    this.norm = config.fcNorm() ? null : child("norm", norm(init, config));
    this.attnPool = config.poolsByAttention() ? child("attn_pool", attnPool(init, config)) : null;
    this.fcNorm = config.fcNorm() ? child("fc_norm", norm(init, config)) : null;
    this.preLogits =
        config.representationSize() > 0
            ? child("pre_logits.fc", new Linear(init, config.pooledDim(), width, true))
            : null;
    this.headDrop = child("head_drop", new Dropout(config.dropRate()));
    int classes = config.numClasses();
    this.head = classes > 0 ? child("head", new Linear(init, width, classes, true)) : null;
    this.headDist =
        classes > 0 && config.distilled()
            ? child("head_dist", new Linear(init, width, classes, true))
            : null;
  }

  private static AttentionPoolLatent attnPool(Init init, VitConfig c) {
    int dim = c.embedDim();
    return new AttentionPoolLatent(
        init, dim, c.numHeads(), (int) (dim * c.mlpRatio()), c.act(), c.normEps());
  }

  private static LayerNorm norm(Init init, VitConfig config) {
    return new LayerNorm(init, config.embedDim(), config.normEps());
  }

  /** The block of this index; the drop path rate increases with the index. */
  private static EncoderBlock block(Init init, VitConfig c, int index) {
    double dropPath = c.depth() == 1 ? 0 : c.dropPathRate() * index / (c.depth() - 1);
    return new EncoderBlock(EncoderBlock.Inits.same(init), blocks(c), dropPath);
  }

  static EncoderBlock.Config blocks(VitConfig c) {
    return new EncoderBlock.Config(
        c.embedDim(),
        c.numHeads(),
        c.hiddenDim(),
        c.qkvBias(),
        c.projBias(),
        c.initValues(),
        c.act(),
        c.normEps(),
        c.projDropRate(),
        c.attnDropRate(),
        false,
        EncoderBlock.Names.TIMM,
        c.qkNorm(),
        c.gated());
  }

  /** [B, C, H, W] to logits [B, K], or to features [B, D] if the model has no head. */
  @Override
  protected Tensor forward(Tensor x) {
    Tensor read = readTokens(x); // [B, D], or [B, 2, D] when distilled
    Tensor logits;
    if (head != null && headDist != null) {
      Tensor fromClass = head.apply(headDrop.apply(read.select(1, 0)));
      Tensor fromDist = headDist.apply(headDrop.apply(read.select(1, 1)));
      logits = fromClass.add(fromDist).mul(0.5); // [B, K]
    } else {
      logits = scores(pooled(read)); // [B, K]
    }
    Trace.record("logits", logits);
    return logits;
  }

  /** The input of the head, [B, D]; in the distilled form the mean of both heads' inputs. */
  @Override
  public Tensor features(Tensor x) {
    return pooled(readTokens(x));
  }

  @Override
  public Tensor scores(Tensor features) {
    if (headDist != null) {
      throw new IllegalStateException("the distilled form has two classifiers, with a vector each");
    }
    return head == null ? features : head.apply(features);
  }

  private Tensor pooled(Tensor read) {
    Tensor features = headDrop.apply(read.dim() == 3 ? read.mean(1) : read); // [B, D]
    Trace.record("features", features);
    return features;
  }

  /**
   * The patch tokens after the final norm: [B, D, H / p, W / p], without class, distillation and
   * register tokens. A norm after pooling is applied to every token.
   */
  @Override
  public Tensor featureMap(Tensor x) {
    Tensor tokens = encode(x, false); // [B, N, D]
    Tensor patches = tokens.narrow(1, config.prefixTokens(), config.patches());
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

  /**
   * Maps pixels to the normalized vector or vectors that the heads read (the paper's eqs. 1 to 4).
   */
  private Tensor readTokens(Tensor x) {
    // After the last block only the prefix tokens are read, so only they are computed there.
    return pool(encode(x, config.readsPrefixOnly() && !Trace.isOn()));
  }

  /**
   * Maps pixels to the tokens after the last block, normalized if the norm is before pooling.
   *
   * @param headsOnly whether the last block computes only the tokens that the heads read
   * @return [B, N, D], or [B, heads, D]
   */
  private Tensor encode(Tensor x, boolean headsOnly) {
    checkInput(x);
    Tensor embedded = embed(x); // [B, N, D]
    Tensor tokens =
        headsOnly ? encoder.forwardFirst(embedded, config.heads()) : encoder.forward(embedded);
    if (norm != null) {
      tokens = norm.apply(tokens);
      Trace.record("norm", tokens);
    }
    return tokens;
  }

  /** Maps [B, C, H, W] to tokens with positions, class token first: [B, N, D]. */
  private Tensor embed(Tensor x) {
    long b = x.size(0);
    Tensor patches = patchEmbed.apply(x); // [B, N', D]
    Trace.record("patch_embed", patches);
    List<Tensor> parts = new ArrayList<>();
    addToken("cls_token", clsToken, b, parts);
    addToken("dist_token", distToken, b, parts);
    addToken("reg_token", regToken, b, parts);
    parts.add(patches);
    Tensor all = parts.size() == 1 ? patches : Ops.cat(1, parts.toArray(new Tensor[0]));
    if (parts.size() > 1) {
      Trace.record("tokens_with_cls", all);
    }
    Tensor positions = positions(posEmbed, config); // [1, N, D]
    Trace.record("pos_embed", positions);
    Tensor tokens = posDrop.apply(all.add(positions)); // [B, N, D]
    if (normPre != null) {
      tokens = normPre.apply(tokens);
    }
    Trace.record("tokens", tokens);
    return tokens;
  }

  /** Adds zeros for tokens without positions: [1, N or N', D] to [1, N, D]. */
  static Tensor positions(Tensor posEmbed, VitConfig c) {
    int without = c.prefixTokens() - c.prefixPositions();
    Tensor zeros = posEmbed.narrow(1, 0, 1).zerosLike().expand(1, without, c.embedDim());
    return without == 0 ? posEmbed : Ops.cat(1, zeros, posEmbed);
  }

  /** Broadcasts a token to all images, without copies: [1, T, D] to [B, T, D]. */
  private static void addToken(String name, @Nullable Tensor token, long b, List<Tensor> to) {
    if (token != null) {
      Tensor expanded = token.expand(b, token.size(1), token.size(2));
      Trace.record(name, expanded);
      to.add(expanded);
    }
  }

  /** [B, N, D] to what the head reads, [B, F]; distilled: [B, 2, D]. */
  private Tensor pool(Tensor tokens) {
    if (config.distilled()) {
      return tokens.narrow(1, 0, 2);
    }
    int skipped = config.skippedTokens();
    Tensor pooled =
        switch (config.globalPool()) {
          case "token" -> tokens.select(1, 0);
          case "token_avg" -> Ops.cat(1, tokens.select(1, 0), mean(tokens, skipped));
          case "map" -> Objects.requireNonNull(attnPool).apply(from(tokens, skipped));
          default -> mean(tokens, skipped);
        };
    Tensor normed = fcNorm == null ? pooled : fcNorm.apply(pooled);
    return preLogits == null ? normed : Ops.tanh(preLogits.apply(normed));
  }

  private static Tensor mean(Tensor tokens, int skipped) {
    return from(tokens, skipped).mean(1);
  }

  private static Tensor from(Tensor tokens, int skipped) {
    return tokens.narrow(1, skipped, tokens.size(1) - skipped);
  }

  /** The configuration of the model. */
  public VitConfig config() {
    return config;
  }

  @Override
  public Family family() {
    return FAMILY;
  }

  @Override
  public boolean sharesTokens() {
    return TokenTeam.pays(config.tokens());
  }

  @Override
  public Set<String> noWeightDecay() {
    return Set.of("pos_embed", "cls_token", "dist_token", "reg_token");
  }

  /** Whether timm's model of {@link #timmConfig} has this eps, which is not an argument there. */
  public boolean hasTimmsEps() {
    return config.normEps() == TIMM_EPS
        || (config.normEps() == CLIP_EPS && !config.distilled() && !config.gated());
  }

  /** A timm model with the same eps; the arguments override all its sizes. */
  @Override
  public TimmConfig timmConfig() {
    Map<String, Object> modelArgs = new LinkedHashMap<>();
    args()
        .forEach(
            (name, value) -> {
              if (!NOT_TIMM.contains(name)) {
                modelArgs.put(name.equals("act") ? "act_layer" : name, value);
              }
            });
    return new TimmConfig(
        architecture(),
        modelArgs,
        config.featureDim(),
        config.globalPool(),
        "patch_embed.proj",
        "head",
        true);
  }

  private String architecture() {
    if (!hasTimmsHead()) {
      return name();
    }
    if (config.gated()) {
      return "vit_giant_patch14_dinov2";
    }
    return config.distilled()
        ? "deit_tiny_distilled_patch16_224"
        : config.normEps() == CLIP_EPS ? "vit_base_patch16_clip_224" : "vit_tiny_patch16_224";
  }

  /** Whether timm has a head that reads the tokens as this model's. */
  boolean hasTimmsHead() {
    return preLogits == null && !config.globalPool().equals("token_avg");
  }

  @Override
  public List<String> classifier() {
    if (head == null) {
      return List.of();
    }
    return headDist == null ? List.of("head") : List.of("head", "head_dist");
  }

  /** timm assigns {@code norm} to the last block, but what comes after it to the head. */
  @Override
  public Map<String, Integer> layers() {
    Map<String, Integer> layers = super.layers();
    layers.replaceAll(
        (name, layer) -> AFTER_NORM.stream().anyMatch(name::startsWith) ? layer + 1 : layer);
    return layers;
  }
}
