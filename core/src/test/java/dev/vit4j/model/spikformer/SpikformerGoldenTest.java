package dev.vit4j.model.spikformer;

import static dev.vit4j.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.Fixture;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Precision;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.weights.ModelSource;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Logits, gradients, counts and names equal those of the same network in SpikingJelly. */
class SpikformerGoldenTest {
  private static final Map<String, Map<String, Object>> ARGS =
      Map.of(
          "cifar",
          Map.of("img_size", 16, "embed_dim", 32, "depth", 2, "num_heads", 2, "num_classes", 5),
          "imagenet",
          Map.of(
              "img_size", 32,
              "patch_size", 16,
              "embed_dim", 32,
              "depth", 2,
              "num_heads", 2,
              "num_classes", 3,
              "qkv_bias", false),
          "without_leak",
          Map.of(
              "img_size", 8,
              "embed_dim", 16,
              "depth", 1,
              "num_heads", 2,
              "num_classes", 3,
              "T", 5,
              "neuron", "if"),
          "gray",
          new HashMap<>(
              Map.of(
                  "img_size", 12,
                  "in_chans", 1,
                  "patch_size", 2,
                  "embed_dim", 16,
                  "depth", 1,
                  "num_heads", 4,
                  "mlp_ratio", 2,
                  "num_classes", 4)));

  static {
    ARGS.get("gray")
        .putAll(Map.of("T", 3, "surrogate", "atan", "reset", "soft", "detach_reset", false));
  }

  private static Map<String, Tensor> golden(String name) {
    return Fixture.tensors(Fixture.file("/dev/vit4j/model/spikformer/" + name + ".safetensors"));
  }

  /** Without the norms that the authors' code never applies. */
  private static Spikformer load(String name, Map<String, Tensor> golden) {
    SpikformerConfig config = SpikformerConfig.of(name, ARGS.get(name));
    Spikformer model = new Spikformer(name, config, Init.seeded(1));
    Map<String, Tensor> weights = new LinkedHashMap<>();
    golden.forEach(
        (key, t) -> {
          if (key.startsWith("weights.") && !key.matches(".*\\.norm[12]\\..*")) {
            weights.put(key.substring("weights.".length()), t);
          }
        });
    model.load(weights, true);
    model.train(false);
    return model;
  }

  @ParameterizedTest
  @ValueSource(strings = {"cifar", "imagenet", "gray", "without_leak"})
  void logitsAndGradientsEqualSpikingJelly(String name) {
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> golden = golden(name);
      Spikformer model = load(name, golden);
      Tensor x = golden.get("input");
      try (NoGrad g = NoGrad.on()) {
        assertClose("logits", model.apply(x), golden.get("logits"), 1e-5);
      }
      model.train(true);
      Tensor logits = model.apply(x.requiresGrad(true));
      assertClose("training", logits.detach(), golden.get("train.logits"), 1e-5);
      Tensor loss = Ops.crossEntropy(logits, golden.get("labels"), 0);
      loss.backward();
      assertThat(loss.item()).isCloseTo(golden.get("loss").item(), within(1e-5));
      // With 48 values per channel, the norms of "imagenet" amplify the rounding of f32.
      double error = name.equals("imagenet") ? 2e-4 : 2e-5;
      assertGradient("input", x.grad(), golden, error);
      model.parameters().forEach((n, p) -> assertGradient(n, p.grad(), golden, error));
      model
          .buffers()
          .forEach(
              (n, b) -> {
                if (n.contains("running")) {
                  assertClose(n, b, golden.get("after." + n), 1e-5);
                }
              });
    }
  }

  private static void assertGradient(
      String name, Tensor mine, Map<String, Tensor> golden, double error) {
    Tensor theirs = golden.get("grad." + name);
    assertClose(name, mine, theirs, error * Math.max(1, theirs.maxAbs()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"cifar", "imagenet", "gray", "without_leak"})
  void packedItIsTheSame(String name) {
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      Map<String, Tensor> golden = golden(name);
      Spikformer model = load(name, golden);
      model.pack(Precision.F32);
      assertClose("logits", model.apply(golden.get("input")), golden.get("logits"), 1e-5);
    }
  }

  /** The authors' checkpoints: linear layers for CIFAR, convolutions of one pixel for ImageNet. */
  @ParameterizedTest
  @CsvSource({"cifar, 16, 4", "imagenet, 32, 16"})
  void authorsCheckpointsOpen(String name, int size, int patch) throws IOException {
    List<String> notes = new ArrayList<>();
    Map<String, Object> told = Map.of("img_size", size, "patch_size", patch, "num_heads", 2);
    String file = Fixture.file("/dev/vit4j/model/spikformer/" + name + ".pth").toString();
    Map<String, Tensor> golden = golden(name);
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open();
        WeightsFolder.Loaded loaded = ModelSource.openOrCreate(file, told, 0, notes::add)) {
      assertThat(notes).anyMatch(note -> note.contains("ZK-Zhou/spikformer"));
      assertThat(notes).anyMatch(note -> note.contains("T=4"));
      loaded.model().train(false);
      assertClose("logits", loaded.model().apply(golden.get("input")), golden.get("logits"), 1e-5);
    }
  }

  /** The paper's tables 1 and 3, in millions, cut after the second digit. */
  @ParameterizedTest
  @CsvSource({
    "spikformer_4_256, 4155178",
    "spikformer_4_384, 9324730",
    "spikformer_8_384, 16816024",
    "spikformer_8_512, 29689384",
    "spikformer_8_768, 66338632"
  })
  void countsAreThePapers(String name, long count) {
    assertThat(Models.create(name, Map.of(), Init.shapesOnly()).parameterCount()).isEqualTo(count);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "T | 0 | T must be from 1 to 1024, not 0",
        "img_size | 30 | image height 30 is not divisible by the patch size 4: use 28 or 32",
        "patch_size | 3 | patch_size must be 1, 2, 4, 8 or 16, not 3",
        "num_heads | 5 | embed_dim 384 is not divisible by num_heads 5",
        "embed_dim | 100 | embed_dim 100 is not divisible by 8",
        "surrogate | relu | surrogate must be one of sigmoid, atan, not relu",
        "reset | none | reset must be one of hard, soft, not none",
        "tau | 0 | tau must be from 1",
        "drop_rate | 1 | unknown model argument 'drop_rate'",
      })
  void impossibleArgumentsSayWhatWouldDo(String key, String value, String message) {
    Object v = value.matches("\\d+") ? (Object) Integer.valueOf(value) : value;
    assertThatThrownBy(() -> Models.create("spikformer_4_384", Map.of(key, v), Init.shapesOnly()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  @Test
  void argumentsSurviveAsAMap() {
    for (Map<String, Object> args : ARGS.values()) {
      SpikformerConfig config = SpikformerConfig.of("x", args);
      assertThat(SpikformerConfig.of("x", config.toMap()).toMap()).isEqualTo(config.toMap());
    }
  }
}
