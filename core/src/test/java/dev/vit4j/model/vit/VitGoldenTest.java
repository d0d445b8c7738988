package dev.vit4j.model.vit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.Fixture;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.Trace;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every block, attention, logits and gradients equal timm's. */
class VitGoldenTest {
  private static final double TOLERANCE = 1e-4;

  private static Vit load(String folder) {
    JsonNode kwargs = Fixture.json("01-timm-vit/" + folder + "/model_kwargs.json").get("kwargs");
    Map<String, Object> words = new HashMap<>();
    ((Map<?, ?>) JsonMapper.shared().convertValue(kwargs, Map.class))
        .forEach((k, v) -> words.put((String) k, v));
    Vit vit = new Vit("fixture", VitConfig.of("fixture", words), Init.seeded(1));
    vit.load(Fixture.tensors("01-timm-vit/" + folder + "/model.safetensors"), true);
    vit.train(false);
    return vit;
  }

  private static void assertClose(String what, Tensor actual, Tensor expected) {
    assertThat(actual.shape()).as(what).isEqualTo(expected.shape());
    assertThat(actual.sub(expected).maxAbs()).as(what).isLessThan(TOLERANCE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a_cls", "b_avgpool", "c_noqkvbias_layerscale"})
  void everyIntermediateEqualsTimm(String folder) {
    Vit vit = load(folder);
    Map<String, Tensor> io = Fixture.tensors("01-timm-vit/" + folder + "/io.safetensors");
    try (NoGrad g = NoGrad.on();
        Trace trace = Trace.start()) {
      assertClose("logits", vit.apply(io.get("x")), io.get("logits"));
      Map<String, Tensor> seen = trace.tensors();
      assertClose("patch_embed", seen.get("patch_embed"), io.get("patch_embed"));
      assertClose("tokens", seen.get("tokens"), io.get("tokens_in"));
      for (int i = 0; i < 3; i++) {
        assertClose("block." + i, seen.get("block." + i), io.get("block_" + i));
      }
      assertClose("attention", seen.get("block.0.attention"), io.get("attn_probs_block_0"));
      assertClose("features", seen.get("features"), io.get("pre_logits"));
      Tensor last = seen.containsKey("norm") ? seen.get("norm") : seen.get("block.2");
      assertClose("forward_features", last, io.get("forward_features"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a_cls", "b_avgpool", "c_noqkvbias_layerscale"})
  void shortCutGivesTheSameLogits(String folder) {
    Vit vit = load(folder);
    Map<String, Tensor> io = Fixture.tensors("01-timm-vit/" + folder + "/io.safetensors");
    try (NoGrad g = NoGrad.on()) {
      assertClose("logits", vit.apply(io.get("x")), io.get("logits"));
      assertClose("features", vit.features(io.get("x")), io.get("pre_logits"));
    }
  }

  @Test
  void gradientsEqualTorch() {
    Vit vit = load("a_cls");
    Map<String, Tensor> golden = Fixture.tensors("01-timm-vit/a_cls/grads.safetensors");
    golden.put("grad.x", golden.get("grad_x"));
    Tensor x = Fixture.tensors("01-timm-vit/a_cls/io.safetensors").get("x").requiresGrad(true);
    Tensor loss = Ops.crossEntropy(vit.apply(x), golden.get("labels"), 0);
    loss.backward();
    assertThat(loss.item()).isCloseTo(golden.get("loss").item(), within(1e-4));
    Map<String, Tensor> mine = new LinkedHashMap<>(vit.parameters());
    mine.put("x", x);
    int compared = 0;
    for (Map.Entry<String, Tensor> e : mine.entrySet()) {
      Tensor expected = golden.get("grad." + e.getKey());
      assertThat(expected).as(e.getKey()).isNotNull();
      double error = e.getValue().grad().sub(expected).maxAbs();
      assertThat(error).as(e.getKey()).isLessThan(Math.max(1e-4, 1e-3 * expected.maxAbs()));
      compared++;
    }
    assertThat(compared).isEqualTo(45);
  }
}
