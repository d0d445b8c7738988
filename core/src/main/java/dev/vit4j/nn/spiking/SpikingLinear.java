package dev.vit4j.nn.spiking;

import dev.vit4j.nn.BatchNorm2d;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.Linear;
import dev.vit4j.nn.Module;
import dev.vit4j.tensor.Packing;
import dev.vit4j.tensor.Tensor;

/** A linear layer, a batch norm and neurons: how spikes go from layer to layer in a Spikformer. */
public final class SpikingLinear extends Module {
  private final Linear linear; // [in -> out]
  private final BatchNorm2d bn;
  private final SpikingNeurons lif;
  private final int out;

  SpikingLinear(Init init, int in, int out, boolean bias, NeuronConfig neurons, int timeSteps) {
    this.linear = child("linear", new Linear(init, in, out, bias));
    this.bn = child("bn", new BatchNorm2d(init, out));
    this.lif = child("lif", new SpikingNeurons(neurons, timeSteps));
    this.out = out;
  }

  /** [T * B, N, in] to spikes [T * B, N, out]. */
  @Override
  protected Tensor forward(Tensor x) {
    Tensor y = linear.apply(x).reshape(x.size(0), x.size(1), 1, out).permute(0, 3, 1, 2);
    return lif.apply(bn.apply(y)).permute(0, 2, 3, 1).flatten(1, 2); // as pixels [T * B, out, N, 1]
  }

  @Override
  protected void packOwn(Packing packing) {
    linear.fold(bn);
  }
}
