package dev.vit4j.cli;

import dev.vit4j.format.Count;
import dev.vit4j.model.catalog.SpikingSummary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Firing rates and operations of a spiking model, as text and as JSON. */
record SpikingTable(SpikingSummary summary) {
  List<String> lines() {
    int width = summary.layers().stream().mapToInt(l -> l.path().length()).max().orElse(0);
    String row = "%-" + width + "s  %12s  %12s  %7s  %13s";
    List<String> lines = new ArrayList<>();
    lines.add(row.formatted("Layer", "Neurons", "Mult-adds", "Rate", "Operations"));
    for (SpikingSummary.Layer layer : summary.layers()) {
      boolean neurons = layer.kind() == SpikingSummary.Kind.NEURONS;
      String size = "%,d".formatted(layer.size());
      lines.add(
          row.formatted(
              layer.path(),
              neurons ? size : "",
              neurons ? "" : size,
              layer.kind() == SpikingSummary.Kind.MULTIPLIES
                  ? ""
                  : String.format(Locale.ROOT, "%.4f", layer.rate()),
              neurons ? "" : String.format(Locale.ROOT, "%,.0f", layer.operations())));
    }
    lines.add("");
    lines.add(
        String.format(
            Locale.ROOT,
            "%s, mean of %s, %s; mult-adds for one time step, operations for all",
            summary.model(),
            Count.of(summary.images(), "image"),
            Count.of(summary.timeSteps(), "time step")));
    lines.add(
        String.format(
            Locale.ROOT, "Firing rate of all neurons: %.4f spikes per time step", summary.rate()));
    lines.add(
        String.format(
            Locale.ROOT,
            "Synaptic operations: %,.0f additions; %,.0f multiply-adds of pixels and of the head",
            summary.synapticOperations(),
            summary.multiplications()));
    lines.add(
        String.format(
            Locale.ROOT,
            "Estimated energy: %.4f mJ per image (%.1f pJ per multiply-add, %.1f pJ per addition); %.4f mJ without spikes",
            summary.millijoules(),
            SpikingSummary.MULTIPLY_PJ,
            SpikingSummary.ADD_PJ,
            summary.millijoulesWithoutSpikes()));
    return lines;
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("images", summary.images());
    json.put("time_steps", summary.timeSteps());
    json.put("rate", summary.rate());
    json.put("synaptic_operations", summary.synapticOperations());
    json.put("multiplications", summary.multiplications());
    json.put("energy_mj", summary.millijoules());
    json.put("energy_without_spikes_mj", summary.millijoulesWithoutSpikes());
    json.put("layers", summary.layers().stream().map(SpikingTable::json).toList());
    return json;
  }

  private static Map<String, Object> json(SpikingSummary.Layer layer) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", layer.path());
    json.put("kind", layer.kind().toString().toLowerCase(Locale.ROOT));
    json.put("size", layer.size());
    json.put("rate", layer.rate());
    json.put("operations", layer.operations());
    return json;
  }
}
