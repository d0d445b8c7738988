package dev.vit4j.nn;

import static dev.vit4j.TensorAssert.assertClose;
import static dev.vit4j.TensorAssert.normal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.tensor.Generator;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The fused attention, the written-out one and the paper's formula agree. */
class AttentionTest {
  private static Attention attention(int dim, int heads, double attnDrop, double projDrop) {
    Attention a = new Attention(Init.seeded(1), dim, heads, true, true, attnDrop, projDrop);
    Map<String, Tensor> weights = new LinkedHashMap<>();
    // Weights of the size that trained ones have: fresh ones make all probabilities alike.
    a.parameters().forEach((n, t) -> weights.put(n, normal(n.length(), t.shape()).mul(0.3)));
    a.load(weights, true);
    return a;
  }

  private static Map<String, Tensor> gradients(Attention a) {
    Map<String, Tensor> all = new LinkedHashMap<>();
    a.parameters().forEach((n, t) -> all.put(n, t.grad().copy()));
    a.parameters().values().forEach(Tensor::clearGrad);
    return all;
  }

  @ParameterizedTest
  @CsvSource({"8, 2, 17", "64, 4, 5", "64, 1, 50", "12, 12, 3", "96, 3, 197"})
  void fusedEqualsWrittenOut(int dim, int heads, int tokens) {
    Attention a = attention(dim, heads, 0, 0);
    Tensor x = normal(2, 3, tokens, dim);
    Tensor weights = normal(3, 3, tokens, dim);
    Tensor fused = a.apply(x);
    fused.mul(weights).mean().backward();
    Map<String, Tensor> fusedGradients = gradients(a);
    Tensor written;
    try (Trace trace = Trace.start()) {
      written = a.apply(x);
      Tensor p = trace.tensors().get("attention");
      assertThat(p.shape()).containsExactly(3, heads, tokens, tokens);
      assertThat(p.mean().item() * tokens).as("rows add up to 1").isCloseTo(1, within(1e-5));
      written.mul(weights).mean().backward();
    }
    assertClose("output", fused, written, 1e-3);
    gradients(a).forEach((n, g) -> assertClose("gradient of " + n, fusedGradients.get(n), g, 1e-4));
  }

  @Test
  void theFormulaOfThePaper() {
    Tensor q = normal(1, 1, 1, 3, 4);
    Tensor k = normal(2, 1, 1, 5, 4);
    Tensor v = normal(3, 1, 1, 5, 2);
    double[] y = Ops.attention(q, k, v, false).toDoubles();
    for (int i = 0; i < 3; i++) {
      double[] weights = new double[5];
      double sum = 0;
      for (int j = 0; j < 5; j++) {
        double dot = 0;
        for (int d = 0; d < 4; d++) {
          dot += q.toDoubles()[4 * i + d] * k.toDoubles()[4 * j + d];
        }
        weights[j] = Math.exp(dot / 2); // the root of 4
        sum += weights[j];
      }
      for (int d = 0; d < 2; d++) {
        double expected = 0;
        for (int j = 0; j < 5; j++) {
          expected += weights[j] / sum * v.toDoubles()[2 * j + d];
        }
        assertThat(y[2 * i + d]).isCloseTo(expected, within(1e-5));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"8, 2, 17, 1", "64, 4, 5, 1", "64, 4, 9, 2", "128, 2, 6, 6"})
  void theFirstRowsAlone(int dim, int heads, int tokens, int count) {
    Attention a = attention(dim, heads, 0, 0);
    Tensor x = normal(2, 3, tokens, dim);
    Tensor weights = normal(3, 3, count, dim);
    Tensor all = a.apply(x).narrow(1, 0, count);
    all.mul(weights).mean().backward();
    Map<String, Tensor> allGradients = gradients(a);
    Tensor first = a.forwardFirst(x, count);
    first.mul(weights).mean().backward();
    assertClose("output", first, all, 1e-3);
    gradients(a).forEach((n, g) -> assertClose("gradient of " + n, g, allGradients.get(n), 1e-4));
  }

  @Test
  void dropoutActsInTrainingOnly() {
    Tensor x = normal(2, 3, 5, 8);
    for (double[] rates : new double[][] {{0.5, 0}, {0, 0.5}}) {
      Attention plain = attention(8, 2, 0, 0);
      Attention a = attention(8, 2, rates[0], rates[1]);
      Generator.ofThread().seed(1);
      Tensor trained = a.apply(x);
      assertThat(trained.sub(plain.apply(x)).maxAbs()).isGreaterThan(1e-2);
      Generator.ofThread().seed(1);
      assertClose("same seed", a.apply(x), trained, 0);
      a.train(false);
      assertClose("evaluation", a.apply(x), plain.apply(x), 0);
    }
  }

  @Test
  void biasesCanBeLeftOut() {
    Attention a = new Attention(Init.seeded(1), 8, 2, false, false, 0, 0);
    assertThat(a.parameters().keySet()).containsExactly("qkv.weight", "proj.weight");
    Tensor x = normal(2, 3, 5, 8);
    assertClose("first", a.forwardFirst(x, 1), a.apply(x).narrow(1, 0, 1), 1e-6);
  }
}
