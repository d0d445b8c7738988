package dev.vit4j.model.vit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.TensorAssert;
import dev.vit4j.nn.Init;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every part of the kinds of ViTs learns; what contradicts itself is refused. */
class VitKindsTrainTest {
  static List<Map<String, Object>> kinds() {
    return List.of(
        Map.of("mlp_layer", "swiglu_packed", "init_values", 0.1),
        Map.of("global_pool", "map", "reg_tokens", 2, "qk_norm", true),
        Map.of("global_pool", "token_avg", "no_embed_class", true, "act", "silu"),
        Map.of("representation_size", 12, "act", "gelu_tanh"),
        Map.of("global_pool", "avg", "pool_include_prefix", true));
  }

  private static VitConfig config(Map<String, Object> more) {
    Map<String, Object> args = new LinkedHashMap<>();
    args.putAll(Map.of("img_size", 8, "patch_size", 4, "embed_dim", 16, "depth", 2));
    args.putAll(Map.of("num_heads", 2, "num_classes", 3));
    args.putAll(more);
    return VitConfig.of("vit", args);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void everyParameterGetsAGradient(Map<String, Object> more) {
    VitConfig config = config(more);
    try (Vit vit = new Vit("vit", config, Init.seeded(1));
        Scope scope = Scope.open()) {
      assertThat(VitConfig.of("vit", config.toMap()).toMap()).isEqualTo(config.toMap());
      Tensor logits = vit.apply(TensorAssert.normal(1, 4, 3, 8, 8));
      assertThat(logits.shape()).containsExactly(4, 3);
      logits.mul(logits).sum().backward();
      vit.parameters().forEach((name, p) -> assertThat(p.grad().maxAbs()).as(name).isPositive());
    }
  }

  /** timm's GluMlp begins with a second half that is 1. */
  @Test
  void theGateBeginsOpen() {
    try (Vit vit = new Vit("vit", config(kinds().get(0)), Init.seeded(1));
        Scope scope = Scope.open()) {
      Tensor bias = vit.parameters().get("blocks.0.mlp.fc1.bias"); // 64: two halves
      assertThat(bias.detach().narrow(0, 0, 32).maxAbs()).isZero();
      assertThat(bias.detach().narrow(0, 32, 32).sum().item()).isEqualTo(32);
      Tensor weight = vit.parameters().get("blocks.0.mlp.fc1.weight").detach();
      assertThat(weight.narrow(0, 32, 32).maxAbs()).isLessThan(1e-5);
    }
  }

  /** A decoder reads tokens, so its backbone has no parameters after them. */
  @Test
  void backbonesHaveNoPooling() {
    Map<String, Object> args = new LinkedHashMap<>(config(kinds().get(1)).toMap());
    args.put("representation_size", 12);
    VitConfig config = VitConfig.of("vit", args);
    try (VitSegmenter segmenter = new VitSegmenter("vit_seg", config, Init.seeded(1))) {
      assertThat(segmenter.parameters().keySet())
          .noneMatch(name -> name.matches(".*(attn_pool|pre_logits|head).*"))
          .contains("backbone.norm.weight", "backbone.blocks.1.attn.q_norm.weight");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "global_pool | token_avg | class_token | false | global_pool token_avg needs class_token",
        "global_pool | token_avg | fc_norm | true | global_pool token_avg needs fc_norm false",
        "distilled | true | no_embed_class | true | no_embed_class false",
        "mlp_layer | swiglu_packed | mlp_ratio | 1.0625 | needs an even hidden width, not 17",
        "mlp_layer | glu | depth | 2 | mlp_layer must be one of mlp, swiglu_packed, not glu",
      })
  void whatContradictsItselfIsRefused(
      String key, String value, String key2, String value2, String reason) {
    assertThatThrownBy(() -> config(Map.of(key, parsed(value), key2, parsed(value2))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason)
        .hasMessageNotContaining("\n");
  }

  private static Object parsed(String value) {
    return switch (value) {
      case "true", "false" -> Boolean.valueOf(value);
      default -> value.matches("[0-9.]+") ? (Object) Double.valueOf(value) : value;
    };
  }
}
