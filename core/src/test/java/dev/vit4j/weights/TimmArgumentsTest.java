package dev.vit4j.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.model.Family;
import dev.vit4j.model.Origin;
import dev.vit4j.model.resnet.ResNet;
import dev.vit4j.model.vit.Vit;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/** What a timm configuration says and no shape shows is done, or refused by name. */
class TimmArgumentsTest {
  private static void check(String json, boolean residual) {
    Map<?, ?> args = JsonMapper.shared().readValue(json.replace('\'', '"'), Map.class);
    Family family = residual ? ResNet.FAMILY : Vit.FAMILY;
    family.interop().configured(Origin.TIMM, Map.of("architecture", "", "model_args", args));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'global_pool': 'max'}                          | true",
        "{'output_stride': 16}                           | true",
        "{'act_layer': 'silu'}                           | true",
        "{'aa_layer': 'blurpool'}                        | true",
        "{'replace_stem_pool': true}                     | true",
        "{'scale_attn_norm': true}                       | false",
        "{'block_fn': 'parallel'}                        | false",
        "{'depth': 3, 'attn_layer': 'diff'}              | false",
      })
  void refused(String json, boolean residual) {
    String word = json.substring(json.lastIndexOf("{'") + 2).split("'", 2)[0];
    assertThatThrownBy(() -> check(json, residual))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(word.equals("depth") ? "attn_layer=diff" : word + "=")
        .hasMessageContaining("this is not supported");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                                                                        | true",
        "{'global_pool': 'avg', 'output_stride': 32, 'avg_down': false}            | true",
        "{'act_layer': 'relu', 'drop_rate': 0.1, 'aa_layer': null, 'in_chans': 1}  | true",
        "{'act_layer': 'quickgelu', 'global_pool': 'avg', 'dynamic_img_size': true}| false",
        "{'pool_include_prefix': true, 'qk_norm': true, 'init_values': 1e-5}       | false",
        "{'act_layer': 'silu', 'no_embed_class': true, 'global_pool': 'map'}       | false",
      })
  void fine(String json, boolean residual) {
    assertThatCode(() -> check(json, residual)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "vit_tiny_patch16_224, token",
    "vit_base_patch16_siglip_224, map",
    "vit_unknown_patch16_224,",
  })
  void theArchitectureTellsThePooling(String name, String pool) {
    assertThat(
            Vit.FAMILY
                .interop()
                .configured(Origin.TIMM, Map.of("architecture", name))
                .get("global_pool"))
        .isEqualTo(pool);
  }
}
