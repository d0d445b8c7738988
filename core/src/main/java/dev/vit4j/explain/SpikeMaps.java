package dev.vit4j.explain;

import dev.vit4j.model.Model;
import dev.vit4j.nn.Module;
import dev.vit4j.nn.Trace;
import dev.vit4j.nn.spiking.SpikingNeurons;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Collects the spikes of every layer of neurons in the forward pass of one image. */
final class SpikeMaps implements Trace.Watcher {
  private final Map<Module, String> paths;
  private final List<Explanation.Spikes> layers = new ArrayList<>();
  private long[] grid = {1, 1}; // rows and columns of the last feature map, which tokens come from

  SpikeMaps(Model model) {
    this.paths = model.namedModules();
  }

  /** Whether a model has spiking neurons. */
  static boolean spikes(Model model) {
    return model.namedModules().keySet().stream().anyMatch(SpikingNeurons.class::isInstance);
  }

  @Override
  public void called(Module module, Tensor input, Tensor output) {
    if (!(module instanceof SpikingNeurons)) {
      return;
    }
    try (Scope scope = Scope.open()) {
      Tensor spikes = output.detach();
      double rate = spikes.mean().item();
      boolean pixels = spikes.dim() == 4;
      Tensor shares = pixels ? spikes.mean(1) : spikes.mean(2); // [T, h, w] or [T, N]
      if (pixels && spikes.size(3) > 1) {
        grid = new long[] {spikes.size(2), spikes.size(3)};
      }
      boolean fits = shares.count() == spikes.size(0) * grid[0] * grid[1];
      long rows = fits ? grid[0] : shares.count() / spikes.size(0);
      Tensor maps = shares.reshape(1, spikes.size(0), rows, fits ? grid[1] : 1);
      String path = paths.getOrDefault(module, "?").replaceFirst("\\.$", "");
      layers.add(new Explanation.Spikes(path, rate, Explainer.maps(maps)));
    }
  }

  /** The layers in execution order; empty for a model without spiking neurons. */
  List<Explanation.Spikes> layers() {
    return List.copyOf(layers);
  }
}
