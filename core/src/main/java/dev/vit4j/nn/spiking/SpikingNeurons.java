package dev.vit4j.nn.spiking;

import dev.vit4j.nn.Module;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A layer of spiking neurons over several time steps (SpikingJelly's {@code LIFNode} and {@code
 * IFNode} with {@code step_mode='m'}). At every step, each neuron adds its input to its membrane
 * potential, fires where the potential reaches the threshold, and resets where it fired. The
 * gradient of a spike is that of a {@link Surrogate}.
 *
 * <p>By default each call starts at the resting potential. {@link #keepState} makes the potential
 * carry over from call to call until {@link #reset}; such a layer belongs to one thread.
 */
public final class SpikingNeurons extends Module {
  private final NeuronConfig config;
  private final int timeSteps;
  private boolean keepsState;
  private @Nullable Tensor state; // potential after the last step, as one time step of the input

  /**
   * @param timeSteps number T of time steps
   * @throws IllegalArgumentException if there is no time step
   */
  public SpikingNeurons(NeuronConfig config, int timeSteps) {
    this.config = config;
    this.timeSteps = requireTimeSteps(timeSteps);
  }

  static int requireTimeSteps(int timeSteps) {
    if (timeSteps < 1) {
      throw new IllegalArgumentException(
          "spiking neurons need at least 1 time step, not " + timeSteps);
    }
    return timeSteps;
  }

  /** Spikes and potentials at every time step, each [T, B, ...]; the potentials after the reset. */
  public record Response(Tensor spikes, Tensor potentials) {}

  /** Inputs [T * B, ...], all images of a time step together, to spikes of the same shape. */
  @Override
  protected Tensor forward(Tensor x) {
    requireDivisible(x);
    if (x.device().equals(Device.META)) {
      return x.zerosLike();
    }
    Tensor[] spikes = new Tensor[timeSteps];
    run(x, spikes, null);
    return Ops.cat(0, spikes);
  }

  /** As the forward pass, with the potentials. */
  public Response respond(Tensor x) {
    requireDivisible(x);
    Tensor[] spikes = new Tensor[timeSteps];
    Tensor[] potentials = new Tensor[timeSteps];
    run(x, spikes, potentials);
    return new Response(Ops.stack(0, spikes), Ops.stack(0, potentials));
  }

  private void requireDivisible(Tensor x) {
    if (x.dim() == 0 || x.size(0) % timeSteps != 0) {
      throw new IllegalArgumentException(
          "%s cannot be divided into %d time steps".formatted(x, timeSteps));
    }
  }

  private void run(Tensor x, Tensor[] spikes, Tensor @Nullable [] potentials) {
    List<Tensor> inputs = List.of(x.to(DType.F32).split(x.size(0) / timeSteps, 0));
    Tensor v = state;
    for (int t = 0; t < timeSteps; t++) {
      Tensor h = charge(v, inputs.get(t));
      Tensor s = config.surrogate().spike(h, config.vThreshold());
      spikes[t] = s;
      if (t < timeSteps - 1 || keepsState || potentials != null) {
        v = reset(h, config.detachReset() ? s.detach() : s);
      }
      if (potentials != null) {
        potentials[t] = v;
      }
    }
    if (keepsState && v != null) {
      reset();
      state = Scope.own(v.detach());
    }
  }

  /** The potential with the input of this step; without v, from rest. */
  private Tensor charge(@Nullable Tensor v, Tensor x) {
    Double tau = config.tau();
    double rest = config.rest();
    if (tau == null) {
      return v == null ? (rest == 0 ? x : x.add(rest)) : v.add(x);
    }
    double rate = 1 / tau;
    if (v == null) {
      Tensor added = config.decayInput() ? x.mul(rate) : x;
      return rest == 0 ? added : added.add(rest);
    }
    if (config.decayInput()) {
      Tensor h = v.lerp(x, rate); // v + (x - v) / tau
      return rest == 0 ? h : h.add(rest * rate);
    }
    Tensor left = v.mul(1 - rate).add(x);
    return rest == 0 ? left : left.add(rest * rate);
  }

  /** The potential after the spikes. */
  private Tensor reset(Tensor h, Tensor spikes) {
    if (config.vReset() == null) {
      return h.sub(spikes.mul(config.vThreshold()));
    }
    double rest = config.vReset();
    return rest == 0 ? h.mul(spikes.rsub(1)) : h.sub(spikes.mul(h.add(-rest)));
  }

  /** Sets whether the potential carries over to the next call. */
  public void keepState(boolean on) {
    keepsState = on;
    reset();
  }

  /** Puts all neurons back to rest. */
  public void reset() {
    if (state != null) {
      state.close();
      state = null;
    }
  }

  /** The settings of the neurons. */
  public NeuronConfig config() {
    return config;
  }

  /** Number of time steps. */
  public int timeSteps() {
    return timeSteps;
  }
}
