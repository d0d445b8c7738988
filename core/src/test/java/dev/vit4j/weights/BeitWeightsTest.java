package dev.vit4j.weights;

import static dev.vit4j.TensorAssert.assertClose;
import static dev.vit4j.TensorAssert.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import dev.vit4j.format.FormatException;
import dev.vit4j.format.Safetensors;
import dev.vit4j.model.Inside;
import dev.vit4j.model.Model;
import dev.vit4j.model.beit.Beit;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.Trace;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Precision;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** BEiT of timm and of transformers, EVA and EVA-02 of timm. */
class BeitWeightsTest {
  @TempDir Path dir;

  private static Path resource(String name) {
    try {
      return Path.of(Objects.requireNonNull(Beit.class.getResource(name)).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static Map<String, Tensor> golden(String name) throws IOException {
    return WeightsFolder.read(resource(name + ".safetensors"));
  }

  private static Map<String, Tensor> part(String prefix, Map<String, Tensor> golden) {
    Map<String, Tensor> part = new LinkedHashMap<>();
    golden.forEach(
        (key, t) -> {
          if (key.startsWith(prefix)) {
            part.put(key.substring(prefix.length()), t);
          }
        });
    return part;
  }

  /** The weights of a fixture as their library writes them. */
  private Path file(String name) throws IOException {
    Path file = dir.resolve("model.safetensors");
    if (name.startsWith("hf_")) {
      Files.copy(resource(name + ".model.safetensors"), file);
      Files.copy(resource(name + ".json"), dir.resolve("config.json"));
      return file;
    }
    Safetensors.write(file, WeightsFolder.entries(part("weights.", golden(name))), Map.of());
    if (name.equals("eva_split")) {
      Files.writeString(
          dir.resolve("config.json"),
          "{\"architecture\": \"eva02_base_patch14_224\", \"global_pool\": \"token\","
              + " \"model_args\": {\"img_size\": [16, 40], \"scale_attn_inner\": true, \"num_heads\": 3,"
              + " \"ref_feat_shape\": null}}");
    }
    return file;
  }

  private static Map<String, Object> told(String name) {
    if (name.equals("eva_packed") || name.equals("eva_plain")) {
      return Map.of("num_heads", 3);
    }
    return name.equals("rectangle") ? Map.of("img_size", List.of(16, 40)) : Map.of();
  }

  private WeightsFolder.Loaded open(String name) throws IOException {
    return open(name, told(name));
  }

  private WeightsFolder.Loaded open(String name, Map<String, Object> said) throws IOException {
    return ForeignWeights.open(file(name), said, line -> {});
  }

  /** timm's BEiT of the name that the folder has begins with LayerScale; EVA giant has none. */
  @Test
  void timmIsToldThatThereIsNoLayerScale() throws IOException {
    Path out = dir.resolve("out");
    try (WeightsFolder.Loaded loaded = open("eva_plain")) {
      Export.folder(out, loaded, Export.Names.TIMM);
    }
    JsonNode config = JsonMapper.shared().readTree(Files.readString(out.resolve("config.json")));
    assertThat(config.get("model_args").get("init_values").isNull()).isTrue();
    try (WeightsFolder.Loaded again = ModelSource.open(out)) {
      assertThat(again.model().state()).doesNotContainKey("blocks.0.gamma_1");
    }
  }

  /** Data2Vec's image models are BEiTs with a prefix of their own. */
  @Test
  void data2VecIsABeit() throws IOException {
    Map<String, Tensor> renamed = new LinkedHashMap<>();
    WeightsFolder.read(resource("hf_mean.model.safetensors"))
        .forEach((name, t) -> renamed.put(name.replaceFirst("^beit", "data2vec_vision"), t));
    Path file = dir.resolve("model.safetensors");
    Safetensors.write(file, WeightsFolder.entries(renamed), Map.of());
    String config = Files.readString(resource("hf_mean.json"));
    Files.writeString(
        dir.resolve("config.json"), config.replace("\"beit\"", "\"data2vec-vision\""));
    Map<String, Tensor> golden = golden("hf_mean");
    try (WeightsFolder.Loaded loaded = ForeignWeights.open(file);
        NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      assertClose("logits", loaded.model().apply(golden.get("input")), golden.get("logits"), 1e-4);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "blocks",
        "shared",
        "rectangle",
        "hf_mean",
        "hf_token",
        "hf_model",
        "eva_packed",
        "eva_split",
        "eva_plain"
      })
  void logitsEqualTheLibrarys(String name) throws Exception {
    Map<String, Tensor> golden = golden(name);
    Tensor x = golden.get("input");
    Tensor expected = golden.get("logits");
    double close = 1e-5 * Math.max(1, expected.maxAbs());
    Path onnx = dir.resolve("model.onnx");
    try (WeightsFolder.Loaded loaded = open(name);
        Scope scope = Scope.open();
        NoGrad g = NoGrad.on()) {
      Model model = loaded.model();
      assertClose("logits", model.apply(x), expected, close);
      OnnxExport.write(model, OnnxExportTest.preprocess(model), List.of(), onnx);
      model.pack(Precision.F32);
      assertClose("packed", model.apply(x), expected, close);
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      try (OrtSession session = environment.createSession(onnx.toString())) {
        Tensor theirs = Tensor.of(OnnxExportTest.run(environment, session, x), expected.shape());
        assertClose("onnx", theirs, expected, 10 * close);
      }
    }
  }

  /** The names that transformers 5 has in memory, as torch.save writes them. */
  @ParameterizedTest
  @ValueSource(strings = {"hf_mean", "hf_token", "hf_model"})
  void namesInMemoryAreTheSameModel(String name) throws IOException {
    Map<String, Tensor> golden = golden(name);
    Path file = dir.resolve("model.safetensors");
    Safetensors.write(file, WeightsFolder.entries(part("weights.", golden)), Map.of());
    Files.copy(resource(name + ".json"), dir.resolve("config.json"));
    try (WeightsFolder.Loaded loaded = ForeignWeights.open(file);
        NoGrad g = NoGrad.on()) {
      assertClose("logits", loaded.model().apply(golden.get("input")), golden.get("logits"), 1e-5);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"blocks", "shared", "hf_mean", "hf_token", "hf_model", "eva_packed", "eva_split"})
  void otherImageSizesAreResizedAsByTheLibrary(String name) throws IOException {
    Map<String, Tensor> golden = golden(name);
    Tensor x = golden.get("resized.input");
    List<Integer> size = List.of((int) x.size(2), (int) x.size(3));
    Map<String, Object> said = new LinkedHashMap<>(told(name));
    said.put("img_size", size);
    try (WeightsFolder.Loaded loaded = open(name, said);
        NoGrad g = NoGrad.on()) {
      Tensor expected = golden.get("resized.logits");
      assertClose("logits", loaded.model().apply(x), expected, 2e-5 * expected.maxAbs());
    }
  }

  @Test
  void adaptedItIsResizedAsInTimm() throws IOException {
    Map<String, Tensor> golden = golden("rectangle");
    Tensor x = golden.get("resized.input");
    try (WeightsFolder.Loaded loaded = open("rectangle")) {
      Map<String, Object> args = new LinkedHashMap<>(loaded.model().args());
      args.put("img_size", List.of(32, 48));
      try (Model to = Models.create("beit", args, Init.seeded(1));
          NoGrad g = NoGrad.on()) {
        assertThat(Adaptation.load(loaded.model(), to))
            .contains("relative positions resized from 2x5 to 4x6 patches");
        to.train(false);
        assertClose("features", to.apply(x), golden.get("resized.logits"), 2e-5);
      }
    }
  }

  @Test
  void attentionAndGradientsEqualTimms() throws IOException {
    Map<String, Tensor> golden = golden("blocks");
    try (WeightsFolder.Loaded loaded = open("blocks");
        Trace trace = Trace.start()) {
      Model model = loaded.model();
      Tensor logits = model.apply(golden.get("input"));
      Tensor attention = trace.tensors().get("block.0.attention");
      assertClose("attention", attention, golden.get("attention"), 1e-5);
      Inside inside = model.family().inside(model);
      assertThat(Objects.requireNonNull(inside.attention()).tokens()).isEqualTo(17);
      assertGradients(model, logits, golden);
    }
  }

  private static void assertGradients(Model model, Tensor logits, Map<String, Tensor> golden) {
    logits.mul(golden.get("cotangent")).sum().backward();
    Map<String, Tensor> gradients = part("grad.", golden);
    assertThat(gradients.keySet()).containsExactlyInAnyOrderElementsOf(model.parameters().keySet());
    gradients.forEach(
        (n, g) ->
            assertClose(n, model.parameters().get(n).grad(), g, 1e-4 * Math.max(1e-2, g.maxAbs())));
  }

  @Test
  void gradientsOfEvaEqualTimms() throws IOException {
    Map<String, Tensor> golden = golden("eva_split");
    try (WeightsFolder.Loaded loaded = open("eva_split")) {
      Model model = loaded.model();
      assertGradients(model, model.apply(golden.get("input")), golden);
    }
  }

  /** Rotation does not show in tensors. */
  @Test
  void whatIsAssumedOfEvaIsSaid() throws IOException {
    List<String> lines = new ArrayList<>();
    ForeignWeights.open(file("eva_packed"), told("eva_packed"), lines::add).close();
    assertThat(lines)
        .anyMatch(
            line ->
                line.startsWith("Assumed, since the weights do not contain it: ")
                    && line.contains("use_rot_pos_emb=true, ref_feat_shape=16"))
        .anyMatch(line -> line.contains("mean [0.48145466, 0.4578275, 0.40821073]"));
  }

  @ParameterizedTest
  @CsvSource({
    "blocks, TIMM",
    "shared, TIMM",
    "rectangle, TIMM",
    "eva_packed, TIMM",
    "eva_split, TIMM",
    "hf_mean, TRANSFORMERS",
    "hf_token, TRANSFORMERS",
    "hf_model, TRANSFORMERS"
  })
  void exportedTheyAreTheLibrarysAgain(String name, Export.Names names) throws IOException {
    Path out = dir.resolve("out");
    try (WeightsFolder.Loaded loaded = open(name)) {
      Export.folder(out, loaded, names);
    }
    Map<String, Tensor> weights = WeightsFolder.read(dir.resolve("model.safetensors"));
    weights.remove("beit.embeddings.mask_token"); // only for pretraining
    Map<String, Tensor> written = WeightsFolder.read(out.resolve("model.safetensors"));
    assertThat(written.keySet()).containsExactlyInAnyOrderElementsOf(weights.keySet());
    written.forEach((n, t) -> assertSameBits(n, t, weights.get(n)));
    JsonNode config = JsonMapper.shared().readTree(Files.readString(out.resolve("config.json")));
    if (names == Export.Names.TIMM) {
      assertThat(config.get("architecture").asString())
          .isEqualTo(name.startsWith("eva") ? "eva02_tiny_patch14_224" : "beit_base_patch16_224");
      assertThat(config.get("model_args").get("depth").asInt()).isEqualTo(2);
      assertThat(config.get("model_args").has("norm_eps")).isFalse();
      return;
    }
    JsonNode theirs = JsonMapper.shared().readTree(Files.readString(resource(name + ".json")));
    for (String key :
        List.of(
            "architectures",
            "model_type",
            "hidden_size",
            "num_hidden_layers",
            "num_attention_heads",
            "intermediate_size",
            "image_size",
            "patch_size",
            "num_channels",
            "hidden_act",
            "layer_norm_eps",
            "use_absolute_position_embeddings",
            "use_relative_position_bias",
            "use_shared_relative_position_bias",
            "use_mean_pooling",
            "layer_scale_init_value")) {
      assertThat(config.get(key)).as(key).isEqualTo(theirs.get(key));
    }
  }

  @Test
  void whatWeightsDoNotShowIsAskedFor() throws IOException {
    Path file = file("rectangle");
    assertThatThrownBy(() -> ForeignWeights.open(file))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("not those of a square grid of patches: set the image size")
        .hasMessageMatching(".*");
    Files.writeString(
        dir.resolve("config.json"),
        "{\"architecture\": \"beit_base_patch16_224\", \"model_args\": {\"swiglu_mlp\": true}}");
    assertThatThrownBy(() -> ForeignWeights.open(file))
        .hasMessageContaining("model_args has swiglu_mlp=true: this is not supported");
  }

  @Test
  void knownSizesHaveTheirNames() throws IOException {
    Map<String, Object> args = Map.of("num_classes", 2, "depth", 1);
    Path file = dir.resolve("model.safetensors");
    try (Model model = Models.create("beitv2_base_patch16_224", Map.of(), Init.shapesOnly())) {
      assertThat(model.timmConfig().architecture()).isEqualTo("beitv2_base_patch16_224");
      assertThat(model.parameterCount()).isEqualTo(86530984);
    }
    try (Model model = Models.create("beit_base_patch16_224", args, Init.seeded(1))) {
      Safetensors.write(file, WeightsFolder.entries(model.state()), Map.of());
    }
    try (WeightsFolder.Loaded loaded = ForeignWeights.open(file)) {
      assertThat(loaded.preprocess().mean()).containsExactly(0.5, 0.5, 0.5);
      assertThat(loaded.preprocess().cropPct()).isEqualTo(0.9);
      assertThat(loaded.model().args()).containsEntry("num_heads", 12);
    }
  }
}
