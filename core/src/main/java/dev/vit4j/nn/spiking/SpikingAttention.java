package dev.vit4j.nn.spiking;

import dev.vit4j.nn.Init;
import dev.vit4j.nn.Module;
import dev.vit4j.nn.Trace;
import dev.vit4j.tensor.Tensor;

/**
 * Spiking self-attention (Zhou et al. 2023, section 3.3): queries, keys and values are spikes, so
 * their products count coincidences. They are never negative and need no softmax. Names for {@link
 * Trace}: {@code attention}, the products of queries and keys, averaged over time [B, H, N, N].
 */
public final class SpikingAttention extends Module {
  private static final double SCALE = 0.125; // of the paper, for every width of a head

  private final SpikingLinear q;
  private final SpikingLinear k;
  private final SpikingLinear v;
  private final SpikingNeurons attnLif;
  private final SpikingLinear proj;
  private final int heads;
  private final int timeSteps;

  SpikingAttention(Init init, SpikingEncoder.Config c) {
    int dim = c.dim();
    NeuronConfig neurons = c.neurons();
    this.heads = c.heads();
    this.timeSteps = c.timeSteps();
    this.q = child("q_", new SpikingLinear(init, dim, dim, c.qkvBias(), neurons, timeSteps));
    this.k = child("k_", new SpikingLinear(init, dim, dim, c.qkvBias(), neurons, timeSteps));
    this.v = child("v_", new SpikingLinear(init, dim, dim, c.qkvBias(), neurons, timeSteps));
    NeuronConfig half = neurons.withThreshold(neurons.vThreshold() / 2);
    this.attnLif = child("attn_lif", new SpikingNeurons(half, timeSteps));
    this.proj = child("proj_", new SpikingLinear(init, dim, dim, true, neurons, timeSteps));
  }

  /** [T * B, N, D] to spikes [T * B, N, D]. */
  @Override
  protected Tensor forward(Tensor x) {
    Tensor queries = split(q.apply(x)); // [T * B, H, N, d]
    Tensor keys = split(k.apply(x)).transpose(2, 3); // [T * B, H, d, N]
    Tensor values = split(v.apply(x)); // [T * B, H, N, d]
    Tensor counts = mix(queries, keys, values).mul(SCALE); // [T * B, H, N, d]
    return proj.apply(attnLif.apply(counts.transpose(1, 2).flatten(2, 3)));
  }

  /** q kᵀ v in the cheaper order: sums of products of spikes are exact in both. */
  private Tensor mix(Tensor queries, Tensor keys, Tensor values) {
    boolean manyTokens = queries.size(2) > queries.size(3);
    if (manyTokens && !Trace.isOn()) {
      return queries.matmul(keys.matmul(values));
    }
    Tensor attention = queries.matmul(keys); // [T * B, H, N, N]
    if (Trace.isOn()) {
      Trace.record(Trace.here() + "attention", overTime(attention.mul(SCALE)));
    }
    return attention.matmul(values);
  }

  private Tensor overTime(Tensor x) {
    return x.reshape(timeSteps, x.size(0) / timeSteps, x.size(1), x.size(2), x.size(3)).mean(0);
  }

  /** [T * B, N, D] to [T * B, H, N, D / H]. */
  private Tensor split(Tensor x) {
    return x.reshape(x.size(0), x.size(1), heads, x.size(2) / heads).transpose(1, 2);
  }
}
