package dev.vit4j.model.resnet;

import static dev.vit4j.TensorAssert.assertClose;
import static dev.vit4j.TensorAssert.normal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.Fixture;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.Trace;
import dev.vit4j.tensor.ImageOps;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Names, counts, head, gradients and running statistics equal torchvision's FCN. */
class ResNetFcnTest {
  private static final String FOLDER = "/dev/vit4j/task/segmentation/";

  private static Map<String, Tensor> below(String prefix, Map<String, Tensor> golden) {
    Map<String, Tensor> found = new LinkedHashMap<>();
    golden.forEach(
        (name, t) -> {
          if (name.startsWith(prefix)) {
            found.put(name.substring(prefix.length()), t);
          }
        });
    return found;
  }

  @ParameterizedTest
  @ValueSource(strings = {"eval", "train"})
  void theHeadEqualsTorchvision(String mode) {
    Map<String, Tensor> golden = Fixture.tensors(Fixture.file(FOLDER + "fcn_head.safetensors"));
    FcnHead head = new FcnHead(Init.seeded(1), 16, 3, 0);
    head.load(below("weights.", golden), true);
    head.train(mode.equals("train"));
    Tensor x = golden.get("input").requiresGrad(true);
    Tensor labels = golden.get("labels"); // [3, 19, 23]

    Tensor scores = head.apply(x);
    Tensor logits = ImageOps.resizeBilinear(scores, 19, 23);
    double labelled = labels.count() - labels.eq(255).sum().item();
    Tensor loss = Ops.crossEntropySum(logits, labels, null, 0, 255).mul(1 / labelled);
    loss.backward();

    assertClose("scores", scores, golden.get(mode + ".scores"), 1e-5);
    assertClose("logits", logits, golden.get(mode + ".logits"), 1e-5);
    assertThat(loss.item()).isCloseTo(golden.get(mode + ".loss").item(), within(1e-6));
    Map<String, Tensor> gradients = below(mode + ".grad.", golden);
    assertClose("input", x.grad(), gradients.remove("input"), 1e-6);
    assertThat(gradients.keySet()).containsExactlyInAnyOrderElementsOf(head.parameters().keySet());
    head.parameters().forEach((name, p) -> assertClose(name, p.grad(), gradients.get(name), 1e-6));
    Map<String, Tensor> after =
        mode.equals("train") ? below("train.after.", golden) : below("weights.", golden);
    head.buffers().forEach((name, b) -> assertClose(name, b, after.get(name), 1e-6));
    assertThat(head.buffers()).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fcn_resnet18", "fcn_resnet50"})
  void namesShapesAndCountsAreTorchvisions(String name) {
    JsonNode golden = JsonMapper.shared().readTree(Fixture.file(FOLDER + "fcn.json"));
    JsonNode expected = golden.get(name);
    Model model = Models.create(name, Map.of("num_classes", 21), Init.shapesOnly());
    Map<String, String> shapes = new LinkedHashMap<>();
    model.state().forEach((key, t) -> shapes.put(key, Arrays.toString(t.shape())));
    Map<String, String> theirs = new LinkedHashMap<>();
    expected
        .get("state_dict")
        .properties()
        .forEach(e -> theirs.put(e.getKey(), e.getValue().toString().replace(",", ", ")));
    assertThat(shapes).containsExactlyInAnyOrderEntriesOf(theirs);
    assertThat(model.parameterCount()).isEqualTo(expected.get("parameters").asLong());
    assertThat(model.classifier()).containsExactly("classifier");
    assertThat(model.isOfHead().test("classifier.4.bias")).isTrue();
    assertThat(model.isOfHead().test("backbone.layer4.1.conv2.weight")).isFalse();
  }

  /** The same map sizes as torchvision's undilated FCN, for an image of odd size. */
  @Test
  void readsImagesOfAnySize() {
    Model model = Models.create("fcn_resnet18", Map.of("num_classes", 5), Init.seeded(1));
    model.train(false);
    try (NoGrad g = NoGrad.on();
        Trace trace = Trace.start()) {
      Tensor logits = model.apply(normal(1, 1, 3, 65, 97));
      assertThat(logits.shape()).containsExactly(1, 5, 65, 97);
      assertThat(trace.tensors().get("feature_map").shape()).containsExactly(1, 512, 3, 4);
      Tensor grid = trace.tensors().get("grid_logits");
      assertThat(grid.shape()).containsExactly(1, 5, 3, 4);
      assertClose("upsampled", logits, ImageOps.resizeBilinear(grid, 65, 97), 0);
    }
  }

  @Test
  void needsClasses() {
    assertThatThrownBy(() -> Models.create("fcn_resnet18", Map.of("num_classes", 0), Init.unset()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("fcn_resnet18: segmentation needs num_classes above 0");
  }
}
