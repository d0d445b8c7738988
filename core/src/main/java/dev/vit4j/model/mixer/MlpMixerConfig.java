package dev.vit4j.model.mixer;

import dev.vit4j.model.Args;
import dev.vit4j.model.ModelConfig;
import dev.vit4j.nn.Activation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The arguments of timm's {@code MlpMixer} constructor.
 *
 * @param imgSize height and width of the images, pixels; at least one patch
 * @param patchSize height and width of a patch; incomplete patches at the right and bottom edges
 *     are ignored
 * @param inChans channels of the images
 * @param numClasses number of classes; 0 for no head
 * @param embedDim width D of the tokens
 * @param numBlocks number of blocks
 * @param mlpRatio hidden widths of the token MLP and the channel MLP, as factors of D
 * @param act activation in the MLPs: {@code gelu} as in timm, or {@code gelu_tanh} as in Google's
 *     code
 * @param dropRate dropout before the head
 * @param projDropRate dropout in the MLPs
 * @param dropPathRate stochastic depth rate, equal for all blocks
 * @param nlhb whether the head's biases are initialized to -ln(classes), for sigmoid losses
 */
public record MlpMixerConfig(
    int[] imgSize,
    int[] patchSize,
    int inChans,
    int numClasses,
    int embedDim,
    int numBlocks,
    double[] mlpRatio,
    Activation act,
    double dropRate,
    double projDropRate,
    double dropPathRate,
    boolean nlhb)
    implements ModelConfig {

  /** Checks that the values are consistent. */
  public MlpMixerConfig {
    for (int i = 0; i < 2; i++) {
      if (imgSize[i] < patchSize[i]) {
        throw new IllegalArgumentException(
            "image %s %d is below the patch size %d: not one patch fits"
                .formatted(i == 0 ? "height" : "width", imgSize[i], patchSize[i]));
      }
      if ((int) (embedDim * mlpRatio[i]) < 1) {
        throw new IllegalArgumentException(
            "mlp_ratio " + mlpRatio[i] + " leaves no hidden unit at embed_dim " + embedDim);
      }
    }
  }

  /**
   * Parses constructor arguments; missing ones get timm's defaults (Mixer-S/16 at 224 pixels).
   *
   * @param model name of the model, for messages
   * @throws IllegalArgumentException naming the argument, its value and the valid values
   */
  public static MlpMixerConfig of(String model, Map<String, ?> args) {
    Args a = new Args(model, args);
    int[] img = a.pair("img_size", 224);
    int[] patch = a.pair("patch_size", 16);
    int inChans = a.integer("in_chans", 3, 1, 1024);
    int classes = a.integer("num_classes", 1000, 0, 1_000_000);
    int dim = a.integer("embed_dim", 512, 1, 16384);
    int blocks = a.integer("num_blocks", 8, 1, 256);
    double[] ratio = a.ratios("mlp_ratio", 0.5, 4);
    Activation act = Activation.named(a.word("act", "gelu", List.of("gelu", "gelu_tanh")));
    a.word("global_pool", "avg", List.of("avg"));
    double drop = a.rate("drop_rate");
    double projDrop = a.rate("proj_drop_rate");
    double dropPath = a.rate("drop_path_rate");
    boolean nlhb = a.flag("nlhb", false);
    a.refuseUnknown();
    try {
      return new MlpMixerConfig(
          img, patch, inChans, classes, dim, blocks, ratio, act, drop, projDrop, dropPath, nlhb);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(model + ": " + e.getMessage(), e);
    }
  }

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
    m.put("num_blocks", numBlocks);
    m.put("mlp_ratio", List.of(mlpRatio[0], mlpRatio[1]));
    m.put("act", act.toString());
    m.put("global_pool", "avg");
    m.put("drop_rate", dropRate);
    m.put("proj_drop_rate", projDropRate);
    m.put("drop_path_rate", dropPathRate);
    m.put("nlhb", nlhb);
    return m;
  }

  /** Rows and columns of patches. */
  public int[] grid() {
    return new int[] {imgSize[0] / patchSize[0], imgSize[1] / patchSize[1]};
  }

  /** Number N of tokens. */
  public int tokens() {
    return grid()[0] * grid()[1];
  }

  /** Hidden width of the token MLP. */
  int tokensDim() {
    return (int) (embedDim * mlpRatio[0]);
  }

  /** Hidden width of the channel MLP. */
  int channelsDim() {
    return (int) (embedDim * mlpRatio[1]);
  }
}
