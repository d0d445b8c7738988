package dev.vit4j.model.vit;

import static dev.vit4j.TensorAssert.assertClose;
import static dev.vit4j.TensorAssert.assertSameBits;
import static dev.vit4j.TensorAssert.normal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.Trace;
import dev.vit4j.tensor.Generator;
import dev.vit4j.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every word of the constructor really does what it says. */
class VitSwitchesTest {
  private static Vit vit(Object... words) {
    Map<String, Object> args = new LinkedHashMap<>();
    for (int i = 0; i < words.length; i += 2) {
      args.put((String) words[i], words[i + 1]);
    }
    Vit vit = (Vit) Models.create("vit_mnist_1850", args, Init.seeded(0));
    Map<String, Tensor> weights = new LinkedHashMap<>();
    // Fresh weights are so small that a switch would hardly show.
    vit.parameters()
        .forEach((n, t) -> weights.put(n, normal(n.hashCode() & 0xff, t.shape()).mul(0.5)));
    vit.load(weights, true);
    return vit;
  }

  private static Tensor pictures() {
    return normal(1, 4, 1, 28, 28);
  }

  private static Set<String> names(Vit vit) {
    return vit.parameters().keySet();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "drop_rate",
        "pos_drop_rate",
        "proj_drop_rate",
        "attn_drop_rate",
        "drop_path_rate"
      })
  void dropoutActsInTrainingOnly(String word) {
    Vit plain = vit();
    Vit vit = vit(word, 0.5);
    Tensor x = pictures();
    Tensor expected = plain.apply(x);
    Generator.ofThread().seed(1);
    Tensor trained = vit.apply(x);
    assertThat(trained.sub(expected).maxAbs()).isGreaterThan(1e-3);
    Generator.ofThread().seed(1);
    assertSameBits("same seed", vit.apply(x), trained);
    Generator.ofThread().seed(2);
    assertThat(vit.apply(x).sub(trained).maxAbs()).as("another seed").isGreaterThan(1e-3);
    vit.train(false);
    assertSameBits("evaluation", vit.apply(x), expected);
  }

  @Test
  void stochasticDepthRisesWithDepth() {
    // Of two blocks only the last drops; it drops both branches of a sample or neither of them.
    Vit vit = vit("drop_path_rate", 0.9);
    Generator.ofThread().seed(1);
    try (Trace trace = Trace.start()) {
      vit.apply(pictures());
      try (Trace plain = Trace.start()) {
        vit().apply(pictures());
        assertSameBits("block 0", seen(trace, "block.0"), seen(plain, "block.0"));
        assertThat(seen(trace, "block.1").sub(seen(plain, "block.1")).maxAbs()).isPositive();
      }
    }
  }

  private static Tensor seen(Trace trace, String name) {
    Tensor t = trace.tensors().get(name);
    assertThat(t).as(name).isNotNull();
    return t.detach();
  }

  @Test
  void biasesCanBeLeftOut() {
    assertThat(names(vit())).contains("blocks.0.attn.qkv.bias", "blocks.1.mlp.fc2.bias");
    assertThat(names(vit("qkv_bias", false)))
        .hasSize(names(vit()).size() - 2)
        .doesNotContain("blocks.0.attn.qkv.bias", "blocks.1.attn.qkv.bias");
    assertThat(names(vit("proj_bias", false)))
        .hasSize(names(vit()).size() - 6)
        .noneMatch(n -> n.matches("blocks.*(attn\\.proj|fc1|fc2)\\.bias"));
  }

  @Test
  void tokensInFront() {
    Vit without = vit("class_token", false, "global_pool", "avg");
    assertThat(names(without)).doesNotContain("cls_token");
    assertThat(without.parameters().get("pos_embed").shape()).containsExactly(1, 16, 8);
    assertThat(without.apply(pictures()).shape()).containsExactly(4, 10);
    Vit registers = vit("reg_tokens", 3);
    assertThat(registers.parameters().get("reg_token").shape()).containsExactly(1, 3, 8);
    assertThat(registers.parameters().get("pos_embed").shape()).containsExactly(1, 20, 8);
    Tensor before = registers.apply(pictures());
    registers.load(Map.of("reg_token", normal(9, 1, 3, 8)), false);
    assertThat(registers.apply(pictures()).sub(before).maxAbs()).isGreaterThan(1e-3);
    assertThatThrownBy(() -> vit("class_token", false))
        .hasMessage(
            "vit_mnist_1850: global_pool token needs class_token true; without one use global_pool avg");
  }

  @Test
  void poolingReadsTheClassTokenOrTheMeanOfThePatches() {
    for (boolean fcNorm : new boolean[] {false, true}) {
      Vit token = vit("fc_norm", fcNorm);
      Vit avg = vit("global_pool", "avg", "fc_norm", fcNorm, "reg_tokens", 2);
      for (Vit v : List.of(token, avg)) {
        assertThat(names(v).contains("fc_norm.weight")).isEqualTo(fcNorm);
        assertThat(names(v).contains("norm.weight")).isEqualTo(!fcNorm);
        checkPooling(v, fcNorm);
      }
    }
    assertThat(names(vit("global_pool", "avg"))).as("timm's default").contains("fc_norm.weight");
  }

  private static void checkPooling(Vit v, boolean fcNorm) {
    try (Trace trace = Trace.start()) {
      v.apply(pictures());
      Tensor tokens = seen(trace, fcNorm ? "block.1" : "norm");
      Tensor pooled =
          v.config().globalPool().equals("token")
              ? tokens.select(1, 0)
              : tokens.narrow(1, 3, 16).mean(1); // behind the class token and two registers
      if (fcNorm) {
        Map<String, Tensor> p = v.parameters();
        Tensor gain = p.get("fc_norm.weight");
        pooled = dev.vit4j.tensor.Ops.layerNorm(pooled, gain, p.get("fc_norm.bias"), 1e-6).detach();
      }
      assertClose("features", seen(trace, "features"), pooled, 1e-5);
    }
  }

  @Test
  void preNormComesBeforeTheBlocksAndTakesThePatchBias() {
    Vit v = vit("pre_norm", true);
    assertThat(names(v)).contains("norm_pre.weight").doesNotContain("patch_embed.proj.bias");
    Tensor before = v.apply(pictures());
    v.load(Map.of("norm_pre.bias", normal(9, 8)), false);
    assertThat(v.apply(pictures()).sub(before).maxAbs()).isGreaterThan(1e-3);
  }

  @Test
  void layerScaleActs() {
    Vit v = vit("init_values", 1e-5);
    assertThat(names(v)).contains("blocks.0.ls1.gamma", "blocks.1.ls2.gamma");
    Tensor zero = Init.seeded(0).zeros(8);
    for (String n : List.of("blocks.0.ls1", "blocks.0.ls2", "blocks.1.ls1", "blocks.1.ls2")) {
      v.load(Map.of(n + ".gamma", zero), false);
    }
    try (Trace trace = Trace.start()) {
      v.apply(pictures());
      assertSameBits("blocks do nothing", seen(trace, "block.1"), seen(trace, "tokens"));
    }
  }

  @Test
  void theDistilledFormAveragesTwoHeads() {
    Vit v = vit("distilled", true);
    assertThat(names(v)).contains("dist_token", "head_dist.weight");
    assertThat(v.parameters().get("pos_embed").shape()).containsExactly(1, 18, 8);
    v.train(false);
    try (Trace trace = Trace.start()) {
      Tensor logits = v.apply(pictures());
      Tensor norm = seen(trace, "norm");
      Map<String, Tensor> p = v.parameters();
      Tensor a =
          norm.select(1, 0).matmul(p.get("head.weight").transpose(0, 1)).add(p.get("head.bias"));
      Tensor b =
          norm.select(1, 1)
              .matmul(p.get("head_dist.weight").transpose(0, 1))
              .add(p.get("head_dist.bias"));
      assertClose("logits", logits, a.add(b).mul(0.5), 1e-4);
      // timm's forward_head(pre_logits=True), and its model with num_classes=0
      Tensor mean = norm.select(1, 0).add(norm.select(1, 1)).mul(0.5);
      assertClose("features", v.features(pictures()), mean, 1e-5);
    }
    assertThatThrownBy(() -> v.scores(v.features(pictures())))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("two classifiers");
    assertThatThrownBy(() -> vit("distilled", true, "global_pool", "avg"))
        .hasMessageContaining("a distilled model needs class_token true");
  }

  @ParameterizedTest
  @CsvSource({"relu, quick_gelu", "quick_gelu, gelu"})
  void activationsDiffer(String one, String other) {
    Tensor a = vit("act", one).apply(pictures());
    assertThat(a.sub(vit("act", other).apply(pictures())).maxAbs()).isGreaterThan(1e-4);
  }

  @Test
  void theEpsOfTheNormsActs() {
    Tensor a = vit("norm_eps", 1e-6).apply(pictures());
    assertThat(a.sub(vit("norm_eps", 0.5).apply(pictures())).maxAbs()).isGreaterThan(1e-3);
  }

  @Test
  void sizesAsLists() {
    Vit v = vit("img_size", List.of(8, 18), "patch_size", List.of(4, 6), "in_chans", 3);
    assertThat(v.height()).isEqualTo(8);
    assertThat(v.width()).isEqualTo(18);
    assertThat(v.parameters().get("patch_embed.proj.weight").shape()).containsExactly(8, 3, 4, 6);
    assertThat(v.parameters().get("pos_embed").shape()).containsExactly(1, 2 * 3 + 1, 8);
    assertThat(v.apply(normal(1, 2, 3, 8, 18)).shape()).containsExactly(2, 10);
    assertThatThrownBy(() -> v.apply(normal(1, 2, 3, 18, 8)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("vit_mnist_1850 takes images [B, 3, 8, 18], not F32[2, 3, 18, 8]");
    assertThatThrownBy(() -> vit("img_size", List.of(8, 17), "patch_size", List.of(4, 6)))
        .hasMessage(
            "vit_mnist_1850: image width 17 is not divisible by patch size 6: use 12 or 18");
    assertThatThrownBy(() -> vit("img_size", List.of(1, 2, 3)))
        .hasMessageContaining("img_size must be one number or [height, width]");
  }

  @Test
  void withoutClassesTheFeaturesComeOut() {
    Vit v = vit("num_classes", 0);
    assertThat(names(v)).noneMatch(n -> n.startsWith("head"));
    assertSameBits("features", v.apply(pictures()), v.features(pictures()));
    assertThat(v.apply(pictures()).shape()).containsExactly(4, 8);
  }

  @ParameterizedTest
  @CsvSource({"global_pool, token", "global_pool, avg"})
  void watchingChangesNothing(String word, String value) {
    Vit v = vit(word, value);
    Tensor quick = v.apply(pictures());
    try (Trace trace = Trace.start()) {
      assertClose("logits", v.apply(pictures()), quick, 1e-4);
    }
  }
}
