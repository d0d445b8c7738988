package dev.vit4j.model.cct;

import static dev.vit4j.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.Fixture;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.model.catalog.Summary;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.Trace;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens, blocks, pooling, logits and gradients equal PyTorch's. */
class CctGoldenTest {
  private static Cct load(String positions) {
    Map<String, Object> words =
        Map.of(
            "img_size", 14,
            "num_classes", 5,
            "embed_dim", 24,
            "depth", 2,
            "num_heads", 3,
            "n_conv_layers", positions.equals("sine") ? 1 : 2,
            "positional_embedding", positions,
            "attn_drop_rate", 0,
            "drop_path_rate", 0);
    Cct cct = new Cct("fixture", CctConfig.of("fixture", words), Init.seeded(1));
    if (positions.equals("sine")) { // ours are as theirs
      Map<String, Tensor> theirs = Fixture.tensors("15-cct/sine/model.safetensors");
      String name = "classifier.positional_emb";
      assertClose("positions", cct.buffers().get(name), theirs.get(name), 1e-5);
    }
    cct.load(Fixture.tensors("15-cct/" + positions + "/model.safetensors"), true);
    return cct;
  }

  @ParameterizedTest
  @ValueSource(strings = {"learnable", "sine"})
  void everyStepEqualsTorch(String positions) {
    Cct cct = load(positions);
    cct.train(false);
    Map<String, Tensor> io = Fixture.tensors("15-cct/" + positions + "/io.safetensors");
    try (NoGrad g = NoGrad.on();
        Trace trace = Trace.start()) {
      cct.apply(io.get("x"));
      for (String name : List.of("tokens", "block.0", "block.1", "pool", "features", "logits")) {
        assertClose(name, trace.tensors().get(name), io.get(name), 1e-4);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"learnable", "sine"})
  void gradientsEqualTorch(String positions) {
    Cct cct = load(positions);
    Map<String, Tensor> io = Fixture.tensors("15-cct/" + positions + "/io.safetensors");
    Tensor loss = Ops.crossEntropy(cct.apply(io.get("x")), io.get("labels"), 0);
    loss.backward();
    assertThat(loss.item()).isCloseTo(io.get("loss").item(), within(1e-4));
    cct.parameters()
        .forEach(
            (name, p) -> {
              Tensor expected = io.get("grad." + name);
              double tolerance = Math.max(1e-4, 1e-3 * expected.maxAbs());
              assertClose(name, p.grad(), expected, tolerance);
            });
  }

  /** The paper says 0.28, 0.48, 3.33, 3.76 million; counted to the last with PyTorch. */
  @ParameterizedTest
  @CsvSource({
    "cct_2_3x2_32, 283723, 35341568",
    "cct_4_3x2_32, 482123, 50021632",
    "cct_6_3x2_32, 3326923, 253463040",
    "cct_6_3x1_32, 3233803, 1013844480",
    "cct_7_3x1_32, 3760139, 1181616640",
    "cct_7_3x2_32, 3853259, 289114624",
  })
  void countsEqualTorch(String name, long parameters, long multAdds) {
    Summary summary = Summary.of(name, Map.of(), 1);
    assertThat(summary.params()).isEqualTo(parameters);
    assertThat(summary.multAdds()).isEqualTo(multAdds);
  }

  @Test
  void fixedAndNoPositions() {
    Map<String, ?> words = Map.of("positional_embedding", "none", "img_size", List.of(9, 6));
    try (Model none = Models.create("cct_2_3x2_32", words, Init.seeded(0))) {
      assertThat(none.state()).doesNotContainKey("classifier.positional_emb");
      assertThat(none.apply(dev.vit4j.TensorAssert.normal(1, 2, 3, 9, 6)).shape())
          .containsExactly(2, 10);
    }
    Model sine =
        Models.create("cct_2_3x2_32", Map.of("positional_embedding", "sine"), Init.shapesOnly());
    assertThat(sine.parameters()).doesNotContainKey("classifier.positional_emb");
    assertThat(sine.buffers().get("classifier.positional_emb").shape()).containsExactly(1, 64, 128);
  }
}
