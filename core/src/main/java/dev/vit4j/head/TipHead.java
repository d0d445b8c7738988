package dev.vit4j.head;

import dev.vit4j.nn.Module;
import dev.vit4j.tensor.Tensor;

/**
 * Tip-Adapter (Zhang et al. 2022): scores are s x Tᵀ + α exp(-β (1 - x Fᵀ)) L, where x is of length
 * 1, T are the texts, F the few training features, and L their labels as one-hot rows. Its
 * parameter is {@code keys} F, its buffers are {@code values} L and {@code text} T.
 */
public final class TipHead extends Module {
  /** Name of the training features, [M, D] of length 1. */
  public static final String KEYS = "keys";

  /** Name of their labels, one-hot [M, K]. */
  public static final String VALUES = "values";

  /** Name of the text features, [K, D] of length 1. */
  public static final String TEXT = Texts.TEXT;

  private final TipConfig config;
  private final Tensor keys;
  private final Tensor values;
  private final Tensor text;

  /** Creates a head that owns the tensors. */
  public TipHead(TipConfig config, Tensor keys, Tensor values, Tensor text) {
    this.config = config;
    this.keys = parameter(KEYS, keys);
    this.values = buffer(VALUES, values);
    this.text = buffer(TEXT, text);
  }

  /** Returns the arguments. */
  public TipConfig config() {
    return config;
  }

  /** [n, D] to [n, K]. */
  @Override
  protected Tensor forward(Tensor x) {
    Tensor unit = Unit.rows(x); // [n, D]
    Tensor affinity = unit.matmul(keys.transpose(0, 1)); // [n, M]
    Tensor votes = affinity.add(-1).mul(config.beta()).exp().matmul(values); // [n, K]
    return Texts.scores(unit, text, config.logitScale()).add(votes.mul(config.alpha()));
  }
}
