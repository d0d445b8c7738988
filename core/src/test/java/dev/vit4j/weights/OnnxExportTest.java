package dev.vit4j.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.vit4j.input.Preprocess;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Generator;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Precision;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** ONNX Runtime computes from our files what we compute. */
class OnnxExportTest {
  private static final double CLOSE = 1e-4;

  @TempDir Path dir;

  static List<Arguments> models() {
    return List.of(
        vit(Map.of()),
        vit(Map.of("class_token", false, "global_pool", "avg")),
        vit(Map.of("global_pool", "avg", "reg_tokens", 3)),
        vit(Map.of("reg_tokens", 4)),
        vit(Map.of("distilled", true)),
        vit(Map.of("distilled", true, "num_classes", 0)),
        vit(Map.of("init_values", 0.1, "qkv_bias", false, "proj_bias", false)),
        vit(Map.of("pre_norm", true, "act", "quick_gelu", "norm_eps", 1e-5)),
        vit(Map.of("fc_norm", true, "act", "relu")),
        vit(Map.of("qk_norm", true, "act", "silu", "no_embed_class", true, "reg_tokens", 2)),
        vit(Map.of("mlp_layer", "swiglu_packed", "proj_bias", false, "global_pool", "token_avg")),
        vit(Map.of("global_pool", "map", "act", "gelu_tanh", "fc_norm", true)),
        vit(Map.of("global_pool", "avg", "pool_include_prefix", true, "representation_size", 20)),
        vit(Map.of("num_classes", 0, "patch_size", List.of(16, 8), "in_chans", 1)),
        Arguments.of("resnet18", Map.of("img_size", 64, "num_classes", 10)),
        Arguments.of("resnet50", Map.of("img_size", 64, "num_classes", 10)),
        Arguments.of("resnet20_cifar", Map.of("shortcut", "A")),
        Arguments.of("resnet20_cifar", Map.of("shortcut", "B", "num_classes", 0)),
        Arguments.of("plainnet20_cifar", Map.of()),
        Arguments.of("cct_2_3x2_32", Map.of()),
        Arguments.of("cct_6_3x1_32", Map.of("positional_embedding", "sine")),
        mixer(Map.of()),
        mixer(Map.of("act", "gelu_tanh", "img_size", List.of(27, 34))),
        mixer(Map.of("num_classes", 0, "patch_size", List.of(8, 4), "in_chans", 1)),
        mvit(Map.of()),
        mvit(Map.of("img_size", List.of(27, 42), "expand_attn", false)),
        mvit(Map.of("use_cls_token", true, "num_classes", 0, "in_chans", 1)),
        segmenter(Map.of()),
        segmenter(Map.of("fc_norm", true, "global_pool", "avg", "class_token", false)),
        segmenter(Map.of("img_size", List.of(24, 40), "reg_tokens", 2, "in_chans", 1)),
        Arguments.of("fcn_resnet18", Map.of("img_size", List.of(50, 77), "num_classes", 5)),
        Arguments.of("fcn_resnet50", Map.of("img_size", List.of(33, 65), "width", 8)),
        Arguments.of("fcn_resnet18_cifar", Map.of("shortcut", "A", "width", 16)));
  }

  private static Arguments vit(Map<String, Object> words) {
    Map<String, Object> all =
        new HashMap<>(
            Map.of("img_size", 32, "patch_size", 8, "embed_dim", 48, "depth", 3, "num_heads", 4));
    all.putAll(words);
    return Arguments.of("vit_tiny_patch16_224", all);
  }

  private static Arguments mvit(Map<String, Object> words) {
    Map<String, Object> all =
        new HashMap<>(
            Map.of("img_size", 64, "embed_dim", 16, "depths", List.of(1, 2, 1), "num_heads", 2));
    all.putAll(words);
    return Arguments.of("mvitv2", all);
  }

  private static Arguments mixer(Map<String, Object> words) {
    Map<String, Object> all =
        new HashMap<>(Map.of("img_size", 32, "patch_size", 8, "embed_dim", 48, "num_blocks", 3));
    all.putAll(words);
    return Arguments.of("mixer_s32_224", all);
  }

