package dev.vit4j.probe;

import dev.vit4j.nn.Init;
import dev.vit4j.nn.Linear;
import dev.vit4j.nn.Module;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Adapts image features before they are compared with text features: scores are the logit scale
 * times the cosines of ratio f(x) + (1 - ratio) x with the texts. It saves the parameters of f,
 * {@code 0.weight}, {@code 0.bias}, {@code 1.weight}, …, and {@code text}.
 */
final class AdapterHead implements TextHead {
  private final AdapterConfig config;
  private final Layers layers;
  private final Tensor text; // [K, D] of length 1
  private final double logitScale;

  /** The adapter's function f. */
  private static final class Layers extends Module {
    private final AdapterConfig config;
    private final List<Linear> all = new ArrayList<>();

    Layers(AdapterConfig config, int dim, Init init) {
      this.config = config;
      int in = dim;
      for (int width : config.widths()) {
        all.add(layer(init, in, width));
        in = width;
      }
      all.add(layer(init, in, dim));
    }

    private Linear layer(Init init, int in, int out) {
      return child(Integer.toString(all.size()), new Linear(init, in, out, config.bias()));
    }

    @Override
    protected Tensor forward(Tensor x) {
      Tensor y = x; // [n, D]
      for (int i = 0; i < all.size(); i++) {
        y = all.get(i).apply(y); // [n, width]
        if (i + 1 < all.size() || config.activateOutput()) {
          y = config.activation().apply(y);
        }
      }
      return y; // [n, D]
    }
  }

  /**
   * Creates a head that owns the texts.
   *
   * @param text text features [K, D] of length 1
   */
  AdapterHead(AdapterConfig config, Init init, Tensor text, double logitScale) {
    this.config = config;
    this.layers = new Layers(config, (int) text.size(1), init);
    this.text = text;
    this.logitScale = logitScale;
  }

  /** Takes over the parameters' values. */
  void load(Map<String, Tensor> tensors) {
    layers.load(tensors, true);
  }

  @Override
  public Tensor scores(Tensor x) {
    Tensor unit = Unit.rows(x);
    Tensor y = layers.apply(unit);
    if (config.ratio() < 1) {
      y = y.mul(config.ratio()).add(unit.mul(1 - config.ratio()));
    }
    return Unit.rows(y).matmul(text.transpose(0, 1)).mul(logitScale);
  }

  @Override
  public Map<String, Tensor> parameters() {
    return layers.parameters();
  }

  @Override
  public Map<String, Tensor> tensors() {
    Map<String, Tensor> tensors = new LinkedHashMap<>(layers.parameters());
    tensors.put(TEXT, text);
    return tensors;
  }
}
