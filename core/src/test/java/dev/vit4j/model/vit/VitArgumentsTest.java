package dev.vit4j.model.vit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tensors that other libraries store in another form. */
class VitArgumentsTest {
  /**
   * DeiT III, DINOv2 with registers: positions for the patches, or for them and the class token.
   */
  @ParameterizedTest
  @CsvSource({"16, 5, 16", "17, 4, 16", "21, 0, 16"})
  void tokensWithoutPositionsGetZeros(int positions, int zeros, int patches) {
    Map<String, Tensor> state = new LinkedHashMap<>();
    state.put("cls_token", Tensor.of(new float[2], 1, 1, 2));
    state.put("reg_token", Tensor.of(new float[8], 1, 4, 2));
    float[] ones = new float[2 * positions];
    java.util.Arrays.fill(ones, 1);
    state.put("pos_embed", Tensor.of(ones, 1, positions, 2));
    int[] grid = VitArguments.grid(state, new int[] {8, 8}, List.of());
    assertThat(grid).containsExactly(4, 4);
    VitArguments.bringIntoForm(state, 16);
    Tensor pos = state.get("pos_embed");
    assertThat(pos.size(1)).isEqualTo(5 + patches);
    assertThat(pos.sum().item()).isEqualTo(2.0 * (5 + patches - zeros));
    assertThat(pos.narrow(1, 5, 16).sum().item()).isEqualTo(32.0);
  }

  /** DeiTForImageClassification: a distillation token that no head reads is a register. */
  @Test
  void aTokenThatNoHeadReadsIsARegister() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    state.put("cls_token", Tensor.of(new float[2], 1, 1, 2));
    state.put("dist_token", Tensor.of(new float[] {3, 4}, 1, 1, 2));
    state.put("head.weight", Tensor.of(new float[2], 1, 2));
    state.put("pos_embed", Ops.cat(1, Tensor.of(new float[12], 1, 6, 2)));
    VitArguments.bringIntoForm(state, 4);
    assertThat(state).doesNotContainKey("dist_token");
    assertThat(state.get("reg_token").toFloats()).containsExactly(3, 4);
  }
}
