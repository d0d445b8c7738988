package dev.vit4j.head;

import dev.vit4j.nn.Init;
import dev.vit4j.nn.Linear;
import dev.vit4j.nn.Module;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Adapts image features before they are compared with frozen text features: scores are the logit
 * scale times the cosines of ratio f(x) + (1 - ratio) x with the texts, where x is of length 1. Its
 * parameters are those of f, {@code 0.weight}, {@code 0.bias}, {@code 1.weight}, …, its buffer is
 * {@code text}.
 */
public final class AdapterHead extends Module {
  /** Name of the text features, [K, D] of length 1. */
  public static final String TEXT = Texts.TEXT;

  private final AdapterHeadConfig config;
  private final List<Linear> layers = new ArrayList<>();
  private final Tensor text;

  /**
   * Creates a head that owns the texts.
   *
   * @param text text features [K, D] of length 1
   */
  public AdapterHead(AdapterHeadConfig config, Init init, Tensor text) {
    this.config = config;
    int dim = (int) text.size(1);
    int in = dim;
    for (int width : config.layers().widths()) {
      layers.add(layer(init, in, width));
      in = width;
    }
    layers.add(layer(init, in, dim));
    this.text = buffer(TEXT, text);
  }

  private Linear layer(Init init, int in, int out) {
    String name = Integer.toString(layers.size());
    return child(name, new Linear(init, in, out, config.layers().bias()));
  }

  /** Returns the arguments. */
  public AdapterHeadConfig config() {
    return config;
  }

  /** [n, D] to [n, K]. */
  @Override
  protected Tensor forward(Tensor x) {
    Tensor unit = Unit.rows(x);
    Tensor y = adapted(unit);
    double ratio = config.layers().ratio();
    if (ratio < 1) {
      y = y.mul(ratio).add(unit.mul(1 - ratio));
    }
    return Texts.scores(Unit.rows(y), text, config.logitScale());
  }

  /** The adapter's function f: [n, D] to [n, D]. */
  private Tensor adapted(Tensor x) {
    Tensor y = x;
    for (int i = 0; i < layers.size(); i++) {
      y = layers.get(i).apply(y); // [n, width]
      if (i + 1 < layers.size() || config.layers().activateOutput()) {
        y = config.layers().activation().apply(y);
      }
    }
    return y;
  }
}
