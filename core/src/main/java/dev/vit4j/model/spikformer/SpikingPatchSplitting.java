package dev.vit4j.model.spikformer;

import dev.vit4j.nn.BatchNorm2d;
import dev.vit4j.nn.Conv2d;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.Module;
import dev.vit4j.nn.Trace;
import dev.vit4j.nn.spiking.SpikingEncoder;
import dev.vit4j.nn.spiking.SpikingNeurons;
import dev.vit4j.tensor.ImageOps;
import dev.vit4j.tensor.Packing;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Spiking patch splitting (Zhou et al. 2023, section 3.2): four stages of convolution, norm and
 * neurons, the last ones with max-pools, and a fifth convolution whose spikes are added as relative
 * positions. The first stage reads the pixels at every time step (direct coding). Names for {@link
 * Trace}: {@code proj_conv}, the first convolution's output.
 */
final class SpikingPatchSplitting extends Module {
  private final SpikformerConfig config;
  private final List<Conv2d> convs = new ArrayList<>(); // four stages, then the positions'
  private final List<BatchNorm2d> norms = new ArrayList<>();
  private final List<SpikingNeurons> neurons = new ArrayList<>();

  SpikingPatchSplitting(Init init, SpikformerConfig config) {
    this.config = config;
    int in = config.inChans();
    for (int stage = 0; stage < SpikformerConfig.STAGES; stage++) {
      int out = config.channels(stage);
      stage(init, "proj_", stage == 0 ? "" : "" + stage, in, out);
      in = out;
    }
    stage(init, "rpe_", "", in, in);
  }

  private void stage(Init init, String prefix, String suffix, int in, int out) {
    Tensor kernels = init.uniform(1 / Math.sqrt(9.0 * in), out, in, 3, 3); // PyTorch's default
    convs.add(child(prefix + "conv" + suffix, new Conv2d(kernels, 1, 1)));
    norms.add(child(prefix + "bn" + suffix, new BatchNorm2d(init, out)));
    SpikingNeurons layer = new SpikingNeurons(config.neurons(), config.timeSteps());
    neurons.add(child(prefix + "lif" + suffix, layer));
  }

  /** Pixels [B, C, H, W] to numbers of spikes [T * B, D, H / p, W / p]. */
  @Override
  protected Tensor forward(Tensor x) {
    Tensor y = first(x);
    for (int stage = 1; stage < SpikformerConfig.STAGES; stage++) {
      try (Scope scope = Scope.open()) { // frees the stage's intermediate results
        y = scope.keep(pooled(spikes(y, stage), stage));
      }
    }
    return spikes(y, SpikformerConfig.STAGES).add(y);
  }

  /** The convolution gives the same at every time step, so it is computed once. */
  private Tensor first(Tensor x) {
    Tensor y = convs.get(0).apply(x); // [B, D / 8, H, W]
    Trace.record("proj_conv", y);
    BatchNorm2d norm = norms.get(0);
    int steps = config.timeSteps();
    // In training the norm counts every time step, which matters for the running variance.
    Tensor normed =
        isTraining()
            ? norm.apply(SpikingEncoder.repeat(y, steps))
            : SpikingEncoder.repeat(norm.apply(y), steps);
    return pooled(neurons.get(0).apply(normed), 0);
  }

  private Tensor spikes(Tensor x, int index) {
    return neurons.get(index).apply(norms.get(index).apply(convs.get(index).apply(x)));
  }

  private Tensor pooled(Tensor spikes, int stage) {
    return config.pools(stage) ? ImageOps.maxPool2d(spikes, 3, 2, 1) : spikes;
  }

  @Override
  protected void packOwn(Packing packing) {
    for (int i = 0; i < convs.size(); i++) {
      convs.get(i).fold(norms.get(i));
    }
  }
}
