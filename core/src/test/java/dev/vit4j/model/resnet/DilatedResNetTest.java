package dev.vit4j.model.resnet;

import static dev.vit4j.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.Fixture;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.Trace;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Precision;
import dev.vit4j.tensor.Tensor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A dilated ResNet computes what torchvision's does. */
class DilatedResNetTest {
  private static final List<Boolean> AS_TORCHVISION = List.of(false, true, true);

  private static Map<String, Tensor> golden(String prefix) {
    Map<String, Tensor> found = new LinkedHashMap<>();
    Fixture.tensors("../dev/vit4j/task/segmentation/fcn_dilated.safetensors")
        .forEach(
            (name, t) -> {
              if (name.startsWith(prefix)) {
                found.put(name.substring(prefix.length()), t);
              }
            });
    return found;
  }

  private static Model model(Map<String, Object> more) {
    Map<String, Object> args = new HashMap<>();
    args.put("width", 4);
    args.put("layers", List.of(1, 2, 2, 2));
    args.put("num_classes", 3);
    args.put("img_size", List.of(33, 49));
    args.putAll(more);
    Model model = Models.create("fcn_resnet50", args, Init.seeded(1));
    model.load(golden("weights."), true);
    model.train(false);
    return model;
  }

  @Test
  void logitsAndGradientsEqualTorchvision() {
    Map<String, Tensor> golden = golden("");
    try (Model model = model(Map.of());
        Trace trace = Trace.start()) {
      Tensor logits = model.apply(golden.get("input"));
      Tensor map = trace.tensors().get("feature_map");
      assertThat(map.shape()).containsExactly(2, 128, 5, 7); // an eighth of 33 x 49
      assertClose("feature map", map, golden.get("feature_map"), 1e-4);
      assertClose("logits", logits, golden.get("logits"), 1e-4);
      logits.mul(golden.get("cotangent")).sum().backward();
      Map<String, Tensor> gradients = golden("grad.");
      assertThat(gradients.keySet())
          .containsExactlyInAnyOrderElementsOf(model.parameters().keySet());
      gradients.forEach(
          (name, g) ->
              assertClose(name, model.parameters().get(name).grad(), g, 1e-4 * g.maxAbs() + 1e-4));
    }
  }

  @Test
  void packedItIsTheSame() {
    try (Model model = model(Map.of());
        NoGrad g = NoGrad.on()) {
      model.pack(Precision.F32);
      Map<String, Tensor> golden = golden("");
      assertClose("logits", model.apply(golden.get("input")), golden.get("logits"), 1e-4);
    }
  }

  /** The size of the feature map on a meta device follows the same rule. */
  @Test
  void shapesAloneAreTheSame() {
    ResNetFcn model =
        (ResNetFcn) Models.create("fcn_resnet50", Map.of("img_size", 65), Init.shapesOnly());
    assertThat(model.backbone().mapStride()).containsExactly(8, 8);
    assertThat(model.args()).containsEntry("replace_stride_with_dilation", AS_TORCHVISION);
  }

  @Test
  void withoutDilationItIsAnotherModel() {
    Map<String, Object> none = Map.of("replace_stride_with_dilation", List.of(false, false, false));
    try (Model model = model(none);
        NoGrad g = NoGrad.on();
        Trace trace = Trace.start()) {
      model.apply(golden("").get("input"));
      assertThat(trace.tensors().get("feature_map").shape()).containsExactly(2, 128, 2, 2);
      Model again = Models.create(model.name(), model.args(), Init.shapesOnly());
      assertThat(again.args()).isEqualTo(model.args()); // not those of the catalog
    }
  }

  @Test
  void basicBlocksCannotBeDilated() {
    Map<String, Object> args = Map.of("replace_stride_with_dilation", AS_TORCHVISION);
    assertThatThrownBy(() -> Models.create("fcn_resnet18", args, Init.shapesOnly()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("fcn_resnet18: replace_stride_with_dilation needs block bottleneck");
    Map<String, Object> two = Map.of("replace_stride_with_dilation", List.of(true, true));
    assertThatThrownBy(() -> Models.create("fcn_resnet50", two, Init.shapesOnly()))
        .hasMessageContaining("replace_stride_with_dilation")
        .hasMessageContaining("a list of 3 values, true or false");
  }
}
