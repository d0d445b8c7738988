package dev.vit4j.nn.spiking;

import org.jspecify.annotations.Nullable;

/**
 * The settings of spiking neurons, with the names of SpikingJelly's {@code LIFNode} and {@code
 * IFNode}.
 *
 * @param tau membrane time constant of a leaky neuron in time steps, at least 1; null for a neuron
 *     that does not leak (integrate-and-fire)
 * @param decayInput whether the input leaks too: it is divided by tau
 * @param vThreshold potential at which a neuron fires, above {@code vReset}
 * @param vReset potential after a spike; null for a soft reset, which subtracts the threshold
 * @param detachReset whether no gradient flows through the reset
 * @param surrogate what replaces the gradient of the spike
 */
public record NeuronConfig(
    @Nullable Double tau,
    boolean decayInput,
    double vThreshold,
    @Nullable Double vReset,
    boolean detachReset,
    Surrogate surrogate) {
  private static final double SPIKFORMER_TAU = 2;
  private static final double SPIKFORMER_ALPHA = 4;

  /** Spikformer's neurons: LIF, tau 2, threshold 1, hard reset to 0, sigmoid of steepness 4. */
  public static final NeuronConfig LIF =
      new NeuronConfig(
          SPIKFORMER_TAU, true, 1, 0.0, true, Surrogate.named("sigmoid", SPIKFORMER_ALPHA));

  /** The same without leak. */
  public static final NeuronConfig IF =
      new NeuronConfig(null, true, 1, 0.0, true, Surrogate.named("sigmoid", SPIKFORMER_ALPHA));

  /** Checks the ranges. */
  public NeuronConfig {
    if (tau != null && !(tau >= 1)) {
      throw new IllegalArgumentException("tau must be at least 1, not " + tau);
    }
    double rest = vReset == null ? 0 : vReset;
    if (!(vThreshold > rest)) {
      throw new IllegalArgumentException(
          "v_threshold %s is not above v_reset %s: the neurons would always fire"
              .formatted(vThreshold, rest));
    }
  }

  /** The same neurons with another threshold. */
  public NeuronConfig withThreshold(double threshold) {
    return new NeuronConfig(tau, decayInput, threshold, vReset, detachReset, surrogate);
  }

  /** The potential before the first input. */
  double rest() {
    return vReset == null ? 0 : vReset;
  }
}
