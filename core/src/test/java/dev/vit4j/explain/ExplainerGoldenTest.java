package dev.vit4j.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.Fixture;
import dev.vit4j.image.Image;
import dev.vit4j.input.Preprocess;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.weights.WeightsFolder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/**
 * Attention, rollout, relevance, Grad-CAM and the similarity of positions equal those that the
 * script in {@code fixtures/explain/README.md} computes with timm and torchvision.
 */
class ExplainerGoldenTest {
  private static final double TOLERANCE = 1e-5;

  private static Explainer explainer(String model, Map<String, ?> words, String weights) {
    Model m = Models.create(model, words, Init.seeded(1));
    m.load(Fixture.tensors(weights), true);
    List<Double> half = List.of(0.5, 0.5, 0.5);
    Preprocess p =
        new Preprocess(3, m.height(), m.width(), "bicubic", 1.0, "squash", half, half, "none");
    return new Explainer(new WeightsFolder.Loaded(m, p, List.of()), Device.CPU);
  }

  private static Map<String, Object> timmWords(String folder) {
    Map<String, Object> words = new HashMap<>();
    Object kwargs = Fixture.json(folder + "/model_kwargs.json").get("kwargs");
    ((Map<?, ?>) JsonMapper.shared().convertValue(kwargs, Map.class))
        .forEach((k, v) -> words.put((String) k, v));
    return words;
  }

  private static Explainer vit(String name) {
    if (!name.equals("registers") && !name.equals("distilled")) {
      String folder = "01-timm-vit/" + name;
      return explainer("vit_tiny_patch16_224", timmWords(folder), folder + "/model.safetensors");
    }
    Map<String, Object> words = new HashMap<>();
    words.put("img_size", List.of(24, 40));
    words.put("patch_size", 8);
    words.put("embed_dim", 24);
    words.put("depth", 2);
    words.put("num_heads", 3);
    words.put("num_classes", 5);
    words.put(
        name.equals("registers") ? "reg_tokens" : "distilled", name.equals("registers") ? 2 : true);
    return explainer("vit_tiny_patch16_224", words, "explain/" + name + "_model.safetensors");
  }

  private static Explanation look(Explainer explainer, Map<String, Tensor> golden, int target) {
    return explainer.look(new Image(1, 1, 1, new byte[1]), golden.get("x"), target);
  }

  private static void assertMap(String what, float[][] actual, float[] golden) {
    assertThat(actual.length * actual[0].length).as(what).isEqualTo(golden.length);
    for (int i = 0; i < golden.length; i++) {
      float value = actual[i / actual[0].length][i % actual[0].length];
      assertThat((double) value).as(what + i).isCloseTo(golden[i], within(TOLERANCE));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "a_cls, 4, the class token",
    "b_avgpool, 4, the mean of the patches",
    "registers, 2, the class token",
    "distilled, 2, the class and distillation tokens"
  })
  void mapsEqualTheReference(String name, int target, String reader) {
    Map<String, Tensor> golden = Fixture.tensors("explain/" + name + ".safetensors");
    try (Explainer explainer = vit(name)) {
      AttentionMaps maps = look(explainer, golden, target).attention();
      assertThat(maps.reader()).isEqualTo(reader);
      assertMap("rollout", maps.rollout(), golden.get("rollout").toFloats());
      assertMap("relevance", maps.relevance(), golden.get("relevance").toFloats());
      Tensor attention = golden.get("attention"); // [L, H, rows, columns]
      for (int l = 0; l < attention.size(0); l++) {
        for (int h = 0; h < attention.size(1); h++) {
          Tensor one = attention.select(0, l).select(0, h);
          assertMap("head " + l + "." + h, maps.heads()[l][h], one.toFloats());
        }
        float[] mean = attention.select(0, l).mean(0).toFloats();
        assertMap("mean of layer " + l, maps.mean(l), mean);
      }
      float[][] alike = LearnedEmbedding.positionSimilarity(explainer.model()).orElseThrow();
      assertMap("positions", alike, golden.get("positions").toFloats());
    }
  }

  @Test
  void attentionIsTimmsOfTheFixture() {
    Map<String, Tensor> io = Fixture.tensors("01-timm-vit/a_cls/io.safetensors");
    try (Explainer explainer = vit("a_cls")) {
      Map<String, Tensor> second = Map.of("x", io.get("x").narrow(0, 1, 1).copy());
      float[][][] first = look(explainer, second, 0).attention().heads()[0];
      Tensor golden = io.get("attn_probs_block_0").select(0, 1); // [H, 17, 17]
      for (int h = 0; h < 3; h++) {
        assertMap(
            "head " + h, first[h], golden.select(0, h).select(0, 0).narrow(0, 1, 16).toFloats());
      }
    }
  }

  @Test
  void gradCamEqualsTheReference() {
    Map<String, Tensor> golden = Fixture.tensors("explain/resnet_basic.safetensors");
    Map<String, Object> words =
        Map.of(
            "layers",
            List.of(1, 1, 1, 1),
            "width",
            8,
            "num_classes",
            10,
            "img_size",
            List.of(48, 40));
    try (Explainer explainer =
        explainer("resnet18", words, "02-torchvision/resnet_basic/model.safetensors")) {
      Explanation seen = look(explainer, golden, 4);
      assertThat(seen.attention()).isNull();
      assertMap("Grad-CAM", seen.gradCam(), golden.get("grad_cam").toFloats());
    }
  }
}
