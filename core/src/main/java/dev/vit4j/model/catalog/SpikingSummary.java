package dev.vit4j.model.catalog;

import dev.vit4j.model.Model;
import dev.vit4j.nn.Conv2d;
import dev.vit4j.nn.Linear;
import dev.vit4j.nn.Module;
import dev.vit4j.nn.Trace;
import dev.vit4j.nn.spiking.SpikingAttention;
import dev.vit4j.nn.spiking.SpikingNeurons;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How often the neurons of a spiking model fire for some images, and the synaptic operations that
 * their spikes cause (Zhou et al. 2023, appendix C.2): a layer that reads spikes adds a weight for
 * every spike, so its operations are its multiply-adds times the mean number of spikes per input
 * and and time step. Zero padding is counted as input. A layer before the first neurons reads
 * pixels, and the head reads means over time: they multiply, once for all time steps.
 *
 * @param images number of images that the rates are means over
 * @param timeSteps number T of time steps
 * @param layers the neurons and the layers that spikes meet, in execution order
 */
public record SpikingSummary(String model, int images, int timeSteps, List<Layer> layers) {
  /** Energy of a multiply-accumulate in 45 nm, picojoules (Horowitz 2014), as in the paper. */
  public static final double MULTIPLY_PJ = 4.6;

  /** Energy of an accumulate. */
  public static final double ADD_PJ = 0.9;

  /** What a layer is. */
  public enum Kind {
    /** Neurons: their rate is that of their own spikes. */
    NEURONS,
    /** A layer that adds weights where spikes come in. */
    ADDS,
    /** A layer that multiplies real numbers. */
    MULTIPLIES
  }

  /**
   * A layer.
   *
   * @param path such as {@code block.0.attn.q_lif}; {@code block.0.attn.qk} and {@code
   *     block.0.attn.av} are the two products of the attention
   * @param size of neurons: their number; of others: multiply-adds for one image and time step
   * @param rate spikes per neuron, or per input, and time step; of real numbers 1
   * @param operations for one image, all time steps; of neurons 0
   */
  public record Layer(String path, Kind kind, long size, double rate, double operations) {}

  /**
   * Measures a model.
   *
   * @param pixels normalized images [B, C, H, W]
   * @throws IllegalArgumentException if the model has no spiking neurons
   */
  public static SpikingSummary of(Model model, Tensor pixels) {
    boolean spikes =
        model.namedModules().keySet().stream().anyMatch(SpikingNeurons.class::isInstance);
    if (!spikes) {
      throw new IllegalArgumentException(
          "%s has no spiking neurons: only a spikformer has".formatted(model.name()));
    }
    model.train(false);
    Counter counter = new Counter(model.namedModules(), (int) pixels.size(0));
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open();
        Trace trace = Trace.start()) {
      trace.watch(counter);
      model.apply(pixels);
    }
    return new SpikingSummary(
        model.name(), counter.images, counter.timeSteps, List.copyOf(counter.layers));
  }

  /** Additions for one image. */
  public double synapticOperations() {
    return sum(Kind.ADDS);
  }

  /** Multiply-adds of real numbers for one image. */
  public double multiplications() {
    return sum(Kind.MULTIPLIES);
  }

  private double sum(Kind kind) {
    return layers.stream().filter(l -> l.kind() == kind).mapToDouble(Layer::operations).sum();
  }

  /** Estimated energy for one image, in millijoules. */
  public double millijoules() {
    return (MULTIPLY_PJ * multiplications() + ADD_PJ * synapticOperations()) * 1e-9;
  }

  /** The energy of the same layers with real numbers in place of spikes, and one time step. */
  public double millijoulesWithoutSpikes() {
    long macs = layers.stream().filter(l -> l.kind() != Kind.NEURONS).mapToLong(Layer::size).sum();
    return MULTIPLY_PJ * macs * 1e-9;
  }

  /** Spikes per neuron and time step, of all neurons. */
  public double rate() {
    double fired = 0;
    long neurons = 0;
    for (Layer layer : layers) {
      if (layer.kind() == Kind.NEURONS) {
        fired += layer.rate() * layer.size();
        neurons += layer.size();
      }
    }
    return fired / neurons;
  }

  /** Counts what happens in a forward pass. */
  private static final class Counter implements Trace.Watcher {
    private final Map<Module, String> paths;
    private final int images;
    private final Map<String, Double> rates = new HashMap<>(); // of the neurons so far
    private final List<Layer> layers = new ArrayList<>();
    private int timeSteps;

    Counter(Map<Module, String> paths, int images) {
      this.paths = paths;
      this.images = images;
    }

    @Override
    public void called(Module module, Tensor input, Tensor output) {
      String path = paths.getOrDefault(module, "?").replaceFirst("\\.$", "");
      if (module instanceof SpikingNeurons neurons) {
        timeSteps = neurons.timeSteps();
        double rate = output.mean().item();
        rates.put(path, rate);
        layers.add(new Layer(path, Kind.NEURONS, perStep(output), rate, 0));
      } else if (module instanceof SpikingAttention) {
        long product = input.size(1) * input.size(1) * input.size(2); // N N D
        add(path + ".qk", product, rates.getOrDefault(path + ".q_lif", 0.0));
        add(path + ".av", product, rates.getOrDefault(path + ".v_lif", 0.0));
      } else if (module instanceof Linear || module instanceof Conv2d) {
        Tensor weight = module.ownParameters().values().iterator().next(); // [out, in, ...]
        long macs = output.count() / output.size(0) * (weight.count() / weight.size(0));
        boolean everyStep = output.size(0) == (long) images * timeSteps;
        if (rates.isEmpty() || !everyStep || input.dim() == 2) { // pixels, or means over time
          layers.add(new Layer(path, Kind.MULTIPLIES, macs, 1, macs));
        } else {
          add(path, macs, input.mean().item());
        }
      }
    }

    private long perStep(Tensor output) {
      return output.count() / output.size(0);
    }

    private void add(String path, long macs, double rate) {
      layers.add(new Layer(path, Kind.ADDS, macs, rate, macs * rate * timeSteps));
    }
  }
}
