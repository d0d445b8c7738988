package dev.vit4j.model.mvit;

import static dev.vit4j.TensorAssert.assertClose;
import static dev.vit4j.TensorAssert.moments;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.format.Safetensors;
import dev.vit4j.format.TensorInfo;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.Trace;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.weights.Adaptation;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tokens, blocks, logits, gradients, counts, layers and first values equal timm's. */
class MvitGoldenTest {
  private static Path path(String name) {
    URL url = Objects.requireNonNull(MvitGoldenTest.class.getResource(name));
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

  private static Mvit create(String name, Map<String, Object> more) {
    Map<String, Object> args = new LinkedHashMap<>();
    Map<?, ?> given = JsonMapper.shared().convertValue(json("models").get(name), Map.class);
    given.forEach((key, value) -> args.put((String) key, value));
    args.putAll(more);
    return new Mvit("fixture", MvitConfig.of("fixture", args), Init.seeded(1));
  }

  private static Mvit load(String name, Map<String, Tensor> golden) {
    Mvit mvit = create(name, Map.of());
    Map<String, Tensor> weights = new LinkedHashMap<>();
    golden.forEach(
        (key, t) -> {
          if (key.startsWith("weights.")) {
            weights.put(key.substring("weights.".length()), t);
          }
        });
    mvit.load(weights, true);
    return mvit;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "square",
        "cls",
        "cls_mean",
        "expand_mlp",
        "four_stages",
        "rectangle",
        "remainder",
        "small_patches",
        "no_head"
      })
  void everyStepAndGradientEqualsTimm(String name) throws IOException {
    Map<String, Tensor> golden = golden(name);
    Mvit mvit = load(name, golden);
    Tensor x = golden.get("input");
    mvit.train(false);
    try (NoGrad g = NoGrad.on()) {
      assertClose("logits, not traced", mvit.apply(x), golden.get("logits"), 1e-5);
      try (Trace trace = Trace.start()) {
        mvit.apply(x);
        Map<String, Tensor> seen = trace.tensors();
        if (!mvit.config().classToken()) {
          assertClose("tokens", seen.get("tokens"), golden.get("patch_embed"), 1e-5);
        }
        for (int i = 0; i < mvit.config().blocks().size(); i++) {
          String block = "block." + i;
          assertClose(block, seen.get(block), golden.get(block), 1e-5);
        }
        assertClose("norm", seen.get("norm"), golden.get("norm"), 1e-5);
        assertClose("features", seen.get("features"), golden.get("features"), 1e-5);
        assertClose("logits", seen.get("logits"), golden.get("logits"), 1e-5);
      }
    }
    mvit.train(true); // without dropout both modes are the same
    Tensor logits = mvit.apply(x.requiresGrad(true));
    Tensor loss =
        golden.containsKey("cotangent")
            ? logits.mul(golden.get("cotangent")).sum()
            : Ops.crossEntropy(logits, golden.get("labels"), 0);
    loss.backward();
    assertThat(loss.item()).isCloseTo(golden.get("loss").item(), within(2e-5));
    assertClose("input", x.grad(), golden.get("grad.input"), 1e-5);
    mvit.parameters()
        .forEach(
            (n, p) -> {
              Tensor expected = golden.get("grad." + n);
              assertClose(n, p.grad(), expected, 5e-5 * Math.max(1, expected.maxAbs()));
            });
  }

  /** timm resizes the relative positions of pretrained weights linearly. */
  @Test
  void weightsForLargerImagesAreTimms() throws IOException {
    Map<String, Tensor> golden = golden("square");
    Mvit small = load("square", golden);
    Mvit large = create("square", Map.of("img_size", 96));
    List<String> notes = Adaptation.load(small, large);
    assertThat(notes).containsExactly("relative positions resized from 16x16 to 24x24 patches");
    large.train(false);
    try (NoGrad g = NoGrad.on()) {
      assertClose(
          "positions",
          large.state().get("stages.0.blocks.0.attn.rel_pos_h"),
          golden.get("rel_pos_96"),
          2e-6);
      assertClose("logits", large.apply(golden.get("input_96")), golden.get("logits_96"), 1e-5);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mvitv2_tiny",
        "mvitv2_small",
        "mvitv2_base",
        "mvitv2_large",
        "mvitv2_small_cls",
        "mvitv2_base_cls",
        "mvitv2_large_cls",
        "mvitv2_huge_cls"
      })
  void countsEqualTimm(String name) {
    long expected = json("facts").get("parameters").get(name).asLong();
    Model model = Models.create(name, Map.of(), Init.shapesOnly());
    assertThat(model.parameterCount()).isEqualTo(expected);
    long headless = json("facts").get("parameters without head").get(name).asLong();
    Model features = Models.create(name, Map.of("num_classes", 0), Init.shapesOnly());
    assertThat(features.parameterCount()).isEqualTo(headless);
  }

  @ParameterizedTest
  @ValueSource(strings = {"square", "cls"})
  void namesShapesAndLayersAreTimms(String name) throws IOException {
    JsonNode theirs = json("facts").get(name);
    Mvit mvit = load(name, golden(name));
    Map<String, Object> expected = new LinkedHashMap<>();
    theirs
        .get("layer_ids")
        .properties()
        .forEach(e -> expected.put(e.getKey(), e.getValue().asInt()));
    assertThat(mvit.layers()).isEqualTo(expected);
    assertThat(mvit.parameters().keySet())
        .containsExactlyElementsOf(
            theirs.get("state_dict").properties().stream().map(Map.Entry::getKey).toList());
    assertThat(mvit.noWeightDecay())
        .containsAll(theirs.get("no_weight_decay").valueStream().map(JsonNode::asString).toList());
    assertThat(mvit.classifier()).containsExactly("head.fc");
  }

  /** The deviations that timm's initialization has, within the error of so many draws. */
  @Test
  void firstValuesAreTimms() {
    Map<String, Object> args = Map.of("depths", List.of(1));
    Model mvit = Models.create("mvitv2", args, Init.seeded(5));
    JsonNode initial = json("facts").get("initial");
    mvit.parameters()
        .forEach(
            (name, t) -> {
              if (name.startsWith("head.") || name.startsWith("norm.")) {
                return; // of another width
              }
              JsonNode theirs = initial.get(name);
              double std = theirs.get("std").asDouble();
              if (std == 0) {
                Tensor same = Tensor.of(new float[] {(float) theirs.get("mean").asDouble()}, 1);
                assertThat(t.sub(same).maxAbs()).as(name).isZero();
              } else {
                assertThat(moments(t)[0]).as(name).isCloseTo(std, within(0.15 * std));
                assertThat(t.maxAbs())
                    .as(name)
                    .isLessThanOrEqualTo(1.2 * theirs.get("max").asDouble());
              }
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "num_heads | 7 | embed_dim 96 is not divisible by num_heads 7",
        "global_pool | token | global_pool token needs use_cls_token=true",
        "patch_kernel | 4 | patch_kernel must be odd, not 4",
        "depths | 3 | depths must be a list of 1 to 8 whole numbers from 1 to 256, not 3",
        "mlp_ratio | 0 | mlp_ratio 0.0 leaves no hidden unit at embed_dim 96",
        "stride_q | 3 | unknown model argument 'stride_q'",
      })
  void impossibleArgumentsSayWhatWouldDo(String key, String value, String message) {
    Object v = value.matches("\\d+") ? (Object) Integer.valueOf(value) : value;
    assertThatThrownBy(() -> Models.create("mvitv2_tiny", Map.of(key, v), Init.shapesOnly()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("mvitv2_tiny");
  }
}
