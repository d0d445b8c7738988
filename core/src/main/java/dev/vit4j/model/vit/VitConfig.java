package dev.vit4j.model.vit;

import dev.vit4j.model.Args;
import dev.vit4j.model.ModelConfig;
import dev.vit4j.nn.Activation;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of timm's {@code VisionTransformer} constructor.
 *
 * @param imgSize height and width of the images, pixels
 * @param patchSize height and width of a patch, divisors of the image size
 * @param inChans channels of the images
 * @param numClasses number of classes; 0 for no head
 * @param embedDim width D of the tokens
 * @param depth number of blocks
 * @param numHeads number of attention heads, a divisor of D
 * @param mlpRatio hidden width of the MLP as a factor of D
 * @param qkvBias whether q, k and v have biases
 * @param qkNorm whether queries and keys of each head are normalized
 * @param projBias whether the attention's projection and the MLP have biases
 * @param classToken whether there is a class token
 * @param noEmbedClass whether only patches have position embeddings, not the tokens before them
 * @param regTokens number of register tokens (Darcet et al. 2023)
 * @param globalPool what the head reads: {@code token} (the class token), {@code avg} (the mean of
 *     the patches), {@code map} (attention pooling), or {@code token_avg} (class token and mean
 *     side by side, as transformers' DINOv2; timm has no such head)
 * @param poolIncludePrefix whether {@code avg} and {@code map} also read the tokens before the
 *     patches
 * @param initValues initial value of LayerScale, or null for no LayerScale
 * @param preNorm whether there is a norm before the blocks (CLIP); the patch projection then has no
 *     bias
 * @param fcNorm whether the final norm is after pooling; timm's default with {@code avg}
 * @param representationSize width of a layer with tanh before the head (the ViT paper's
 *     pre-training; torchvision's {@code representation_size}); 0 for none
 * @param mlpLayer {@code mlp}, or {@code swiglu_packed} for an MLP with a gate (DINOv2 giant),
 *     whose {@code mlp_ratio} counts both halves
 * @param act activation in the MLP; by default GELU, with a gate SiLU
 * @param normEps eps of every norm
 * @param dropRate dropout before the head
 * @param posDropRate dropout after the positions are added
 * @param projDropRate dropout after the attention's projection and in the MLP
 * @param attnDropRate dropout on attention probabilities
 * @param dropPathRate stochastic depth rate of the last block; it increases linearly from 0
 * @param distilled whether there is a distillation token with its own head (DeiT)
 * @param weightInit {@code default} (truncated normal 0.02) or {@code jax} (Xavier; better for
 *     narrow models)
 */
public record VitConfig(
    int[] imgSize,
    int[] patchSize,
    int inChans,
    int numClasses,
    int embedDim,
    int depth,
    int numHeads,
    double mlpRatio,
    boolean qkvBias,
    boolean qkNorm,
    boolean projBias,
    boolean classToken,
    boolean noEmbedClass,
    int regTokens,
    String globalPool,
    boolean poolIncludePrefix,
    @Nullable Double initValues,
    boolean preNorm,
    boolean fcNorm,
    int representationSize,
    String mlpLayer,
    Activation act,
    double normEps,
    double dropRate,
    double posDropRate,
    double projDropRate,
    double attnDropRate,
    double dropPathRate,
    boolean distilled,
    String weightInit)
    implements ModelConfig {

  /** The value of {@code mlp_layer} for an MLP with a gate. */
  static final String SWIGLU = "swiglu_packed";

  private static final List<String> ACTIVATIONS =
      Arrays.stream(Activation.values()).map(Activation::toString).toList();

  /** Checks that the values are consistent. */
  public VitConfig {
    checkDivides("image height", imgSize[0], patchSize[0]);
    checkDivides("image width", imgSize[1], patchSize[1]);
    if (embedDim % numHeads != 0) {
      throw new IllegalArgumentException(
          "embed_dim %d is not divisible by num_heads %d: use %s heads or embed_dim %s"
              .formatted(
                  embedDim,
                  numHeads,
                  nearestDivisors(embedDim, numHeads),
                  around(embedDim, numHeads)));
    }
    if (globalPool.startsWith("token") && !classToken) {
      throw new IllegalArgumentException(
          "global_pool %s needs class_token true; without one use global_pool avg"
              .formatted(globalPool));
    }
    if (globalPool.equals("token_avg") && fcNorm) {
      throw new IllegalArgumentException("global_pool token_avg needs fc_norm false");
    }
    boolean token = globalPool.equals("token");
    if (distilled && (!classToken || !token || fcNorm || noEmbedClass || representationSize > 0)) {
      throw new IllegalArgumentException(
          "a distilled model needs class_token true, global_pool token, fc_norm false, no_embed_class false and representation_size 0");
    }
    if (mlpLayer.equals(SWIGLU) && (int) (embedDim * mlpRatio) % 2 != 0) {
      throw new IllegalArgumentException(
          "mlp_layer %s needs an even hidden width, not %d: change mlp_ratio"
              .formatted(SWIGLU, (int) (embedDim * mlpRatio)));
    }
    if (Math.round(embedDim * mlpRatio) < 1) {
      throw new IllegalArgumentException(
          "mlp_ratio " + mlpRatio + " leaves no hidden unit at embed_dim " + embedDim);
    }
  }

  /**
   * Parses constructor arguments; missing ones get timm's defaults (ViT-B/16 at 224 pixels).
   *
   * @param model name of the model, for messages
   * @throws IllegalArgumentException naming the argument, its value and the valid values
   */
  public static VitConfig of(String model, Map<String, ?> values) {
    Args a = new Args(model, values);
    String pool = a.word("global_pool", "token", List.of("token", "avg", "map", "token_avg"));
    Boolean fcNorm = a.optionalFlag("fc_norm");
    int[] img = a.pair("img_size", 224);
    int[] patch = a.pair("patch_size", 16);
    int inChans = a.integer("in_chans", 3, 1, 1024);
    int classes = a.integer("num_classes", 1000, 0, 1_000_000);
    int dim = a.integer("embed_dim", 768, 1, 16384);
    int depth = a.integer("depth", 12, 1, 256);
    int heads = a.integer("num_heads", 12, 1, 1024);
    double mlpRatio = a.number("mlp_ratio", 4, 0, 64);
    boolean qkvBias = a.flag("qkv_bias", true);
    boolean qkNorm = a.flag("qk_norm", false);
    boolean projBias = a.flag("proj_bias", true);
    boolean classToken = a.flag("class_token", true);
    boolean noEmbedClass = a.flag("no_embed_class", false);
    int regTokens = a.integer("reg_tokens", 0, 0, 1024);
    boolean poolIncludePrefix = a.flag("pool_include_prefix", false);
    Double initValues = a.optionalNumber("init_values");
    boolean preNorm = a.flag("pre_norm", false);
    int representationSize = a.integer("representation_size", 0, 0, 65536);
    String mlpLayer = a.word("mlp_layer", "mlp", List.of("mlp", SWIGLU));
    Activation act =
        Activation.named(a.word("act", mlpLayer.equals(SWIGLU) ? "silu" : "gelu", ACTIVATIONS));
    double eps = a.number("norm_eps", 1e-6, 0, 1);
    double drop = a.rate("drop_rate");
    double posDrop = a.rate("pos_drop_rate");
    double projDrop = a.rate("proj_drop_rate");
    double attnDrop = a.rate("attn_drop_rate");
    double dropPath = a.rate("drop_path_rate");
    boolean distilled = a.flag("distilled", false);
    String weightInit = a.word("weight_init", "default", List.of("default", "jax"));
    a.refuseUnknown();
    try {
      return new VitConfig(
          img,
          patch,
          inChans,
          classes,
          dim,
          depth,
          heads,
          mlpRatio,
          qkvBias,
          qkNorm,
          projBias,
          classToken,
          noEmbedClass,
          regTokens,
          pool,
          poolIncludePrefix,
          initValues,
          preNorm,
          fcNorm == null ? pool.equals("avg") : fcNorm,
          representationSize,
          mlpLayer,
          act,
          eps,
          drop,
          posDrop,
          projDrop,
          attnDrop,
          dropPath,
          distilled,
          weightInit);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(model + ": " + e.getMessage(), e);
    }
  }

  /** All arguments with their values, in constructor order. */
  @Override
  public Map<String, Object> toMap() {
    Map<String, Object> m = new LinkedHashMap<>();
    m.put("img_size", List.of(imgSize[0], imgSize[1]));
    m.put(
        "patch_size",
        patchSize[0] == patchSize[1] ? patchSize[0] : List.of(patchSize[0], patchSize[1]));
    m.put("in_chans", inChans);
    m.put("num_classes", numClasses);
    m.put("embed_dim", embedDim);
    m.put("depth", depth);
    m.put("num_heads", numHeads);
    m.put("mlp_ratio", mlpRatio);
    m.put("qkv_bias", qkvBias);
    putUnless(false, m, "qk_norm", qkNorm);
    m.put("proj_bias", projBias);
    m.put("class_token", classToken);
    putUnless(false, m, "no_embed_class", noEmbedClass);
    m.put("reg_tokens", regTokens);
    m.put("global_pool", globalPool);
    putUnless(false, m, "pool_include_prefix", poolIncludePrefix);
    if (initValues != null) {
      m.put("init_values", initValues);
    }
    m.put("pre_norm", preNorm);
    m.put("fc_norm", fcNorm);
    putUnless(0, m, "representation_size", representationSize);
    putUnless("mlp", m, "mlp_layer", mlpLayer);
    m.put("act", act.toString());
    m.put("norm_eps", normEps);
    m.put("drop_rate", dropRate);
    m.put("pos_drop_rate", posDropRate);
    m.put("proj_drop_rate", projDropRate);
    m.put("attn_drop_rate", attnDropRate);
    m.put("drop_path_rate", dropPathRate);
    m.put("distilled", distilled);
    m.put("weight_init", weightInit);
    return m;
  }

  /** Adds an argument unless it has its default value, so that usual models have few. */
  private static void putUnless(Object usual, Map<String, Object> m, String key, Object value) {
    if (!value.equals(usual)) {
      m.put(key, value);
    }
  }

  /**
   * The arguments of a model that only computes the tokens: no head, pooling or layer before the
   * head has parameters.
   */
  Map<String, Object> withoutHead() {
    Map<String, Object> m = new LinkedHashMap<>(toMap());
    m.put("num_classes", 0);
    m.remove("representation_size");
    if (globalPool.equals("map")) {
      m.put("global_pool", "avg"); // fc_norm stays as it is
    }
    return m;
  }

  /** Rows and columns of the patch grid. */
  public int[] grid() {
    return new int[] {imgSize[0] / patchSize[0], imgSize[1] / patchSize[1]};
  }

  /** Number of patches. */
  public int patches() {
    return grid()[0] * grid()[1];
  }

  /** Number of tokens before the patches: class, distillation and register tokens. */
  public int prefixTokens() {
    return (classToken ? 1 : 0) + (distilled ? 1 : 0) + regTokens;
  }

  /** Number of tokens before the patches that have a position embedding. */
  public int prefixPositions() {
    return noEmbedClass ? 0 : prefixTokens();
  }

  /** Length of the token sequence. */
  public int tokens() {
    return prefixTokens() + patches();
  }

  /** Whether the MLP has a gate. */
  boolean gated() {
    return mlpLayer.equals(SWIGLU);
  }

  /** Whether the tokens are pooled by attention. */
  boolean poolsByAttention() {
    return globalPool.equals("map");
  }

  /** Number of tokens, from the first, that {@code avg} and {@code map} do not read. */
  int skippedTokens() {
    return poolIncludePrefix ? 0 : prefixTokens();
  }

  /** Width of the vector that the head reads. */
  int featureDim() {
    return representationSize > 0 ? representationSize : pooledDim();
  }

  /** Width of the pooled tokens. */
  int pooledDim() {
    return globalPool.equals("token_avg") ? 2 * embedDim : embedDim;
  }

  /** Hidden width of the MLP; with a gate of both halves. */
  public int hiddenDim() {
    return (int) (embedDim * mlpRatio);
  }

  /** Number of heads that read tokens: 2 in the distilled form. */
  int heads() {
    return distilled ? 2 : 1;
  }

  /** Whether the heads read only the prefix tokens. */
  boolean readsPrefixOnly() {
    return globalPool.equals("token");
  }

  private static void checkDivides(String what, int size, int patch) {
    if (size % patch != 0) {
      throw new IllegalArgumentException(
          "%s %d is not divisible by patch size %d: use %s"
              .formatted(what, size, patch, around(size, patch)));
    }
  }

  /** The multiples of {@code step} next to a value: "224 or 240". */
  private static String around(int value, int step) {
    int below = value / step * step;
    return below == 0 ? "" + step : below + " or " + (below + step);
  }

  /** The divisors of {@code n} next to {@code d} on both sides. */
  private static String nearestDivisors(int n, int d) {
    int below = Math.min(d, n);
    while (n % below != 0) {
      below--;
    }
    int above = Math.min(d, n);
    while (n % above != 0) {
      above++;
    }
    return below == above ? "" + below : below + " or " + above;
  }
}
