package dev.vit4j.weights;

import static dev.vit4j.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import dev.vit4j.Fixture;
import dev.vit4j.format.Safetensors;
import dev.vit4j.model.Inside;
import dev.vit4j.model.Model;
import dev.vit4j.model.Origin;
import dev.vit4j.nn.Trace;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** ViTs of many kinds, as {@code bench/peers/make_vit_kinds_fixture.py} makes them. */
class VitKindsTest {
  private static final String FOLDER = "20-vit-kinds/";
  private static final double CLOSE = 1e-5;

  @TempDir Path dir;

  private static WeightsFolder.Loaded open(String name) throws IOException {
    boolean folder = name.startsWith("timm_") || name.startsWith("hf_");
    boolean google = name.startsWith("stacked") || name.endsWith("_google");
    String file = folder ? name : name + (google ? ".npz" : ".pth");
    Map<String, Object> heads = folder ? Map.of() : Map.of("num_heads", 2);
    return ForeignWeights.open(Fixture.path(FOLDER + file), heads, line -> {});
  }

  private static Map<String, Tensor> golden(String name) {
    return Fixture.tensors(FOLDER + name + ".io.safetensors");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "timm_swiglu_registers",
        "timm_deit3",
        "timm_siglip",
        "timm_map_all_tokens",
        "timm_qk_norm",
        "timm_clip",
        "hf_dinov2",
        "hf_dinov2_head",
        "hf_dinov2_registers",
        "hf_dinov2_resized",
        "hf_dinov2_registers_resized",
        "hf_ijepa",
        "hf_gelu_tanh",
        "hf_siglip_classes",
        "hf_siglip_vision",
        "hf_clip_vision",
        "dinov2",
        "swiglu",
        "ijepa",
        "pre_logits",
        "pre_logits_google",
        "stacked",
        "stacked_map",
        "torchvision_representation",
      })
  void logitsAreTheLibrarysAlsoInOnnxAndExportedBack(String name) throws Exception {
    Map<String, Tensor> golden = golden(name);
    Tensor x = golden.get("x");
    Tensor logits = golden.get("logits");
    double tolerance = CLOSE * Math.max(1, logits.maxAbs());
    try (WeightsFolder.Loaded loaded = open(name);
        NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      Model model = loaded.model();
      assertClose("logits", model.apply(x), logits, tolerance);
      OnnxExport.write(model, loaded.preprocess(), List.of(), dir.resolve("model.onnx"));
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      try (OrtSession session = environment.createSession(dir.resolve("model.onnx").toString())) {
        float[] theirs = OnnxExportTest.run(environment, session, x);
        assertClose("onnx", Tensor.of(theirs, logits.shape()), logits, 10 * tolerance);
      }
      for (Export.Names names : List.of(Export.Names.TIMM, Export.Names.TRANSFORMERS)) {
        Origin library = names == Export.Names.TIMM ? Origin.TIMM : Origin.HUGGING_FACE;
        boolean can = model.family().interop().whyNot(library, model).isEmpty();
        assertThat(can).as("%s, %s", names, name).isEqualTo(expected(name, names));
        if (can) {
          Path back = dir.resolve(names.toString());
          Export.folder(back, loaded, names);
          try (WeightsFolder.Loaded again = ModelSource.open(back)) {
            assertClose("exported", again.model().apply(x), logits, 2 * tolerance);
          }
        }
      }
    }
  }

  /** timm has no head that reads two vectors or a layer; transformers has only four kinds. */
  private static boolean expected(String name, Export.Names names) {
    boolean twoVectors = name.matches("hf_dinov2_(head|registers|resized)");
    boolean layer = name.startsWith("pre_logits") || name.endsWith("representation");
    if (names == Export.Names.TIMM) {
      return !twoVectors && !layer;
    }
    boolean otherPooling =
        name.matches("timm_(siglip|map_all_tokens)|stacked_map|hf_siglip_vision");
    boolean noSuchPart = name.matches("timm_(clip|qk_norm)|swiglu|hf_clip_vision");
    return !otherPooling && !noSuchPart && !layer;
  }

  /** As {@code model.head = Sequential(Dropout(0.2), Linear(16, 3))}. */
  @Test
  void aHeadOfOneLayerThatAUserPutOnOpens() throws IOException {
    Path source = Fixture.path(FOLDER + "timm_qk_norm");
    Map<String, Tensor> state = WeightsFolder.read(source.resolve("model.safetensors"));
    state.put("head.1.weight", state.remove("head.weight"));
    state.put("head.1.bias", state.remove("head.bias"));
    Files.copy(source.resolve("config.json"), dir.resolve("config.json"));
    Path file = dir.resolve("model.safetensors");
    Safetensors.write(file, WeightsFolder.entries(state), Map.of());
    Map<String, Tensor> golden = golden("timm_qk_norm");
    List<String> lines = new ArrayList<>();
    try (WeightsFolder.Loaded loaded = ForeignWeights.open(file, Map.of(), lines::add);
        NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      assertClose("logits", loaded.model().apply(golden.get("x")), golden.get("logits"), 1e-4);
    }
    assertThat(lines)
        .contains(
            "Head: head.1, in place of the library's; layers without weights around it are ignored, as dropout");
    state.put("head.3.weight", state.get("head.1.weight"));
    Safetensors.write(file, WeightsFolder.entries(state), Map.of());
    assertThatThrownBy(() -> ForeignWeights.open(file))
        .hasMessageContaining("head.1 and head.3 are a head of several layers");
  }

  /** What the head reads of the tokens sums to 1, whatever the pooling. */
  @ParameterizedTest
  @ValueSource(
      strings = {"timm_siglip", "timm_map_all_tokens", "hf_dinov2_registers", "hf_ijepa", "dinov2"})
  void theReadingOfTheTokensIsKnown(String name) throws IOException {
    try (WeightsFolder.Loaded loaded = open(name);
        NoGrad g = NoGrad.on();
        Scope scope = Scope.open();
        Trace trace = Trace.start()) {
      Model model = loaded.model();
      model.apply(golden(name).get("x").narrow(0, 0, 1));
      Inside.Attention attention = model.family().inside(model).attention();
      float[] reading = attention.reading().apply(trace.tensors());
      assertThat(reading).hasSize(attention.tokens());
      double sum = 0;
      for (float share : reading) {
        sum += share;
      }
      assertThat(sum).isCloseTo(1, within(1e-5));
      assertThat(trace.tensors().get("pos_embed").size(1)).isEqualTo(attention.tokens());
    }
  }
}