  private static Arguments segmenter(Map<String, Object> words) {
    Map<String, Object> all =
        new HashMap<>(
            Map.of("img_size", 32, "patch_size", 8, "embed_dim", 48, "depth", 2, "num_heads", 4));
    all.putAll(words);
    return Arguments.of("vit_seg", all);
  }

  @ParameterizedTest
  @MethodSource("models")
  void onnxRuntimeGivesTheSameLogits(String name, Map<String, Object> words) throws Exception {
    Path file = dir.resolve("model.onnx");
    try (Model model = model(name, words);
        Scope scope = Scope.open();
        NoGrad g = NoGrad.on()) {
      OnnxExport.write(model, preprocess(model), List.of("a", "b"), file);
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      try (OrtSession session = environment.createSession(file.toString())) {
        for (int batch : new int[] {1, 3}) {
          Tensor x =
              Tensor.empty(
                      DType.F32, Device.CPU, batch, model.channels(), model.height(), model.width())
                  .normal_(0, 1, new Generator(batch));
          float[] ours = model.apply(x).toFloats();
          float[] theirs = run(environment, session, x);
          assertThat(theirs).hasSameSizeAs(ours);
          for (int i = 0; i < ours.length; i++) {
            assertThat((double) theirs[i])
                .isCloseTo(ours[i], org.assertj.core.api.Assertions.within(CLOSE));
          }
        }
        Map<String, String> notes = session.getMetadata().getCustomMetadata();
        assertThat(notes)
            .containsEntry("model", name)
            .containsEntry("label_names", "[\"a\",\"b\"]");
        assertThat(notes.get("preprocess")).contains("\"interpolation\"", "\"mean\"");
        assertThat(session.getOutputNames())
            .containsExactly(model.numClasses() > 0 ? "logits" : "features");
      }
    }
  }

  static float[] run(OrtEnvironment environment, OrtSession session, Tensor x) throws OrtException {
    try (OnnxTensor input =
            OnnxTensor.createTensor(environment, FloatBuffer.wrap(x.toFloats()), x.shape());
        OrtSession.Result result = session.run(Map.of("pixel_values", input))) {
      FloatBuffer flat = ((OnnxTensor) result.get(0)).getFloatBuffer();
      float[] values = new float[flat.remaining()];
      flat.get(values);
      return values;
    }
  }

  @Test
  void aPackedModelIsRefused() {
    try (Model model = model("vit_mnist_1850", Map.of())) {
      Preprocess preprocess = preprocess(model);
      model.pack(Precision.F32);
      assertThatThrownBy(
              () -> OnnxExport.write(model, preprocess, List.of(), dir.resolve("packed.onnx")))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("cannot be saved");
    }
  }

  @Test
  void writesOverNothing() throws IOException {
    Path file = Files.writeString(dir.resolve("there.onnx"), "mine");
    try (Model model = model("vit_mnist_1850", Map.of())) {
      assertThatThrownBy(() -> OnnxExport.write(model, preprocess(model), List.of(), file))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("there.onnx");
    }
    assertThat(file).hasContent("mine");
  }

  /** With buffers and biases as after a training: fresh ones would hide mistakes. */
  static Model model(String name, Map<String, Object> words) {
    Model model = Models.create(name, words, Init.seeded(1));
    Generator generator = new Generator(2);
    try (NoGrad g = NoGrad.on()) {
      model
          .state()
          .forEach(
              (path, t) -> {
                if (path.endsWith("running_var")) {
                  t.uniform_(0.5, 2, generator);
                } else if (path.endsWith("running_mean") || path.endsWith("bias")) {
                  t.uniform_(-0.5, 0.5, generator);
                } else if (path.endsWith("weight") && t.maxAbs() == 0) {
                  t.normal_(0, 0.2, generator); // a head that begins at zero
                }
              });
    }
    model.train(false);
    return model;
  }

  static Preprocess preprocess(Model m) {
    List<Double> half = Collections.nCopies(m.channels(), 0.5);
    return new Preprocess(
        m.channels(), m.height(), m.width(), "bicubic", 0.9, "center", half, half, "none");
  }
}
