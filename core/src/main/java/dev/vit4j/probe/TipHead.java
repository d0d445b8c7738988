package dev.vit4j.probe;

import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Tip-Adapter (Zhang et al. 2022): scores are s x Tᵀ + α exp(-β (1 - x Fᵀ)) L, where T are the
 * texts, F the few training features, and L their labels as one-hot rows. It saves {@code keys} F,
 * {@code columns} (of L) and {@code text}.
 */
final class TipHead implements TextHead {
  static final String KEYS = "keys";
  static final String COLUMNS = "columns";

  private final Tensor keys; // [M, D]
  private final Tensor columns; // i64 [M]
  private final Tensor text; // [K, D] of length 1
  private final Tensor oneHot; // [M, K]
  private final double alpha;
  private final double beta;
  private final double logitScale;

  /** Creates a head that owns the tensors. */
  TipHead(Tensor keys, Tensor columns, Tensor text, double alpha, double beta, double logitScale) {
    this.keys = keys;
    this.columns = columns;
    this.text = text;
    this.alpha = alpha;
    this.beta = beta;
    this.logitScale = logitScale;
    try (Scope scope = Scope.open()) {
      long[] shape = {keys.size(0), text.size(0)};
      Tensor zeros = Tensor.full(0, keys.device(), shape);
      this.oneHot = Scope.own(zeros.addAt_(columns, 1));
    }
  }

  @Override
  public Tensor scores(Tensor x) {
    Tensor unit = Unit.rows(x); // [n, D]
    Tensor affinity = unit.matmul(keys.transpose(0, 1)); // [n, M]
    Tensor cached = affinity.add(-1).mul(beta).exp().matmul(oneHot); // [n, K]
    return unit.matmul(text.transpose(0, 1)).mul(logitScale).add(cached.mul(alpha));
  }

  @Override
  public Map<String, Tensor> parameters() {
    return Map.of(KEYS, keys);
  }

  @Override
  public Map<String, Tensor> tensors() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put(KEYS, keys);
    tensors.put(COLUMNS, columns);
    tensors.put(TEXT, text);
    return tensors;
  }

  @Override
  public void close() {
    TextHead.super.close();
    oneHot.close();
  }
}
