package dev.vit4j.model.cct;

import dev.vit4j.model.Args;
import dev.vit4j.model.ModelConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The constructor arguments of a Compact Convolutional Transformer.
 *
 * @param imgSize height and width of the images, pixels
 * @param inChans channels of the images
 * @param numClasses number of classes; 0 for no head
 * @param convLayers convolutions of the tokenizer, each followed by a max-pool that halves the
 *     image
 * @param embedDim width D of the tokens
 * @param depth number of blocks
 * @param numHeads number of attention heads, a divisor of D
 * @param mlpRatio hidden width of the MLP as a factor of D
 * @param positions {@code learnable}, {@code sine} (fixed) or {@code none}
 * @param dropRate dropout on tokens, after the attention's projection and in the MLP
 * @param attnDropRate dropout on attention probabilities
 * @param dropPathRate stochastic depth rate of the last block; it increases linearly from 0
 */
public record CctConfig(
    int[] imgSize,
    int inChans,
    int numClasses,
    int convLayers,
    int embedDim,
    int depth,
    int numHeads,
    double mlpRatio,
    String positions,
    double dropRate,
    double attnDropRate,
    double dropPathRate)
    implements ModelConfig {

  /** Checks that the values are consistent. */
  public CctConfig {
    if (embedDim % numHeads != 0) {
      throw new IllegalArgumentException(
          "embed_dim %d is not divisible by num_heads %d".formatted(embedDim, numHeads));
    }
    if ((int) (embedDim * mlpRatio) < 1) {
      throw new IllegalArgumentException(
          "mlp_ratio " + mlpRatio + " leaves no hidden unit at embed_dim " + embedDim);
    }
  }

  /**
   * Parses constructor arguments; missing ones default to the paper's CCT-7/3x1 for CIFAR, with the
   * rates of the authors' code.
   *
   * @param model name of the model, for messages
   * @throws IllegalArgumentException naming the argument, its value and the valid values
   */
  public static CctConfig of(String model, Map<String, ?> values) {
    Args a = new Args(model, values);
    int[] img = a.pair("img_size", 32);
    int inChans = a.integer("in_chans", 3, 1, 1024);
    int classes = a.integer("num_classes", 10, 0, 1_000_000);
    int convLayers = a.integer("n_conv_layers", 1, 1, 8);
    int dim = a.integer("embed_dim", 256, 1, 16384);
    int depth = a.integer("depth", 7, 1, 256);
    int heads = a.integer("num_heads", 4, 1, 1024);
    double mlpRatio = a.number("mlp_ratio", 2, 0, 64);
    String positions =
        a.word("positional_embedding", "learnable", List.of("learnable", "sine", "none"));
    double drop = a.rate("drop_rate");
    double attnDrop = a.rate("attn_drop_rate", 0.1);
    double dropPath = a.rate("drop_path_rate", 0.1);
    a.refuseUnknown();
    try {
      return new CctConfig(
          img,
          inChans,
          classes,
          convLayers,
          dim,
          depth,
          heads,
          mlpRatio,
          positions,
          drop,
          attnDrop,
          dropPath);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(model + ": " + e.getMessage(), e);
    }
  }

  @Override
  public Map<String, Object> toMap() {
    Map<String, Object> m = new LinkedHashMap<>();
    m.put("img_size", List.of(imgSize[0], imgSize[1]));
    m.put("in_chans", inChans);
    m.put("num_classes", numClasses);
    m.put("n_conv_layers", convLayers);
    m.put("embed_dim", embedDim);
    m.put("depth", depth);
    m.put("num_heads", numHeads);
    m.put("mlp_ratio", mlpRatio);
    m.put("positional_embedding", positions);
    m.put("drop_rate", dropRate);
    m.put("attn_drop_rate", attnDropRate);
    m.put("drop_path_rate", dropPathRate);
    return m;
  }

  /** Rows and columns of the token grid. */
  public int[] grid() {
    return new int[] {pooled(imgSize[0]), pooled(imgSize[1])};
  }

  /** Length of the token sequence. */
  public int tokens() {
    return grid()[0] * grid()[1];
  }

  private int pooled(int side) {
    int left = side;
    for (int i = 0; i < convLayers; i++) {
      left = (left + 1) / 2; // 3x3 max-pool, stride 2, padding 1
    }
    return left;
  }

  /** Hidden width of the MLP. */
  int hiddenDim() {
    return (int) (embedDim * mlpRatio);
  }
}
