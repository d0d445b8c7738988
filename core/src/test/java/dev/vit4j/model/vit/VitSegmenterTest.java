package dev.vit4j.model.vit;

import static dev.vit4j.TensorAssert.assertClose;
import static dev.vit4j.TensorAssert.normal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.Trace;
import dev.vit4j.tensor.ImageOps;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A ViT, a linear layer on each of its patches, and a bilinear resize: nothing else. */
class VitSegmenterTest {
  private static Map<String, Object> args(Object... more) {
    Map<String, Object> args = new LinkedHashMap<>();
    args.put("img_size", List.of(24, 32));
    args.put("patch_size", 8);
    args.put("embed_dim", 12);
    args.put("depth", 2);
    args.put("num_heads", 3);
    args.put("num_classes", 5);
    for (int i = 0; i < more.length; i += 2) {
      args.put((String) more[i], more[i + 1]);
    }
    return args;
  }

  private static Model model(Object... more) {
    return Models.create("vit_seg", args(more), Init.seeded(7));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3})
  void logitsAreTheFeatureMapTimesTheClassifierUpsampled(int registers) {
    Model model = model("reg_tokens", registers);
    model.train(false);
    Tensor x = normal(1, 2, 3, 24, 32);
    Map<String, Object> args = args("reg_tokens", registers, "num_classes", 0);
    Vit vit = new Vit("twin", VitConfig.of("twin", args), Init.seeded(3));
    String prefix = "backbone.";
    Map<String, Tensor> weights = new LinkedHashMap<>();
    model
        .state()
        .forEach(
            (name, t) -> {
              if (name.startsWith(prefix)) {
                weights.put(name.substring(prefix.length()), t);
              }
            });
    vit.load(weights, true);
    vit.train(false);
    try (NoGrad g = NoGrad.on();
        Trace trace = Trace.start()) {
      Tensor logits = model.apply(x);
      assertThat(logits.shape()).containsExactly(2, 5, 24, 32);

      Tensor map = vit.featureMap(x); // [2, 12, 3, 4]
      assertThat(map.shape()).containsExactly(2, 12, 3, 4);
      assertClose("feature map", trace.tensors().get("feature_map"), map, 1e-6);
      Tensor weight = model.parameters().get("classifier.weight").reshape(5, 12);
      Tensor tokens = map.flatten(2, 3).transpose(1, 2); // [2, 12 patches, 12]
      Tensor scores = Ops.linear(tokens, weight, model.parameters().get("classifier.bias"));
      Tensor grid = scores.transpose(1, 2).reshape(2, 5, 3, 4);
      assertClose("grid", trace.tensors().get("grid_logits"), grid, 1e-5);
      assertClose("logits", logits, ImageOps.resizeBilinear(grid, 24, 32), 1e-5);
    }
  }

  @Test
  void parametersHaveTheVitsNamesBelowBackbone() {
    Model model = model();
    Vit vit = new Vit("twin", VitConfig.of("twin", args("num_classes", 0)), Init.shapesOnly());
    Set<String> expected =
        vit.parameters().keySet().stream().map(n -> "backbone." + n).collect(Collectors.toSet());
    expected.add("classifier.weight");
    expected.add("classifier.bias");
    assertThat(model.parameters().keySet()).isEqualTo(expected);
    assertThat(model.parameters().get("classifier.weight").shape()).containsExactly(5, 12, 1, 1);
    assertThat(model.parameterCount()).isEqualTo(vit.parameterCount() + 5 * 12 + 5);
    assertThat(model.classifier()).containsExactly("classifier");
    assertThat(model.parameters().keySet().stream().filter(model.noWeightDecay()::contains))
        .containsExactlyInAnyOrder("backbone.cls_token", "backbone.pos_embed");
    Map<String, Integer> layers = model.layers();
    assertThat(layers.get("backbone.patch_embed.proj.weight")).isZero();
    assertThat(layers.get("backbone.blocks.0.attn.qkv.weight")).isEqualTo(1);
    assertThat(layers.get("backbone.norm.weight")).isEqualTo(2);
    assertThat(layers.get("classifier.weight")).isEqualTo(3);
  }

  @Test
  void takesTheArgumentsOfANamedBackbone() {
    Model model =
        Models.create(
            "vit_seg",
            Map.of("backbone", "vit_small_patch16_224", "img_size", 64, "num_classes", 11),
            Init.shapesOnly());
    assertThat(model.args())
        .containsEntry("embed_dim", 384)
        .containsEntry("num_heads", 6)
        .containsEntry("num_classes", 11)
        .doesNotContainKey("backbone");
    assertThat(List.of(model.height(), model.width())).containsExactly(64, 64);
    Model again = Models.create("vit_seg", model.args(), Init.shapesOnly());
    assertThat(again.args()).isEqualTo(model.args());
    assertThat(again.parameterCount()).isEqualTo(model.parameterCount());
  }

  @Test
  void refusesWhatCannotSegment() {
    assertThatThrownBy(() -> model("num_classes", 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("vit_seg: segmentation needs num_classes above 0");
    assertThatThrownBy(() -> model("distilled", true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("vit_seg: segmentation needs a ViT that is not distilled");
    assertThatThrownBy(() -> model("backbone", "resnet18"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("backbone must be the name of a ViT, not resnet18");
  }
}
