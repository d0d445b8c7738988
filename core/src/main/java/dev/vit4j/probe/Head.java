package dev.vit4j.probe;

import dev.vit4j.tensor.Tensor;
import java.util.Map;

/** What a probe computes; thread-safe. */
interface Head extends AutoCloseable {
  /**
   * Returns a score for each class, the higher the more likely.
   *
   * @param x features f32 [n, D]
   * @return [n, K]
   */
  Tensor scores(Tensor x);

  /** Returns the tensors to save. */
  Map<String, Tensor> tensors();

  /** Frees the tensors. */
  @Override
  default void close() {
    tensors().values().forEach(Tensor::close);
  }
}
