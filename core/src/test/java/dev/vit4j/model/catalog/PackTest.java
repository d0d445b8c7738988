package dev.vit4j.model.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.model.Model;
import dev.vit4j.nn.Init;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Generator;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Packed;
import dev.vit4j.tensor.Precision;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A packed model computes what the plain one does. */
class PackTest {
  private static final Map<String, Object> SMALL_VIT =
      Map.of("img_size", 32, "patch_size", 8, "embed_dim", 128, "depth", 3, "num_heads", 2);

  static List<Arguments> models() {
    return List.of(
        vit(Map.of()),
        vit(Map.of("reg_tokens", 2)),
        vit(Map.of("distilled", true)),
        vit(Map.of("global_pool", "avg", "class_token", false)),
        vit(Map.of("init_values", 0.1)),
        vit(Map.of("pre_norm", true)),
        vit(Map.of("qkv_bias", false)),
        vit(Map.of("act", "quick_gelu")),
        vit(Map.of("num_classes", 0)),
        Arguments.of("vit_mnist_1850", Map.of()),
        Arguments.of("resnet18", Map.of("img_size", 64, "num_classes", 10)),
        Arguments.of("resnet50", Map.of("img_size", 64, "num_classes", 10)),
        Arguments.of("resnet20_cifar", Map.of()),
        Arguments.of("cct_2_3x2_32", Map.of()),
        mvit(Map.of()),
        mvit(Map.of("use_cls_token", true, "expand_attn", false)),
        mixer(Map.of()),
        mixer(Map.of("act", "gelu_tanh", "num_classes", 0)));
  }

  private static Arguments mvit(Map<String, Object> words) {
    Map<String, Object> all =
        new java.util.HashMap<>(
            Map.of("img_size", 64, "embed_dim", 64, "depths", List.of(1, 2, 1), "num_classes", 5));
    all.putAll(words);
    return Arguments.of("mvitv2_tiny", all);
  }

  private static Arguments mixer(Map<String, Object> words) {
    Map<String, Object> all =
        new java.util.HashMap<>(
            Map.of("img_size", 64, "patch_size", 8, "embed_dim", 128, "num_blocks", 3));
    all.putAll(words);
    return Arguments.of("mixer_s32_224", all);
  }

  private static Arguments vit(Map<String, Object> words) {
    Map<String, Object> all = new java.util.HashMap<>(SMALL_VIT);
    all.putAll(words);
    return Arguments.of("vit_tiny_patch16_224", all);
  }

  @ParameterizedTest
  @MethodSource("models")
  void packedIsPlainInF32(String name, Map<String, Object> words) {
    double scale;
    for (int batch : new int[] {1, 3}) {
      try (Model model = model(name, words);
          Scope scope = Scope.open()) {
        Tensor x = pictures(model, batch);
        Tensor plain = apply(model, x);
        model.pack(Precision.F32);
        Tensor packed = apply(model, x);
        scale = plain.maxAbs();
        assertThat(scale).isPositive();
        assertThat(packed.sub(plain).maxAbs()).isLessThan(1e-5 * scale);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void packedIsNearlyPlainInBf16(String name, Map<String, Object> words) {
    try (Model model = model(name, words);
        Scope scope = Scope.open()) {
      Tensor x = pictures(model, 2);
      Tensor plain = apply(model, x);
      Tensor packed = inBf16(model, x);
      assertThat(packed.dtype()).isEqualTo(DType.BF16);
      assertThat(packed.to(DType.F32).sub(plain).maxAbs()).isLessThan(0.05 * plain.maxAbs());
    }
  }

  @Test
  void packedIsNearlyPlainInInt8() {
    if (!Packed.isAvailable(Precision.INT8)) {
      assertInt8IsRefused("int8 needs a CPU with AVX2");
      return;
    }
    try (Model model = model("vit_tiny_patch16_224", SMALL_VIT);
        Scope scope = Scope.open()) {
      Tensor x = pictures(model, 2);
      Tensor plain = apply(model, x);
      model.pack(Precision.INT8);
      Tensor packed = apply(model, x);
      assertThat(packed.dtype()).isEqualTo(DType.F32);
      assertThat(packed.sub(plain).maxAbs()).isBetween(1e-6, 0.05 * plain.maxAbs());
      Tensor alone = apply(model, x.narrow(0, 1, 1)); // an image does not depend on the others
      assertThat(packed.narrow(0, 1, 1).sub(alone).maxAbs()).isLessThan(2e-5 * plain.maxAbs());
    }
  }

  @Test
  void int8IsForLinearLayers() {
    assertInt8IsRefused("use f32 or bf16");
  }

  private static void assertInt8IsRefused(String message) {
    try (Model model = Models.create("resnet18_cifar", Map.of(), Init.seeded(1))) {
      assertThatThrownBy(() -> model.pack(Precision.INT8))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(message);
    }
  }

  /** Packed; on a processor without bf16 packing is refused, and the plain model computes in it. */
  private static Tensor inBf16(Model model, Tensor x) {
    if (Packed.isAvailable(Precision.BF16)) {
      model.pack(Precision.BF16);
      return apply(model, x);
    }
    assertThatThrownBy(() -> model.pack(Precision.BF16))
        .hasMessageContaining("do not pack the model");
    try (Precision.Region region = Precision.BF16.on(Device.CPU)) {
      return apply(model, x);
    }
  }

  @Test
  void packedOnlyAnswers() {
    try (Model model = model("vit_tiny_patch16_224", SMALL_VIT)) {
      long count = model.parameterCount();
      model.pack(Precision.F32);
      assertThat(model.parameterCount()).isEqualTo(count);
      assertThatThrownBy(model::state).hasMessageContaining("cannot be saved");
      assertThatThrownBy(() -> model.train(true))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("cannot be trained");
      assertThatThrownBy(() -> model.to(Device.CPU)).hasMessageContaining("cannot be moved");
      assertThatThrownBy(() -> model.load(Map.of(), false)).hasMessageContaining("be loaded");
      assertThatThrownBy(() -> model.pack(Precision.F32)).hasMessageContaining("packed again");
      model.train(false); // it is so already
    }
  }

  private static Model model(String name, Map<String, Object> words) {
    Model model = Models.create(name, words, Init.seeded(1));
    Generator generator = new Generator(2);
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      model
          .state()
          .forEach(
              (path, t) -> {
                if (path.endsWith("running_var")) {
                  t.uniform_(0.5, 2, generator); // a fresh norm would do nothing
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

  private static Tensor pictures(Model m, int batch) {
    return Tensor.empty(DType.F32, Device.CPU, batch, m.channels(), m.height(), m.width())
        .normal_(0, 1, new Generator(3));
  }

  private static Tensor apply(Model model, Tensor x) {
    try (NoGrad g = NoGrad.on()) {
      return model.apply(x);
    }
  }
}
