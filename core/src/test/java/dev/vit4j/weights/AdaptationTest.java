package dev.vit4j.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.Fixture;
import dev.vit4j.TensorAssert;
import dev.vit4j.model.GridResize;
import dev.vit4j.model.InputLayer;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Positions, kernels, channels and classes of another model equal timm's. */
class AdaptationTest {
  private static void assertClose(Tensor actual, Tensor expected, double tolerance) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    assertThat(actual.sub(expected).maxAbs()).isLessThan(tolerance);
  }

  @ParameterizedTest
  @CsvSource({
    "resample_4x4_to_7x7_prefix0, 0, 4, 4, 7, 7",
    "resample_4x4_to_7x7_prefix1, 1, 4, 4, 7, 7",
    "resample_7x7_to_5x6_prefix1, 1, 7, 7, 5, 6",
    "resample_7x7_to_5x6_prefix5, 5, 7, 7, 5, 6",
    "resample_14x14_to_24x24_prefix1, 1, 14, 14, 24, 24",
  })
  void positionsAreTimms(String file, int prefix, int h, int w, int height, int width) {
    Map<String, Tensor> golden = Fixture.tensors("11-posembed/" + file + ".safetensors");
    Map<String, GridResize> rules =
        Map.of(
            "bicubic_antialias", GridResize.BICUBIC_ANTIALIAS,
            "bicubic_plain", GridResize.BICUBIC,
            "bilinear_antialias", GridResize.BILINEAR_ANTIALIAS,
            "bilinear_plain", GridResize.BILINEAR);
    rules.forEach(
        (name, rule) -> {
          int[] from = {h, w};
          int[] to = {height, width};
          Tensor mine = rule.positions(golden.get("pos"), prefix, from, to);
          assertClose(mine, golden.get(name), 1e-5);
        });
  }

  @ParameterizedTest
  @CsvSource({"torchvision_interpolate, BICUBIC_CORNERS, 7, 7", "hf_interpolate, BICUBIC, 5, 7"})
  void positionsAreTheOtherLibraries(String file, GridResize rule, int height, int width) {
    Map<String, Tensor> golden = Fixture.tensors("11-posembed/" + file + ".safetensors");
    int[] from = {4, 4};
    int[] to = {height, width};
    assertClose(rule.positions(golden.get("pos"), 1, from, to), golden.get("resized"), 1e-5);
  }

  @Test
  void patchKernelsAreTimms() {
    Map<String, Tensor> golden = Fixture.tensors("11-posembed/patch_embed_resize.safetensors");
    assertClose(InputLayer.patch(golden.get("weight"), 12, 12), golden.get("to_12"), 1e-4);
    assertClose(InputLayer.patch(golden.get("weight"), 6, 6), golden.get("to_6"), 1e-4);
    assertClose(InputLayer.patch(golden.get("weight"), 4, 10), golden.get("to_4x10"), 1e-4);
  }

  @ParameterizedTest
  @CsvSource({"learnable, 'positions resized from 4x4 to 4x8 patches'", "sine, "})
  void compactTransformersSeeOtherSizesToo(String kind, String note) {
    Map<String, Object> args = Map.of("positional_embedding", kind, "img_size", 16);
    Map<String, Object> wide = Map.of("positional_embedding", kind, "img_size", List.of(16, 32));
    try (Model from = Models.create("cct_4_3x2_32", args, Init.seeded(1));
        Model to = Models.create("cct_4_3x2_32", wide, Init.seeded(2))) {
      Tensor own = to.state().get("classifier.positional_emb").copy();
      List<String> notes = Adaptation.load(from, to);
      Tensor now = to.state().get("classifier.positional_emb");
      if (kind.equals("sine")) {
        assertThat(notes).isEmpty();
        assertThat(now.toFloats()).containsExactly(own.toFloats());
      } else {
        assertThat(notes).containsExactly(note);
        Tensor old = from.state().get("classifier.positional_emb");
        int[] grid = {4, 4};
        int[] wanted = {4, 8};
        Tensor expected = GridResize.BICUBIC_ANTIALIAS.positions(old, 0, grid, wanted);
        assertClose(now, expected, 1e-6);
      }
      String weight = "classifier.blocks.0.linear1.weight";
      assertClose(to.state().get(weight), from.state().get(weight), 1e-9);
    }
  }

  /** timm's adapt_input_conv of [1, 2, 3]. */
  @Test
  void channelsAreTimms() {
    Tensor w = Tensor.of(new float[] {1, 2, 3}, 1, 3, 1, 1);
    assertThat(InputLayer.channels(w, 1).toFloats()).containsExactly(6);
    assertThat(InputLayer.channels(w, 3).toFloats()).containsExactly(1, 2, 3);
    assertThat(InputLayer.channels(w, 4).toFloats()).containsExactly(0.75f, 1.5f, 2.25f, 0.75f);
    Tensor grey = Tensor.of(new float[] {1}, 1, 1, 1, 1);
    assertThatThrownBy(() -> InputLayer.channels(grey, 3))
        .hasMessage(
            "weights for 1 channels cannot be adapted to 3 channels: only weights for 3 channels can");
  }

  @Test
  void anotherSizeOtherChannelsAndClasses() {
    Map<String, Object> small = Map.of("img_size", 32, "patch_size", 8, "depth", 1);
    Map<String, Object> other =
        Map.of(
            "img_size",
            List.of(64, 48),
            "patch_size",
            8,
            "depth",
            1,
            "in_chans",
            1,
            "num_classes",
            3);
    try (Model from = Models.create("vit_tiny_patch16_224", small, Init.seeded(1));
        Model to = Models.create("vit_tiny_patch16_224", other, Init.seeded(2))) {
      float[] head = to.state().get("head.weight").toFloats();
      assertThat(Adaptation.load(from, to))
          .containsExactly(
              "positions resized from 4x4 to 8x6 patches",
              "patch_embed.proj.weight adapted from 3 to 1 channels",
              "it has 1,000 classes, the model 3: the classifier (head) is newly initialized");
      assertThat(to.state().get("head.weight").toFloats()).isEqualTo(head);
      TensorAssert.assertSameBits(
          "fc1",
          to.state().get("blocks.0.mlp.fc1.weight"),
          from.state().get("blocks.0.mlp.fc1.weight"));
      Tensor sum = InputLayer.channels(from.state().get("patch_embed.proj.weight"), 1);
      assertClose(to.state().get("patch_embed.proj.weight"), sum, 1e-9);
    }
  }

  /** The backbone of a segmentation model takes a classifier's weights, its head is left out. */
  @ParameterizedTest
  @CsvSource({
    "vit_tiny_patch16_224, vit_seg, head, blocks.0.mlp.fc1.weight",
    "resnet18_cifar, fcn_resnet18_cifar, fc, layer3.0.downsample.1.running_mean"
  })
  void aBackboneTakesAClassifiersWeights(String name, String seg, String head, String same) {
    boolean vit = seg.equals("vit_seg");
    Map<String, Object> args = new HashMap<>(Map.of("img_size", 32));
    Map<String, Object> other = new HashMap<>(Map.of("img_size", List.of(64, 48), "in_chans", 1));
    for (Map<String, Object> each : List.of(args, other)) {
      each.putAll(vit ? Map.of("patch_size", 8, "depth", 1) : Map.of("width", 16));
    }
    try (Model from = Models.create(name, args, Init.seeded(1));
        Model to = Models.create(seg, other, Init.seeded(2))) {
      Map<String, Tensor> before = new HashMap<>();
      to.state().forEach((path, t) -> before.put(path, t.copy()));
      List<String> notes = Adaptation.load(from, to);
      String first = from.timmConfig().firstConv() + ".weight";
      List<String> expected = new ArrayList<>();
      if (vit) {
        expected.add("positions resized from 4x4 to 8x6 patches");
      }
      expected.add(first + " adapted from 3 to 1 channels");
      expected.add(
          "used for the backbone, without the head (%s); everything else is newly initialized"
              .formatted(head));
      assertThat(notes).containsExactlyElementsOf(expected);
      TensorAssert.assertSameBits(same, to.state().get("backbone." + same), from.state().get(same));
      Tensor gray = InputLayer.channels(from.state().get(first), 1);
      assertClose(to.state().get("backbone." + first), gray, 1e-9);
      to.state()
          .forEach(
              (path, t) -> {
                if (path.startsWith("classifier.")) {
                  TensorAssert.assertSameBits(path, t, before.get(path));
                }
              });
    }
  }

  @Test
  void aClassifierTakesNoSegmentersWeights() {
    try (Model from = Models.create("fcn_resnet18_cifar", Map.of("width", 8), Init.seeded(1));
        Model to = Models.create("resnet18_cifar", Map.of("width", 8), Init.seeded(2))) {
      assertThatThrownBy(() -> Adaptation.load(from, to))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "weights do not fit the model: they are of fcn_resnet18_cifar (Fully Convolutional Network), but resnet18_cifar is of another family (ResNet); set model to a Fully Convolutional Network");
    }
  }

  @Test
  void refusesOtherHeads() {
    Map<String, Object> twelve = Map.of("num_heads", 12, "depth", 1);
    try (Model from = Models.create("vit_tiny_patch16_224", Map.of("depth", 1), Init.unset());
        Model to = Models.create("vit_tiny_patch16_224", twelve, Init.unset())) {
      assertThatThrownBy(() -> Adaptation.load(from, to))
          .hasMessage(
              "they were trained with 3 heads, the model has 12: set model_args.num_heads to 3");
    }
  }
}
