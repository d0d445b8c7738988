package dev.vit4j.model.mixer;

import static dev.vit4j.TensorAssert.assertClose;
import static dev.vit4j.TensorAssert.moments;
import static dev.vit4j.TensorAssert.normal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.format.Safetensors;
import dev.vit4j.format.TensorInfo;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.Trace;
import dev.vit4j.tensor.Generator;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tokens, blocks, logits, gradients, counts, layers and first values equal timm's. */
class MlpMixerGoldenTest {
  private static Path path(String name) {
    URL url = Objects.requireNonNull(MlpMixerGoldenTest.class.getResource(name));
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static Map<String, Tensor> golden(String name) throws IOException {
    Map<String, Tensor> out = new LinkedHashMap<>();
    try (Safetensors file = Safetensors.open(path(name + ".safetensors"))) {
      for (TensorInfo t : file.tensors().values()) {
        out.put(t.name(), Tensor.of(file.data(t.name()), t.dtype(), t.shape()));
      }
    }
    return out;
  }

  private static JsonNode json(String name) {
    return JsonMapper.shared().readTree(path(name + ".json"));
  }

  /** Without {@code global_pool}, which is always the mean here. */
  private static MlpMixer load(String name, Map<String, Tensor> golden, Map<String, Object> more) {
    Map<String, Object> args = new LinkedHashMap<>();
    Map<?, ?> given = JsonMapper.shared().convertValue(json("models").get(name), Map.class);
    given.forEach((key, value) -> args.put((String) key, value));
    args.remove("global_pool");
    args.putAll(more);
    MlpMixer mixer = new MlpMixer("fixture", MlpMixerConfig.of("fixture", args), Init.seeded(1));
    Map<String, Tensor> weights = new LinkedHashMap<>();
    golden.forEach(
        (key, t) -> {
          if (key.startsWith("weights.")) {
            weights.put(key.substring("weights.".length()), t);
          }
        });
    mixer.load(weights, true);
    return mixer;
  }

  @ParameterizedTest
  @ValueSource(strings = {"square", "gray", "rectangle", "remainder", "ratios", "no_head"})
  void everyStepAndGradientEqualsTimm(String name) throws IOException {
    Map<String, Tensor> golden = golden(name);
    MlpMixer mixer = load(name, golden, Map.of());
    Tensor x = golden.get("input");
    mixer.train(false);
    try (NoGrad g = NoGrad.on();
        Trace trace = Trace.start()) {
      mixer.apply(x);
      Map<String, Tensor> seen = trace.tensors();
      String last = "block." + (mixer.config().numBlocks() - 1);
      assertClose("stem", seen.get("tokens"), golden.get("stem"), 1e-5);
      assertClose(
          "mixed", seen.get("block.0.tokens_mixed"), golden.get("block.0.tokens_mixed"), 1e-5);
      assertClose("block.0", seen.get("block.0"), golden.get("block.0"), 1e-5);
      assertClose("last block", seen.get(last), golden.get("block.last"), 1e-5);
      assertClose("norm", seen.get("norm"), golden.get("norm"), 1e-5);
      assertClose("features", seen.get("features"), golden.get("features"), 1e-5);
      assertClose("logits", seen.get("logits"), golden.get("logits"), 1e-5);
    }
    mixer.train(true); // without dropout both modes are the same
    Tensor logits = mixer.apply(x.requiresGrad(true));
    Tensor loss =
        golden.containsKey("cotangent")
            ? logits.mul(golden.get("cotangent")).sum()
            : Ops.crossEntropy(logits, golden.get("labels"), 0);
    loss.backward();
    assertThat(loss.item()).isCloseTo(golden.get("loss").item(), within(1e-5));
    assertClose("input", x.grad(), golden.get("grad.input"), 2e-6);
    mixer.parameters().forEach((n, p) -> assertClose(n, p.grad(), golden.get("grad." + n), 5e-6));
  }

  /** timm without pooling scores every token: so does the head here on the cells of the map. */
  @Test
  void headOnEveryCellIsTimmsModelWithoutPooling() throws IOException {
    Map<String, Tensor> golden = golden("no_pool");
    MlpMixer mixer = load("no_pool", golden, Map.of());
    mixer.train(false);
    try (NoGrad g = NoGrad.on()) {
      Tensor map = mixer.featureMap(golden.get("input")); // [3, D, 4, 4]
      assertThat(map.shape()).containsExactly(3, 16, 4, 4);
      Tensor tokens = map.flatten(2, 3).transpose(1, 2);
      assertClose("norm", tokens, golden.get("norm"), 1e-5);
      assertClose("logits", mixer.scores(tokens), golden.get("logits"), 1e-5);
      assertClose("mean", map.flatten(2, 3).mean(2), mixer.features(golden.get("input")), 1e-6);
    }
  }

  @Test
  void tanhGeluIsGoogles() throws IOException {
    Map<String, Tensor> golden = golden("square");
    MlpMixer mixer = load("square", golden, Map.of("act", "gelu_tanh"));
    mixer.train(false);
    try (NoGrad g = NoGrad.on()) {
      Tensor logits = mixer.apply(golden.get("input"));
      assertClose("logits", logits, golden.get("logits_tanh_gelu"), 1e-6);
      assertThat(logits.sub(golden.get("logits")).maxAbs()).isGreaterThan(1e-5);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mixer_s32_224",
        "mixer_s16_224",
        "mixer_b32_224",
        "mixer_b16_224",
        "mixer_l16_224"
      })
  void countsEqualTimm(String name) {
    long expected = json("facts").get("parameters").get(name).asLong();
    Model model = Models.create(name, Map.of(), Init.shapesOnly());
    assertThat(model.parameterCount()).isEqualTo(expected);
    long headless = json("facts").get("parameters without head").get(name).asLong();
    Model features = Models.create(name, Map.of("num_classes", 0), Init.shapesOnly());
    assertThat(features.parameterCount()).isEqualTo(headless);
  }

  @Test
  void namesShapesAndLayersAreTimms() throws IOException {
    JsonNode square = json("facts").get("square");
    MlpMixer mixer = load("square", golden("square"), Map.of());
    Map<String, Object> expected = new LinkedHashMap<>();
    square
        .get("layer_ids")
        .properties()
        .forEach(e -> expected.put(e.getKey(), e.getValue().asInt()));
    assertThat(mixer.layers()).isEqualTo(expected);
    assertThat(mixer.parameters().keySet())
        .containsExactlyElementsOf(
            square.get("state_dict").properties().stream().map(Map.Entry::getKey).toList());
    assertThat(mixer.noWeightDecay()).isEmpty();
    assertThat(mixer.classifier()).containsExactly("head");
  }

  /** The deviations that timm's initialization has, within the error of so many draws. */
  @Test
  void firstValuesAreTimms() {
    Map<String, Object> args = Map.of("num_blocks", 1, "nlhb", true);
    Model mixer = Models.create("mixer_s16_224", args, Init.seeded(5));
    JsonNode initial = json("facts").get("initial").get("default");
    mixer
        .parameters()
        .forEach(
            (name, t) -> {
              JsonNode theirs = initial.get(name);
              double std = theirs.get("std").asDouble();
              double mean = theirs.get("mean").asDouble();
              if (!name.startsWith("head.") && !name.contains("norm")) {
                double[] mine = moments(t);
                double error = name.endsWith("bias") ? 0.15 : 0.01;
                assertThat(mine[0]).as(name).isCloseTo(std, within(error * std));
                assertThat(t.maxAbs())
                    .as(name)
                    .isLessThanOrEqualTo(1.5 * theirs.get("max").asDouble());
              } else if (!name.equals("head.bias")) {
                assertThat(t.sub(Tensor.of(new float[] {(float) mean}, 1)).maxAbs()).isZero();
              }
            });
    assertThat(mixer.parameters().get("head.bias").toFloats())
        .hasSize(1000)
        .containsOnly((float) -Math.log(1000));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "img_size | 15 | image height 15 is below the patch size 16: not one patch fits",
        "global_pool | token | global_pool must be one of avg, not token",
        "mlp_ratio | 0 | mlp_ratio must be one or two factors up to 64, not 0",
        "num_heads | 3 | unknown model argument 'num_heads'",
      })
  void impossibleArgumentsSayWhatWouldDo(String key, String value, String message) {
    Object v = value.matches("\\d+") ? (Object) Integer.valueOf(value) : value;
    assertThatThrownBy(() -> Models.create("mixer_s16_224", Map.of(key, v), Init.shapesOnly()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  /** The rate of stochastic depth is the same for all blocks. */
  @Test
  void dropPathMayLeaveOutTheFirstBlock() {
    Map<String, Object> args =
        Map.of("img_size", 8, "patch_size", 4, "embed_dim", 8, "drop_path_rate", 0.9);
    MlpMixer mixer = new MlpMixer("tiny", MlpMixerConfig.of("tiny", args), Init.seeded(2));
    try (NoGrad g = NoGrad.on();
        Trace trace = Trace.start()) {
      Generator.ofThread().seed(7);
      mixer.train(true);
      mixer.apply(normal(1, 64, 3, 8, 8));
      Tensor change =
          trace.tensors().get("block.0.tokens_mixed").sub(trace.tensors().get("tokens"));
      long left = 0;
      for (int i = 0; i < 64; i++) {
        left += change.select(0, i).maxAbs() == 0 ? 1 : 0;
      }
      assertThat(left).isBetween(48L, 63L);
    }
  }
}
