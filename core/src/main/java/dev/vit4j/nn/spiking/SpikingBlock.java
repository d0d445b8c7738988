package dev.vit4j.nn.spiking;

import dev.vit4j.nn.Init;
import dev.vit4j.nn.Module;
import dev.vit4j.tensor.Tensor;

/** x + attention(x), then x + mlp(x); both add spikes (Zhou et al. 2023, eq. 8 and 9). */
public final class SpikingBlock extends Module {
  private final SpikingAttention attn;
  private final SpikingMlp mlp;

  /** Creates a block with random weights. */
  public SpikingBlock(Init init, SpikingEncoder.Config config) {
    this.attn = child("attn", new SpikingAttention(init, config));
    this.mlp = child("mlp", new SpikingMlp(init, config));
  }

  /** [T * B, N, D] to [T * B, N, D]: numbers of spikes, so whole numbers if x has such. */
  @Override
  protected Tensor forward(Tensor x) {
    Tensor mixed = x.add(attn.apply(x));
    return mixed.add(mlp.apply(mixed));
  }

  /** Two spiking layers: D to hidden to D. */
  public static final class SpikingMlp extends Module {
    private final SpikingLinear fc1;
    private final SpikingLinear fc2;

    SpikingMlp(Init init, SpikingEncoder.Config c) {
      int hidden = c.hiddenDim();
      this.fc1 =
          child("fc1_", new SpikingLinear(init, c.dim(), hidden, true, c.neurons(), c.timeSteps()));
      this.fc2 =
          child("fc2_", new SpikingLinear(init, hidden, c.dim(), true, c.neurons(), c.timeSteps()));
    }

    /** [T * B, N, D] to spikes [T * B, N, D]. */
    @Override
    protected Tensor forward(Tensor x) {
      return fc2.apply(fc1.apply(x));
    }
  }
}
