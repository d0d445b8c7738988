package dev.vit4j.model.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.Fixture;
import dev.vit4j.model.Model;
import dev.vit4j.nn.Init;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SummaryTest {
  @Test
  void countsTheSmallModelTensorByTensor() {
    Summary s = Summary.of("vit_mnist_1850", Map.of(), 1);
    assertThat(s.params()).isEqualTo(1850);
    assertThat(s.trainable()).isEqualTo(1850);
    assertThat(s.tensors()).hasSize(32);
    assertThat(s.tensors().get(0).name()).isEqualTo("cls_token");
    assertThat(s.tensors().stream().mapToLong(Summary.Parameter::count).limit(4))
        .containsExactly(8L, 136L, 392L, 8L);
    long listed =
        s.layers().stream().filter(l -> !l.again()).mapToLong(Summary.Layer::ownParameters).sum();
    assertThat(listed).isEqualTo(1850);
  }

  @Test
  void multiplyAddsAreTheFieldsAndGrowWithTheBatch() {
    long golden =
        Fixture.json("12-counts/counts.json")
            .get("timm/vit_base_patch16_224")
            .get("macs_matmul_conv")
            .asLong();
    Summary one = Summary.of("vit_base_patch16_224", Map.of(), 1);
    assertThat(one.multAdds()).isEqualTo(golden);
    assertThat(Summary.of("vit_base_patch16_224", Map.of(), 4).multAdds()).isEqualTo(4 * golden);
  }

  @Test
  void threeClassesGiveTheKnownNumber() {
    Summary s = Summary.of("vit_base_patch16_224", Map.of("num_classes", 3), 32);
    assertThat(s.params()).isEqualTo(85_800_963);
    assertThat(s.output()).containsExactly(32, 3);
    assertThat(s.sizeMb()).isEqualTo(343.203852);
  }

  @Test
  void frozenPartsAreToldApart() {
    try (Model model = Models.create("vit_mnist_1850", Map.of(), Init.seeded(0))) {
      model.freeze(List.of("blocks.0", "patch_embed"));
      Summary s = Summary.of(model, 1);
      assertThat(s.frozen()).isEqualTo(400 + 600);
      assertThat(s.layers().get(0).trainable()).isEqualTo(Summary.Trainable.SOME);
      assertThat(s.layers().get(1).trainable()).isEqualTo(Summary.Trainable.NONE);
    }
  }

  @Test
  void anEmptyBatchIsRefused() {
    assertThatThrownBy(() -> Summary.of("vit_mnist_1850", Map.of(), 0))
        .hasMessageContaining("batch size must be at least 1");
  }
}
