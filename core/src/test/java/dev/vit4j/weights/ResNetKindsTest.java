package dev.vit4j.weights;

import static dev.vit4j.TensorAssert.assertClose;
import static dev.vit4j.TensorAssert.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import dev.vit4j.format.FormatException;
import dev.vit4j.format.Safetensors;
import dev.vit4j.model.Model;
import dev.vit4j.model.Origin;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.model.resnet.ResNet;
import dev.vit4j.nn.Init;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Precision;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
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

/** ResNeXt, Wide ResNet and ResNet-D of timm, and transformers' ResNet. */
class ResNetKindsTest {
  @TempDir Path dir;

  private static Path resource(String name) {
    try {
      return Path.of(Objects.requireNonNull(ResNet.class.getResource(name)).toURI());
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
  private WeightsFolder.Loaded open(String name) throws IOException {
    Path file = dir.resolve("model.safetensors");
    Safetensors.write(file, WeightsFolder.entries(part("weights.", golden(name))), Map.of());
    if (name.startsWith("hf_")) {
      Files.copy(resource(name + ".json"), dir.resolve("config.json"));
    }
    return ForeignWeights.open(file);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resnext",
        "wide",
        "deep",
        "deep_avg",
        "tiered",
        "hf_bottleneck",
        "hf_paper",
        "hf_basic",
        "hf_model"
      })
  void logitsEqualTheLibrarys(String name) throws Exception {
    Map<String, Tensor> golden = golden(name);
    Tensor x = golden.get("input");
    Tensor expected = golden.get("logits");
    double close = 1e-5 * Math.max(1, expected.maxAbs());
    Path onnx = dir.resolve("model.onnx");
    Map<String, Object> size = Map.of("img_size", List.of(45, 51));
    try (WeightsFolder.Loaded loaded = open(name);
        Scope scope = Scope.open();
        NoGrad g = NoGrad.on()) {
      Model model = loaded.model();
      assertClose("logits", model.apply(x), expected, close);
      Map<String, Object> args = new LinkedHashMap<>(model.args());
      args.putAll(size);
      try (Model sized = Models.create(model.name(), args, Init.unset())) {
        sized.load(model.state(), true);
        sized.train(false);
        OnnxExport.write(sized, OnnxExportTest.preprocess(sized), List.of(), onnx);
      }
      model.pack(Precision.F32);
      assertClose("packed", model.apply(x), expected, close);
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      try (OrtSession session = environment.createSession(onnx.toString())) {
        Tensor theirs = Tensor.of(OnnxExportTest.run(environment, session, x), expected.shape());
        assertClose("onnx", theirs, expected, 10 * close);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"resnext", "tiered", "hf_paper"})
  void gradientsEqualTheLibrarys(String name) throws IOException {
    Map<String, Tensor> golden = golden(name);
    try (WeightsFolder.Loaded loaded = open(name)) {
      Model model = loaded.model();
      model.train(true);
      Tensor logits = model.apply(golden.get("input"));
      Tensor theirs = golden.get("train_logits");
      assertClose("logits", logits, theirs, 1e-4 * theirs.maxAbs());
      logits.mul(golden.get("cotangent")).sum().backward();
      Origin library = name.startsWith("hf_") ? Origin.HUGGING_FACE : Origin.TIMM;
      Map<String, Tensor> named = model.family().interop().exported(library, model);
      Map<String, Tensor> expected = part("grad.", golden);
      assertThat(expected).hasSameSizeAs(model.parameters());
      expected.forEach(
          (n, g) -> assertClose(n, named.get(n).grad(), g, 1e-3 * Math.max(1e-3, g.maxAbs())));
    }
  }

  /** timm and torchvision have the names, but strides in other places. */
  @Test
  void stridesOfThePaperAreTransformersOnly() throws IOException {
    try (WeightsFolder.Loaded loaded = open("hf_paper")) {
      for (Origin library : List.of(Origin.TIMM, Origin.TORCHVISION)) {
        assertThat(loaded.model().family().interop().whyNot(library, loaded.model()))
            .hasValueSatisfying(why -> assertThat(why).contains("its first stage keeps the size"));
      }
    }
  }

  /** The names, the values and the configuration are the library's again. */
  @ParameterizedTest
  @CsvSource({
    "resnext, TIMM, resnet50",
    "wide, TIMM, resnet50",
    "deep, TIMM, resnet18",
    "deep_avg, TIMM, resnet18",
    "tiered, TIMM, resnet50",
    "hf_bottleneck, TRANSFORMERS, ''",
    "hf_paper, TRANSFORMERS, ''",
    "hf_basic, TRANSFORMERS, ''",
    "hf_model, TRANSFORMERS, ''",
  })
  void exportedTheyAreTheLibrarysAgain(String name, Export.Names names, String architecture)
      throws IOException {
    Path out = dir.resolve("out");
    try (WeightsFolder.Loaded loaded = open(name)) {
      Export.folder(out, loaded, names);
    }
    Map<String, Tensor> weights = part("weights.", golden(name));
    Map<String, Tensor> written = WeightsFolder.read(out.resolve("model.safetensors"));
    assertThat(written.keySet()).containsExactlyInAnyOrderElementsOf(weights.keySet());
    written.forEach((n, t) -> assertSameBits(n, t, weights.get(n)));
    JsonNode config = JsonMapper.shared().readTree(Files.readString(out.resolve("config.json")));
    if (names == Export.Names.TIMM) {
      assertThat(config.get("architecture").asString()).isEqualTo(architecture);
      assertThat(config.get("model_args").has("channels")).isTrue();
      return;
    }
    JsonNode theirs = JsonMapper.shared().readTree(Files.readString(resource(name + ".json")));
    for (String key :
        new String[] {
          "architectures",
          "model_type",
          "num_channels",
          "embedding_size",
          "hidden_sizes",
          "depths",
          "layer_type",
          "hidden_act",
          "downsample_in_first_stage",
          "downsample_in_bottleneck"
        }) {
      assertThat(config.get(key)).as(key).isEqualTo(theirs.get(key));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resnext50_32x4d",
        "resnext101_64x4d",
        "wide_resnet50_2",
        "resnet18d",
        "resnet50d"
      })
  void knownSizesHaveTheirNames(String name) throws IOException {
    Path file = dir.resolve("shapes.safetensors");
    try (Model model = Models.create(name, Map.of("num_classes", 2), Init.seeded(1))) {
      assertThat(model.timmConfig().architecture()).isEqualTo(name);
      assertThat(model.timmConfig().modelArgs()).doesNotContainKey("channels");
      Safetensors.write(file, WeightsFolder.entries(model.state()), Map.of());
    }
    try (WeightsFolder.Loaded loaded = ForeignWeights.open(file)) {
      assertThat(loaded.model().name()).isEqualTo(name);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "deep | {\"architecture\": \"resnetaa50d\"} | resnetaa50d has anti-aliasing layers (aa_layer)",
        "deep | {\"architecture\": \"resnet50d\", \"model_args\": {\"aa_layer\": \"avg\"}} | model_args has aa_layer=avg: this is not supported",
        "resnext | {\"architecture\": \"resnext50_32x4d\", \"model_args\": {\"act_layer\": \"gelu\"}} | model_args has act_layer=gelu: this is not supported",
        "hf_basic | {\"model_type\": \"resnet\", \"hidden_act\": \"gelu\"} | hidden_act is gelu: only relu is supported",
      })
  void whatTensorsDoNotShowIsRefused(String name, String config, String words) throws IOException {
    open(name).close();
    Files.writeString(dir.resolve("config.json"), config);
    assertThatThrownBy(() -> ForeignWeights.open(dir.resolve("model.safetensors")))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining(words)
        .hasMessageMatching(".*");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "layer1.0.se.fc1.weight | squeeze-and-excitation blocks (SE-ResNet)",
        "layer1.0.se.conv.weight | efficient channel attention (ECA-ResNet)",
        "layer1.0.conv2.aa.filt | anti-aliasing",
        "maxpool.0.weight | a stem that halves by a convolution instead of max-pooling (replace_stem_pool)",
      })
  void unknownLayersAreNamed(String tensor, String words) throws IOException {
    Map<String, Tensor> weights = part("weights.", golden("deep"));
    weights.put(tensor, Tensor.of(new float[] {1}, 1));
    Path file = dir.resolve("model.safetensors");
    Safetensors.write(file, WeightsFolder.entries(weights), Map.of());
    assertThatThrownBy(() -> ForeignWeights.open(file))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining(tensor)
        .hasMessageContaining(words)
        .hasMessageMatching(".*");
  }

  @Test
  void groupNormIsNamed() throws IOException {
    Map<String, Tensor> weights = part("weights.", golden("resnext"));
    weights.keySet().removeIf(n -> n.contains("running_") || n.contains("num_batches"));
    Path file = dir.resolve("model.safetensors");
    Safetensors.write(file, WeightsFolder.entries(weights), Map.of());
    assertThatThrownBy(() -> ForeignWeights.open(file))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("no bn1.running_mean: its norms are not batch norms")
        .hasMessageMatching(".*");
  }
}
