package dev.vit4j.model.beit;

import dev.vit4j.model.Args;
import dev.vit4j.model.ModelConfig;
import dev.vit4j.nn.Activation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of timm's {@code Beit} and {@code Eva} constructors.
 *
 * @param imgSize height and width of the images, pixels
 * @param patchSize height and width of a patch, divisors of the image size
 * @param inChans channels of the images
 * @param numClasses number of classes; 0 for no head
 * @param globalPool {@code avg} (mean of the patches) or {@code token} (class token)
 * @param embedDim width D of the tokens
 * @param depth number of blocks
 * @param numHeads number of attention heads, a divisor of D
 * @param qkvBias whether q and v have biases
 * @param mlpRatio hidden width of the MLP as a factor of D
 * @param initValues initial value of LayerScale, or null for no LayerScale
 * @param useAbsPosEmb whether there are position embeddings
 * @param useRelPosBias whether every block has a table of relative position biases
 * @param useSharedRelPosBias whether all blocks share such a table
 * @param useFcNorm whether the final norm is after pooling; timm's default with {@code avg}
 * @param act activation in the MLP
 * @param normEps eps of every norm
 * @param dropRate dropout before the head
 * @param posDropRate dropout after the embedding
 * @param projDropRate dropout after the attention's projection and in the MLP
 * @param attnDropRate dropout on attention probabilities
 * @param dropPathRate stochastic depth rate of the last block; it increases linearly from 0
 * @param eva parts of EVA-02
 */
public record BeitConfig(
    int[] imgSize,
    int[] patchSize,
    int inChans,
    int numClasses,
    String globalPool,
    int embedDim,
    int depth,
    int numHeads,
    boolean qkvBias,
    double mlpRatio,
    @Nullable Double initValues,
    boolean useAbsPosEmb,
    boolean useRelPosBias,
    boolean useSharedRelPosBias,
    boolean useFcNorm,
    Activation act,
    double normEps,
    double dropRate,
    double posDropRate,
    double projDropRate,
    double attnDropRate,
    double dropPathRate,
    EvaParts eva)
    implements ModelConfig {
  /** Checks that the values are consistent. */
  public BeitConfig {
    if (embedDim % numHeads != 0) {
      throw new IllegalArgumentException(
          "embed_dim %d is not divisible by num_heads %d".formatted(embedDim, numHeads));
    }
    if ((int) (embedDim * mlpRatio) < 1) {
      throw new IllegalArgumentException(
          "mlp_ratio " + mlpRatio + " leaves no hidden unit at embed_dim " + embedDim);
    }
    if (eva.useRotPosEmb() && embedDim / numHeads % 4 != 0) {
      throw new IllegalArgumentException(
          "use_rot_pos_emb needs heads whose width is divisible by 4, not %d"
              .formatted(embedDim / numHeads));
    }
    for (int side = 0; side < 2; side++) {
      if (imgSize[side] % patchSize[side] != 0) {
        throw new IllegalArgumentException(
            "img_size %d is not divisible by patch_size %d"
                .formatted(imgSize[side], patchSize[side]));
      }
    }
  }

  /**
   * Parses constructor arguments; missing ones get timm's defaults.
   *
   * @param model name of the model, for messages
   * @throws IllegalArgumentException naming the argument, its value and the valid values
   */
  public static BeitConfig of(String model, Map<String, ?> values) {
    Args a = new Args(model, values);
    String pool = a.word("global_pool", "avg", List.of("avg", "token"));
    try {
      BeitConfig config =
          new BeitConfig(
              a.pair("img_size", 224),
              a.pair("patch_size", 16),
              a.integer("in_chans", 3, 1, 1024),
              a.integer("num_classes", 1000, 0, 1_000_000),
              pool,
              a.integer("embed_dim", 768, 1, 16384),
              a.integer("depth", 12, 1, 256),
              a.integer("num_heads", 12, 1, 1024),
              a.flag("qkv_bias", true),
              a.number("mlp_ratio", 4, 0, 64),
              a.optionalNumber("init_values"),
              a.flag("use_abs_pos_emb", true),
              a.flag("use_rel_pos_bias", false),
              a.flag("use_shared_rel_pos_bias", false),
              a.flag("use_fc_norm", pool.equals("avg")),
              Activation.named(a.text("act", "gelu")),
              a.number("norm_eps", 1e-6, 0, 1),
              a.rate("drop_rate"),
              a.rate("pos_drop_rate"),
              a.rate("proj_drop_rate"),
              a.rate("attn_drop_rate"),
              a.rate("drop_path_rate"),
              EvaParts.of(a));
      a.refuseUnknown();
      return config;
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      throw message.startsWith(model + ": ")
          ? e
          : new IllegalArgumentException(model + ": " + message, e);
    }
  }

  @Override
  public Map<String, Object> toMap() {
    Map<String, Object> m = new LinkedHashMap<>();
    m.put("img_size", List.of(imgSize[0], imgSize[1]));
    m.put("patch_size", List.of(patchSize[0], patchSize[1]));
    m.put("in_chans", inChans);
    m.put("num_classes", numClasses);
    m.put("global_pool", globalPool);
    m.put("embed_dim", embedDim);
    m.put("depth", depth);
    m.put("num_heads", numHeads);
    m.put("qkv_bias", qkvBias);
    m.put("mlp_ratio", mlpRatio);
    if (initValues != null) {
      m.put("init_values", initValues);
    }
    m.put("use_abs_pos_emb", useAbsPosEmb);
    m.put("use_rel_pos_bias", useRelPosBias);
    m.put("use_shared_rel_pos_bias", useSharedRelPosBias);
    m.put("use_fc_norm", useFcNorm);
    m.put("act", act.toString());
    m.put("norm_eps", normEps);
    m.put("drop_rate", dropRate);
    m.put("pos_drop_rate", posDropRate);
    m.put("proj_drop_rate", projDropRate);
    m.put("attn_drop_rate", attnDropRate);
    m.put("drop_path_rate", dropPathRate);
    eva.addTo(m);
    return m;
  }

  /** Rows and columns of the patch grid. */
  int[] grid() {
    return new int[] {imgSize[0] / patchSize[0], imgSize[1] / patchSize[1]};
  }

  /** Number of patches. */
  int patches() {
    return grid()[0] * grid()[1];
  }

  /** Hidden width of the MLP. */
  int hiddenDim() {
    return (int) (embedDim * mlpRatio);
  }

  /** How queries and keys are rotated; null for not at all. */
  @Nullable Rotation rotation() {
    return eva.useRotPosEmb()
        ? new Rotation(grid(), eva.refFeatShape(), embedDim / numHeads)
        : null;
  }

  boolean readsMean() {
    return globalPool.equals("avg");
  }
}
