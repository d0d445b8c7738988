package dev.vit4j.model.vit;

import dev.vit4j.model.Args;
import dev.vit4j.model.ModelConfig;
import dev.vit4j.nn.Activation;
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
 * @param projBias whether the attention's projection and the MLP have biases
 * @param classToken whether there is a class token
 * @param regTokens number of register tokens (Darcet et al. 2023)
 * @param globalPool {@code token} (read the class token) or {@code avg} (mean of the patches)
 * @param initValues initial value of LayerScale, or null for no LayerScale
 * @param preNorm whether there is a norm before the blocks (CLIP); the patch projection then has no
 *     bias
 * @param fcNorm whether the final norm is after pooling; timm's default with {@code avg}
 * @param act activation in the MLP
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
    boolean projBias,
    boolean classToken,
    int regTokens,
    String globalPool,
    @Nullable Double initValues,
    boolean preNorm,
    boolean fcNorm,
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
    if (globalPool.equals("token") && !classToken) {
      throw new IllegalArgumentException(
          "global_pool token needs class_token true; without one use global_pool avg");
    }
    if (distilled && (!classToken || !globalPool.equals("token") || fcNorm)) {
      throw new IllegalArgumentException(
          "a distilled model needs class_token true, global_pool token and fc_norm false");
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
    String pool = a.word("global_pool", "token", List.of("token", "avg"));
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
    boolean projBias = a.flag("proj_bias", true);
    boolean classToken = a.flag("class_token", true);
    int regTokens = a.integer("reg_tokens", 0, 0, 1024);
    Double initValues = a.optionalNumber("init_values");
    boolean preNorm = a.flag("pre_norm", false);
    Activation act = Activation.named(a.word("act", "gelu", List.of("gelu", "quick_gelu", "relu")));
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
          projBias,
          classToken,
          regTokens,
          pool,
          initValues,
          preNorm,
          fcNorm == null ? pool.equals("avg") : fcNorm,
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
    m.put("proj_bias", projBias);
    m.put("class_token", classToken);
    m.put("reg_tokens", regTokens);
    m.put("global_pool", globalPool);
    if (initValues != null) {
      m.put("init_values", initValues);
    }
    m.put("pre_norm", preNorm);
    m.put("fc_norm", fcNorm);
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

  /** Length of the token sequence. */
  public int tokens() {
    return prefixTokens() + patches();
  }

  /** Hidden width of the MLP. */
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
