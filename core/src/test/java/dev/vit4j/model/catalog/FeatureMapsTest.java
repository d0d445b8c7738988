package dev.vit4j.model.catalog;

import static dev.vit4j.TensorAssert.assertClose;
import static dev.vit4j.TensorAssert.normal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vit4j.model.Classifies;
import dev.vit4j.model.FeatureMaps;
import dev.vit4j.model.Model;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.Trace;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The grid of vectors that a decoder reads is the one that the head pools. */
class FeatureMapsTest {
  private static final Map<String, Object> SMALL_VIT =
      Map.of(
          "img_size",
          List.of(16, 24),
          "patch_size",
          8,
          "embed_dim",
          32,
          "depth",
          2,
          "num_heads",
          2);

  @Test
  void meanOfTheGridIsWhatAnAveragingHeadReads() {
    Map<String, Object> avg = new HashMap<>(SMALL_VIT);
    avg.putAll(Map.of("global_pool", "avg", "fc_norm", false, "reg_tokens", 2));
    for (Model model :
        new Model[] {
          model("vit_tiny_patch16_224", avg),
          model("mixer_s32_224", Map.of("img_size", List.of(70, 96), "num_blocks", 2)),
          model(
              "mvitv2",
              Map.of("img_size", List.of(40, 64), "depths", List.of(1, 1, 1), "embed_dim", 16)),
          model("resnet18", Map.of("img_size", 64)),
          model("resnet20_cifar", Map.of())
        }) {
      try (model;
          NoGrad g = NoGrad.on();
          Scope scope = Scope.open()) {
        Tensor x = normal(3, 2, 3, model.height(), model.width());
        Tensor map = model.as(FeatureMaps.class).featureMap(x);
        Tensor features = model.as(Classifies.class).features(x);
        assertClose(model.name(), map.flatten(2, 3).mean(2), features, 1e-6);
      }
    }
  }

  @Test
  void gridOfAVitIsItsPatchesAfterTheNorm() {
    Map<String, Object> words = new HashMap<>(SMALL_VIT);
    words.put("reg_tokens", 3);
    try (Model model = model("vit_tiny_patch16_224", words);
        NoGrad g = NoGrad.on();
        Scope scope = Scope.open();
        Trace trace = Trace.start()) {
      Tensor x = normal(4, 2, 3, 16, 24);
      Tensor features = model.as(Classifies.class).features(x);
      Tensor norm = trace.tensors().get("norm"); // [2, 1 + 3 + 6, 32]
      assertClose("the class token", norm.select(1, 0), features, 0);
      Tensor map = model.as(FeatureMaps.class).featureMap(x);
      assertThat(map.shape()).containsExactly(2, 32, 2, 3);
      for (int patch = 0; patch < 6; patch++) {
        Tensor cell = map.select(2, patch / 3).select(2, patch % 3);
        assertClose("patch " + patch, cell, norm.select(1, 4 + patch), 0);
      }
    }
  }

  @Test
  void normAfterPoolingIsAppliedToEveryCell() {
    Map<String, Object> words = new HashMap<>(SMALL_VIT);
    words.put("global_pool", "avg"); // with fc_norm, whose weights are 1 and 0
    try (Model model = model("vit_tiny_patch16_224", words);
        NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      Tensor map = model.as(FeatureMaps.class).featureMap(normal(5, 2, 3, 16, 24));
      assertThat(map.mean(1).maxAbs()).isLessThan(1e-6);
      assertThat(map.mul(map).mean(1).sub(Tensor.full(1, map.device(), 1)).maxAbs())
          .isLessThan(1e-3);
    }
  }

  @Test
  void poolingOfACctReadsTheGrid() {
    try (Model model = model("cct_2_3x2_32", Map.of());
        NoGrad g = NoGrad.on();
        Scope scope = Scope.open();
        Trace trace = Trace.start()) {
      Tensor x = normal(6, 2, 3, 32, 32);
      Tensor features = model.as(Classifies.class).features(x);
      Tensor pool = trace.tensors().get("pool"); // [2, 1, 64]
      Tensor map = model.as(FeatureMaps.class).featureMap(x);
      assertThat(map.shape()).containsExactly(2, 128, 8, 8);
      Tensor pooled = pool.matmul(map.flatten(2, 3).transpose(1, 2)).flatten(1, 2);
      assertClose("weighted mean", pooled, features, 1e-5);
    }
  }

  /** A ResNet reads images of any size; cells at the border may be cut. */
  @ParameterizedTest
  @CsvSource({
    "vit_tiny_patch16_224, 224, 224, 16, 192",
    "cct_7_3x1_32, 32, 32, 2, 256",
    "mixer_s32_224, 224, 224, 32, 512",
    "mvitv2_tiny, 224, 224, 32, 768",
    "resnet18, 64, 96, 32, 512",
    "resnet50, 75, 100, 32, 2048",
    "resnet20_cifar, 50, 33, 4, 64",
    "resnet18_cifar, 17, 40, 8, 512"
  })
  void strideAndChannelsAreThoseOfTheGrid(
      String name, int height, int width, int stride, int channels) {
    try (Model model = model(name, Map.of("num_classes", 0));
        NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      FeatureMaps maps = model.as(FeatureMaps.class);
      Tensor map = maps.featureMap(normal(7, 1, 3, height, width));
      assertThat(maps.mapStride()).containsExactly(stride, stride);
      assertThat(maps.mapChannels()).isEqualTo(channels);
      long rows = ((long) height + stride - 1) / stride;
      long columns = ((long) width + stride - 1) / stride;
      assertThat(map.shape()).containsExactly(1, channels, rows, columns);
    }
  }

  private static Model model(String name, Map<String, Object> words) {
    Model model = Models.create(name, words, Init.seeded(1));
    model.train(false);
    return model;
  }
}
