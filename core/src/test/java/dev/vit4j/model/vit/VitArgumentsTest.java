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
   * Positions of the class token alone are added to it.
   */
  @ParameterizedTest
  @CsvSource({"16, 16, 0", "17, 16, 2", "21, 21, 0"})
  void positionsOfSomeTokens(int positions, int kept, double added) {
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
    assertThat(pos.size(1)).isEqualTo(kept);
    assertThat(pos.sum().item()).isEqualTo(2.0 * kept);
    assertThat(state.get("cls_token").sum().item()).isEqualTo(added);
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
