package dev.vit4j.model.spikformer;

import dev.vit4j.model.Args;
import dev.vit4j.model.ModelConfig;
import dev.vit4j.nn.spiking.NeuronConfig;
import dev.vit4j.nn.spiking.SpikingEncoder;
import dev.vit4j.nn.spiking.Surrogate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The constructor arguments of a Spikformer, with the names of the authors' code where it has them.
 *
 * @param imgSize height and width of the images, pixels; divisible by the patch size
 * @param patchSize pixels of a token, both ways: 1, 2, 4, 8 or 16; the last stages of the patch
 *     splitting are pooled, each to half, 4 as in the authors' code for CIFAR, 16 for ImageNet
 * @param inChans channels of the images
 * @param numClasses number of classes; 0 for no head
 * @param embedDim width D of the tokens, divisible by 8: the stages have D/8, D/4, D/2 and D
 *     channels
 * @param depth number of blocks
 * @param numHeads number of attention heads, a divisor of D
 * @param mlpRatio hidden width of the MLP as a factor of D
 * @param qkvBias whether queries, keys and values have biases: in the authors' code those for CIFAR
 *     do, those for ImageNet do not
 * @param timeSteps number T of time steps
 * @param neurons settings of all neurons; those after the attention have half the threshold
 */
public record SpikformerConfig(
    int[] imgSize,
    int patchSize,
    int inChans,
    int numClasses,
    int embedDim,
    int depth,
    int numHeads,
    double mlpRatio,
    boolean qkvBias,
    int timeSteps,
    NeuronConfig neurons)
    implements ModelConfig {
  /** Stages of the patch splitting. */
  static final int STAGES = 4;

  private static final List<Integer> PATCHES = List.of(1, 2, 4, 8, 16);
  private static final int NARROWEST = 8; // the first stage has D / 8 channels

  /** Checks that the values are consistent. */
  public SpikformerConfig {
    if (!PATCHES.contains(patchSize)) {
      throw new IllegalArgumentException("patch_size must be 1, 2, 4, 8 or 16, not " + patchSize);
    }
    for (int i = 0; i < 2; i++) {
      if (imgSize[i] % patchSize != 0) {
        int lower = imgSize[i] / patchSize * patchSize;
        throw new IllegalArgumentException(
            "image %s %d is not divisible by the patch size %d: use %s%d"
                .formatted(
                    i == 0 ? "height" : "width",
                    imgSize[i],
                    patchSize,
                    lower == 0 ? "" : lower + " or ",
                    lower + patchSize));
      }
    }
    if (embedDim % NARROWEST != 0) {
      throw new IllegalArgumentException(
          "embed_dim %d is not divisible by 8: the stages have 1/8, 1/4, 1/2 and all of its channels"
              .formatted(embedDim));
    }
    blocks(embedDim, depth, numHeads, mlpRatio, timeSteps, qkvBias, neurons); // checks the others
  }

  private static SpikingEncoder.Config blocks(
      int dim, int depth, int heads, double ratio, int steps, boolean bias, NeuronConfig neurons) {
    return new SpikingEncoder.Config(dim, depth, heads, ratio, steps, bias, neurons);
  }

  /**
   * Parses constructor arguments; missing ones default to the authors' Spikformer-4-384 for CIFAR.
   *
   * @param model name of the model, for messages
   * @throws IllegalArgumentException naming the argument, its value and the valid values
   */
  public static SpikformerConfig of(String model, Map<String, ?> values) {
    Args a = new Args(model, values);
    int[] img = a.pair("img_size", 32);
    int patch = a.integer("patch_size", 4, 1, 16);
    int inChans = a.integer("in_chans", 3, 1, 1024);
    int classes = a.integer("num_classes", 10, 0, 1_000_000);
    int dim = a.integer("embed_dim", 384, 1, 16384);
    int depth = a.integer("depth", 4, 1, 256);
    int heads = a.integer("num_heads", 12, 1, 1024);
    double ratio = a.number("mlp_ratio", 4, 0, 64);
    boolean bias = a.flag("qkv_bias", true);
    int steps = a.integer("T", 4, 1, 1024);
    boolean leaky = a.word("neuron", "lif", List.of("lif", "if")).equals("lif");
    double tau = a.number("tau", 2, 1, 1000);
    double threshold = a.number("v_threshold", 1, 1e-3, 1000);
    boolean hard = a.word("reset", "hard", List.of("hard", "soft")).equals("hard");
    boolean detach = a.flag("detach_reset", true);
    String surrogate = a.word("surrogate", "sigmoid", Surrogate.NAMES);
    double alpha = a.number("alpha", surrogate.equals("atan") ? 2 : 4, 1e-3, 1000);
    a.refuseUnknown();
    try {
      NeuronConfig neurons =
          new NeuronConfig(
              leaky ? tau : null,
              true,
              threshold,
              hard ? 0.0 : null,
              detach,
              Surrogate.named(surrogate, alpha));
      return new SpikformerConfig(
          img, patch, inChans, classes, dim, depth, heads, ratio, bias, steps, neurons);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(model + ": " + e.getMessage(), e);
    }
  }

  @Override
  public Map<String, Object> toMap() {
    Map<String, Object> m = new LinkedHashMap<>();
    m.put("img_size", List.of(imgSize[0], imgSize[1]));
    m.put("patch_size", patchSize);
    m.put("in_chans", inChans);
    m.put("num_classes", numClasses);
    m.put("embed_dim", embedDim);
    m.put("depth", depth);
    m.put("num_heads", numHeads);
    m.put("mlp_ratio", mlpRatio);
    m.put("qkv_bias", qkvBias);
    m.put("T", timeSteps);
    m.put("neuron", neurons.tau() == null ? "if" : "lif");
    if (neurons.tau() != null) {
      m.put("tau", neurons.tau());
    }
    m.put("v_threshold", neurons.vThreshold());
    m.put("reset", neurons.vReset() == null ? "soft" : "hard");
    m.put("detach_reset", neurons.detachReset());
    m.put("surrogate", neurons.surrogate().shape().toString());
    m.put("alpha", neurons.surrogate().alpha());
    return m;
  }

  /** The configuration of the blocks. */
  SpikingEncoder.Config blocks() {
    return blocks(embedDim, depth, numHeads, mlpRatio, timeSteps, qkvBias, neurons);
  }

  /** Rows and columns of tokens. */
  public int[] grid() {
    return new int[] {imgSize[0] / patchSize, imgSize[1] / patchSize};
  }

  /** Number N of tokens. */
  public int tokens() {
    return grid()[0] * grid()[1];
  }

  /** Channels of a stage of the patch splitting, 0 to 3. */
  int channels(int stage) {
    return embedDim >> (STAGES - 1 - stage);
  }

  /** Whether a max-pool halves the output of a stage: the last ones, as many as the patch needs. */
  boolean pools(int stage) {
    return STAGES - stage <= Integer.numberOfTrailingZeros(patchSize);
  }
}
