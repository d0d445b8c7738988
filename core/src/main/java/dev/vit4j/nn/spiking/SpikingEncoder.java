package dev.vit4j.nn.spiking;

import dev.vit4j.nn.BatchNorm2d;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.Module;
import dev.vit4j.nn.Trace;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Spikformer's blocks in place of a transformer encoder (Zhou et al. 2023, arXiv 2209.15425): real
 * tokens are normalized and shown to neurons at every time step (direct coding), the blocks compute
 * with the spikes, and the result is the mean over time. Names for {@link Trace}: {@code block.i},
 * averaged over time, and {@code block.i.attention}.
 */
public final class SpikingEncoder extends Module {
  private final Config config;
  private final BatchNorm2d norm;
  private final SpikingNeurons lif;
  private final List<SpikingBlock> blocks = new ArrayList<>();

  /**
   * The size of the encoder.
   *
   * @param dim width D of the tokens, divisible by the heads
   * @param depth number of blocks
   * @param heads attention heads
   * @param mlpRatio hidden width of the MLP as a factor of D
   * @param timeSteps number T of time steps, at least 1
   * @param qkvBias whether queries, keys and values have biases, as in the authors' code for CIFAR
   * @param neurons settings of all neurons; those after the attention have half the threshold
   */
  public record Config(
      int dim,
      int depth,
      int heads,
      double mlpRatio,
      int timeSteps,
      boolean qkvBias,
      NeuronConfig neurons) {
    /** Checks that the values are consistent. */
    public Config {
      SpikingNeurons.requireTimeSteps(timeSteps);
      if (depth < 1 || heads < 1 || dim < 1) {
        throw new IllegalArgumentException(
            "a spiking encoder needs positive sizes, not dim %d, depth %d, heads %d"
                .formatted(dim, depth, heads));
      }
      if (dim % heads != 0) {
        throw new IllegalArgumentException(
            "embed_dim %d is not divisible by num_heads %d".formatted(dim, heads));
      }
      if ((int) (dim * mlpRatio) < 1) {
        throw new IllegalArgumentException(
            "mlp_ratio " + mlpRatio + " leaves no hidden unit at embed_dim " + dim);
      }
    }

    /** An encoder with the neurons of the paper. */
    public static Config of(int dim, int depth, int heads, double mlpRatio, int timeSteps) {
      return new Config(dim, depth, heads, mlpRatio, timeSteps, true, NeuronConfig.LIF);
    }

    /** Hidden width of the MLP. */
    public int hiddenDim() {
      return (int) (dim * mlpRatio);
    }
  }

  /** Creates an encoder with random weights. */
  public SpikingEncoder(Init init, Config config) {
    this.config = config;
    this.norm = child("norm", new BatchNorm2d(init, config.dim()));
    this.lif = child("lif", new SpikingNeurons(config.neurons(), config.timeSteps()));
    for (int i = 0; i < config.depth(); i++) {
      blocks.add(child("block." + i, new SpikingBlock(init, config)));
    }
  }

  /** Tokens [B, N, D] to the mean numbers of spikes [B, N, D]. */
  @Override
  protected Tensor forward(Tensor tokens) {
    long b = tokens.size(0);
    long n = tokens.size(1);
    Tensor pixels = tokens.reshape(b, n, 1, config.dim()).permute(0, 3, 1, 2); // [B, D, N, 1]
    Tensor normed = norm.apply(pixels).permute(0, 2, 3, 1).flatten(1, 2); // [B, N, D]
    Tensor x = lif.apply(repeat(normed, config.timeSteps())); // [T * B, N, D]
    return run(blocks, x, config.timeSteps());
  }

  /**
   * Runs blocks on spikes.
   *
   * @param x [T * B, N, D], all images of a time step together
   * @return the mean over time, [B, N, D]
   */
  public static Tensor run(List<SpikingBlock> blocks, Tensor x, int timeSteps) {
    Tensor y = x;
    for (int i = 0; i < blocks.size(); i++) {
      Trace.at("block." + i + ".");
      try (Scope scope = Scope.open()) { // frees the block's intermediate results
        y = scope.keep(blocks.get(i).apply(y));
      }
      if (Trace.isOn()) {
        Trace.record("block." + i, overTime(y, timeSteps));
      }
    }
    return overTime(y, timeSteps);
  }

  /** Repeats an input for every time step: [B, ...] to [T * B, ...]. */
  public static Tensor repeat(Tensor x, int timeSteps) {
    long[] shape = x.shape();
    long[] repeated = new long[shape.length + 1];
    repeated[0] = timeSteps;
    System.arraycopy(shape, 0, repeated, 1, shape.length);
    return x.unsqueeze(0).expand(repeated).flatten(0, 1);
  }

  private static Tensor overTime(Tensor x, int timeSteps) {
    return x.reshape(timeSteps, x.size(0) / timeSteps, x.size(1), x.size(2)).mean(0);
  }
}
