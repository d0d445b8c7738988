package dev.vit4j.weights;

import static dev.vit4j.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import dev.vit4j.Fixture;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ONNX Runtime gives the logits of SpikingJelly, whose neurons fire. */
class SpikformerOnnxTest {
  @TempDir Path dir;

  private void check(String name, int size, int patch, Map<String, Object> more) throws Exception {
    Map<String, Object> told = new HashMap<>(more);
    told.putAll(Map.of("img_size", size, "patch_size", patch, "num_heads", 2));
    Path weights = Fixture.file("/dev/vit4j/model/spikformer/" + name + ".pth");
    Map<String, Tensor> golden =
        Fixture.tensors(Fixture.file("/dev/vit4j/model/spikformer/" + name + ".safetensors"));
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open();
        WeightsFolder.Loaded loaded =
            ModelSource.openOrCreate(weights.toString(), told, 0, note -> {})) {
      loaded.model().train(false);
      Path file = dir.resolve(name + more.size() + ".onnx");
      OnnxExport.write(loaded.model(), loaded.preprocess(), List.of(), file);
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      try (OrtSession session = environment.createSession(file.toString())) {
        Tensor x = golden.get("input");
        Tensor ours = loaded.model().apply(x);
        Tensor theirs = Tensor.of(OnnxExportTest.run(environment, session, x), ours.shape());
        assertClose("logits", theirs, ours, 1e-4);
        if (more.isEmpty()) {
          assertClose("SpikingJelly", theirs, golden.get("logits"), 1e-4);
        }
      }
      assertThat(golden.get("logits").maxAbs()).isPositive();
    }
  }

  @Test
  void namesOfBothModels() throws Exception {
    check("cifar", 16, 4, Map.of());
    check("imagenet", 32, 16, Map.of());
  }

  @Test
  void otherNeurons() throws Exception {
    check("cifar", 16, 4, Map.of("neuron", "if"));
    check("cifar", 16, 4, Map.of("reset", "soft", "T", 3, "v_threshold", 0.75));
  }
}
