package dev.vit4j.weights;

import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The weighted mean of the weights of two models, such as a fine-tuned model and the one that it
 * was initialized from, which is more robust than either (WiSE-FT, Wortsman et al. 2021, arXiv
 * 2109.01903).
 */
public final class Interpolation {
  private Interpolation() {}

  /**
   * Returns {@code alpha * a + (1 - alpha) * b} with the preprocessing, classes and tokenizer of
   * {@code a}. Integers, such as numbers of batches, are those of {@code a}.
   *
   * @param alpha from 0 to 1
   * @throws IllegalArgumentException if alpha is out of range, or names or shapes of the weights
   *     differ
   */
  public static WeightsFolder.Loaded of(
      WeightsFolder.Loaded a, WeightsFolder.Loaded b, double alpha) {
    if (!(alpha >= 0 && alpha <= 1)) {
      throw new IllegalArgumentException("alpha must be from 0 to 1, not " + alpha);
    }
    Map<String, Tensor> first = a.model().state();
    Map<String, Tensor> second = b.model().state();
    requireSame(a.model(), first, b.model(), second);
    Model mixed = Models.create(a.model().name(), a.model().args(), Init.unset());
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      mixed
          .state()
          .forEach(
              (name, t) -> {
                Tensor own = first.get(name);
                t.copy_(
                    t.dtype() == DType.F32
                        ? own.mul(alpha).add(second.get(name).mul(1 - alpha))
                        : own);
              });
    }
    mixed.train(false);
    Map<String, String> metadata = new LinkedHashMap<>(a.metadata());
    metadata.put("interpolated", "%s with %s".formatted(alpha, b.model().name()));
    return new WeightsFolder.Loaded(
        mixed, a.preprocess(), a.classes(), a.task(), a.problemType(), metadata, a.tokenizer());
  }

  private static void requireSame(
      Model a, Map<String, Tensor> first, Model b, Map<String, Tensor> second) {
    for (String name : second.keySet()) {
      if (!first.containsKey(name)) {
        throw new IllegalArgumentException(
            "%s and %s cannot be interpolated: only %s has %s"
                .formatted(a.name(), b.name(), b.name(), name));
      }
    }
    first.forEach(
        (name, t) -> {
          Tensor other = second.get(name);
          if (other == null) {
            throw new IllegalArgumentException(
                "%s and %s cannot be interpolated: only %s has %s"
                    .formatted(a.name(), b.name(), a.name(), name));
          }
          if (!Arrays.equals(t.shape(), other.shape())) {
            throw new IllegalArgumentException(
                "%s and %s cannot be interpolated: %s is %s in one and %s in the other"
                    .formatted(
                        a.name(),
                        b.name(),
                        name,
                        Arrays.toString(t.shape()),
                        Arrays.toString(other.shape())));
          }
        });
  }
}
