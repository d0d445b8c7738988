package dev.vit4j.head;

import dev.vit4j.format.OnnxGraph;
import dev.vit4j.model.Args;
import dev.vit4j.model.OnnxLayers;
import dev.vit4j.nn.Activation;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.Module;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The arguments of an {@link AdapterHead}.
 *
 * @param layers the adapter
 * @param logitScale factor of the cosines with the texts
 */
public record AdapterHeadConfig(AdapterConfig layers, double logitScale) implements HeadConfig {
  static final String KIND = "adapter";

  private static final int MOST_LAYERS = 64;
  private static final List<String> ACTIVATIONS =
      Arrays.stream(Activation.values()).map(Activation::toString).toList();

  static AdapterHeadConfig of(Args a) {
    return new AdapterHeadConfig(
        new AdapterConfig(
            a.integers("adapter_widths", List.of(1), MOST_LAYERS, 1, AdapterConfig.MAX_WIDTH),
            Activation.named(a.word("adapter_act", Activation.RELU.toString(), ACTIVATIONS)),
            a.flag("adapter_bias", false),
            a.flag("adapter_act_last", true),
            a.number("adapter_ratio", 0.2, 0, 1)),
        a.number(LOGIT_SCALE, 100, 0, MAX_SCALE));
  }

  @Override
  public Map<String, Object> toMap() {
    Map<String, Object> m = new LinkedHashMap<>();
    m.put("head", KIND);
    m.put("adapter_widths", layers.widths());
    m.put("adapter_act", layers.activation().toString());
    m.put("adapter_bias", layers.bias());
    m.put("adapter_act_last", layers.activateOutput());
    m.put("adapter_ratio", layers.ratio());
    m.put(LOGIT_SCALE, logitScale);
    return m;
  }

  /** With random texts, which are not trained: they are loaded. */
  @Override
  public Module create(Init init, int dim, int classes) {
    return new AdapterHead(this, init, init.normal(1 / Math.sqrt(dim), classes, dim));
  }

  @Override
  public String onnx(OnnxLayers layers, String path, String features) {
    OnnxGraph graph = layers.graph();
    String unit = Unit.onnx(layers, features);
    String y = unit;
    int last = this.layers.widths().size();
    for (int i = 0; i <= last; i++) {
      y = layers.linear(y, path + "." + i);
      if (i < last || this.layers.activateOutput()) {
        y = layers.activation(y, this.layers.activation());
      }
    }
    double ratio = this.layers.ratio();
    if (ratio < 1) {
      String rest = graph.op("Mul", unit, layers.number(1 - ratio));
      y = graph.op("Add", graph.op("Mul", y, layers.number(ratio)), rest);
    }
    return Texts.onnx(layers, path, Unit.onnx(layers, y), logitScale);
  }
}
