package dev.vit4j.model.resnet;

import static dev.vit4j.TensorAssert.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.Fixture;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.Trace;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Every stage, the running statistics and gradients equal torchvision's. */
class ResNetGoldenTest {
  private static final String FOLDER = "02-torchvision/";

  private static ResNet load(String folder, Map<String, Tensor> io) {
    JsonNode config = Fixture.json(FOLDER + folder + "/config.json");
    List<Integer> layers = new ArrayList<>();
    config.get("layers").forEach(n -> layers.add(n.asInt()));
    Map<String, Object> words = new HashMap<>();
    words.put("layers", layers);
    words.put("width", config.get("width").asInt());
    words.put("num_classes", config.get("num_classes").asInt());
    words.put("stem", config.get("cifar_stem").asBoolean() ? "cifar" : "imagenet");
    words.put("img_size", List.of((int) io.get("x").size(2), (int) io.get("x").size(3)));
    ResNet model = new ResNet("fixture", ResNetConfig.of("fixture", words), Init.seeded(1));
    model.load(Fixture.tensors(FOLDER + folder + "/model.safetensors"), true);
    assertThat(model.parameterCount()).isEqualTo(config.get("num_params").asLong());
    return model;
  }

  private static void assertClose(String what, Tensor actual, Tensor expected, double tolerance) {
    assertThat(actual.shape()).as(what).isEqualTo(expected.shape());
    assertThat(actual.sub(expected).maxAbs())
        .as(what)
        .isLessThanOrEqualTo(tolerance * Math.max(1e-6, expected.maxAbs()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"resnet_basic", "resnet34_cifar"})
  void everyStageEqualsTorchvision(String folder) {
    Map<String, Tensor> io = Fixture.tensors(FOLDER + folder + "/io.safetensors");
    ResNet model = load(folder, io);
    model.train(false);
    try (NoGrad g = NoGrad.on();
        Trace trace = Trace.start()) {
      assertClose("logits", model.apply(io.get("x")), io.get("logits"), 1e-4);
      Map<String, Tensor> seen = trace.tensors();
      assertClose("conv1", seen.get("conv1"), io.get("conv1"), 1e-4);
      assertClose("stem", seen.get("stem"), io.get("maxpool"), 1e-4);
      for (int i = 1; i <= 4; i++) {
        assertClose("layer" + i, seen.get("layer" + i), io.get("layer" + i), 1e-4);
      }
      assertClose("features", seen.get("features"), io.get("avgpool").flatten(1, 3), 1e-4);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"resnet_basic", "resnet34_cifar"})
  void trainingEqualsTorchvision(String folder) {
    Tensor x = Fixture.tensors(FOLDER + folder + "/io.safetensors").get("x");
    ResNet model = load(folder, Map.of("x", x));
    Map<String, Tensor> golden = Fixture.tensors(FOLDER + folder + "/train_mode.safetensors");
    model.train(true);
    Tensor logits = model.apply(x);
    Tensor loss = Ops.crossEntropy(logits, golden.get("labels"), 0);
    loss.backward();
    assertClose("logits", logits, golden.get("logits"), 1e-3);
    assertThat(loss.item()).isCloseTo(golden.get("loss").item(), within(1e-3));
    int compared = 0;
    for (Map.Entry<String, Tensor> e : golden.entrySet()) {
      String name = e.getKey().substring(e.getKey().indexOf('.') + 1);
      if (e.getKey().startsWith("grad.")) {
        assertClose(e.getKey(), model.parameters().get(name).grad(), e.getValue(), 1e-3);
        compared++;
      } else if (e.getKey().endsWith("num_batches_tracked")) {
        assertSameBits(e.getKey(), model.buffers().get(name), e.getValue());
        compared++;
      } else if (e.getKey().startsWith("after.")) {
        assertClose(e.getKey(), model.buffers().get(name), e.getValue(), 1e-3);
        compared++;
      }
    }
    assertThat(compared).isEqualTo(golden.size() - 3); // all but labels, logits and loss
  }
}
