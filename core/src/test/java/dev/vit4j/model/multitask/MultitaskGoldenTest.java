package dev.vit4j.model.multitask;

import static dev.vit4j.TensorAssert.assertClose;
import static dev.vit4j.TensorAssert.assertSameBits;
import static dev.vit4j.TensorAssert.normal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.Fixture;
import dev.vit4j.model.Model;
import dev.vit4j.model.PatchOutputs;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.SinCos2d;
import dev.vit4j.nn.TransformerEncoder;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.weights.Adaptation;
import dev.vit4j.weights.ModelSource;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The network of the original notes, its segmentation and its encoder equal PyTorch's. */
class MultitaskGoldenTest {
  private static final Map<String, Tensor> GOLDEN =
      Fixture.tensors("19-multitask/golden.safetensors");

  private static WeightsFolder.Loaded original() throws IOException {
    return ModelSource.open(
        Fixture.path("19-multitask/tfdet.safetensors"),
        Map.of("masks_per_patch", 2, "img_size", List.of(24, 40)),
        line -> {});
  }

  private static PatchOutputs outputs(Model model, Tensor x) {
    model.train(false);
    return ((MultitaskVit) model).patches(x);
  }

  @Test
  void bothOutputsEqualPyTorchs() throws IOException {
    try (WeightsFolder.Loaded loaded = original();
        NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      assertThat(loaded.model().args())
          .containsEntry("backbone", "resnet20_cifar")
          .containsEntry("patch_size", 8)
          .containsEntry("depth", 2)
          .containsEntry("dim_feedforward", 64)
          .containsEntry("mask_hidden", 32)
          .containsEntry("num_classes", 10);
      assertThat(loaded.preprocess().mean()).containsExactly(0.5070, 0.4865, 0.4409);
      PatchOutputs both = outputs(loaded.model(), GOLDEN.get("x"));
      assertClose("y", both.classes(), GOLDEN.get("y"), 1e-5);
      assertClose("z", both.masks().sigmoid(), GOLDEN.get("z"), 1e-5);
      assertClose("segmentation", both.toSegment(), GOLDEN.get("segment"), 1e-5);
    }
  }

  @Test
  void imagesDoNotAttendToEachOther() throws IOException {
    try (WeightsFolder.Loaded loaded = original();
        NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      Tensor x = GOLDEN.get("x");
      PatchOutputs both = outputs(loaded.model(), x);
      for (int i = 0; i < 2; i++) {
        PatchOutputs one = outputs(loaded.model(), x.narrow(0, i, 1));
        assertClose("y", one.classes(), both.narrow(i, 1).classes(), 1e-5);
        assertClose("z", one.masks(), both.narrow(i, 1).masks(), 1e-5);
      }
    }
  }

  @Test
  void labelMapIsTheHighestScoreOfEveryPixel() throws IOException {
    try (WeightsFolder.Loaded loaded = original();
        NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      PatchOutputs both = outputs(loaded.model(), GOLDEN.get("x"));
      Tensor image = both.image(); // [2, 10, 24, 40]
      assertThat(image.shape()).containsExactly(2, 10, 24, 40);
      long[] highest = image.argmax(1).toLongs();
      assertThat(both.labelMap())
          .isEqualTo(Arrays.stream(highest).mapToInt(Math::toIntExact).toArray());
      // patch 7 of the first image: rows 8 to 15, columns 16 to 23
      Tensor patch = image.select(0, 0).narrow(1, 8, 8).narrow(2, 16, 8).flatten(1, 2);
      assertClose(
          "patch", patch.transpose(0, 1), GOLDEN.get("segment").select(0, 0).select(0, 7), 1e-5);
      Tensor some = both.image(Tensor.of(new long[] {3, 9}, 2));
      assertSameBits("class 9", some.select(1, 1), image.select(1, 9));
    }
  }

  @Test
  void positionsEqualTimms() {
    assertClose("positions", SinCos2d.of(3, 5, 16), GOLDEN.get("sincos"), 1e-6);
  }

  /** A state dict of nn.TransformerEncoder has the names of the encoder. */
  @Test
  void encoderReadsPyTorchsStateDict() {
    Map<String, Tensor> encoder = new HashMap<>();
    Fixture.tensors("19-multitask/tfdet.safetensors")
        .forEach(
            (name, t) -> {
              if (name.startsWith("te.")) {
                encoder.put(name.substring(3), t.to(DType.F32));
              }
            });
    TransformerEncoder.Config sizes = new TransformerEncoder.Config(256, 2, 8, 64, 0.1);
    try (TransformerEncoder ours = new TransformerEncoder(Init.seeded(1), sizes)) {
      assertThat(ours.load(encoder, true).isClean()).isTrue();
    }
  }

  @Test
  void theOriginalHasItsNumberOfTrainableParameters() {
    Model model = Models.create("multitask_vit", Map.of(), Init.shapesOnly());
    model.freeze(List.of("backbone"));
    assertThat(model.trainableCount()).isEqualTo(12_470_732);
    assertThat(model.backbone().parameterCount()).isEqualTo(466_256); // without its head
  }

  @Test
  void wholeImageResNet18HasAVectorOf512PerPatch() {
    try (Model model = Models.create("multitask_vit_resnet18", Map.of(), Init.seeded(1));
        NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      MultitaskVit vit = (MultitaskVit) model;
      assertThat(vit.dim()).isEqualTo(512);
      PatchOutputs both = outputs(model, normal(1, 1, 3, 224, 224));
      assertThat(both.classes().shape()).containsExactly(1, 49, 460);
      assertThat(both.masks().shape()).containsExactly(1, 49, 1024, 4);
    }
  }

  /** Spikformer's blocks take the encoder's place, with the same shapes. */
  @Test
  void spikformerTakesTheEncodersPlace() {
    Map<String, Object> args =
        Map.of("encoder", "spikformer", "depth", 2, "T", 2, "num_classes", 5, "img_size", 64);
    try (Model model = Models.create("multitask_vit", args, Init.seeded(1));
        NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      assertThat(model.parameters()).containsKey("encoder.block.1.mlp.fc1_linear.weight");
      PatchOutputs both = outputs(model, normal(1, 2, 3, 64, 64));
      assertThat(both.classes().shape()).containsExactly(2, 4, 5);
      assertThat(both.masks().shape()).containsExactly(2, 4, 1024, 4);
      assertThat(both.classes().allFinite()).isTrue();
    }
  }

  @Test
  void imagesOfAnySizeThatThePatchDivides() throws IOException {
    try (WeightsFolder.Loaded loaded = original();
        NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      PatchOutputs both = outputs(loaded.model(), normal(2, 1, 3, 88, 120)); // 11 x 15 patches
      assertThat(both.classes().shape()).containsExactly(1, 165, 10);
      assertThat(both.rows()).isEqualTo(11);
      assertThatThrownBy(() -> loaded.model().apply(normal(3, 1, 3, 90, 120)))
          .hasMessageContaining("height and width are multiples of 8, not 90 x 120");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "resnet18_cifar_w32, layer2, 64, 2",
    "resnet18, layer1, 64, 4",
    "vit_tiny_patch16_224, blocks.5, 192, 16",
    "cct_2_3x2_32, classifier.blocks.0, 128, 4",
  })
  void backboneIsCutAtALayer(String backbone, String layer, int channels, int stride) {
    Map<String, Object> args =
        Map.of(
            "backbone",
            backbone,
            "backbone_layer",
            layer,
            "pool_size",
            1,
            "encoder",
            "none",
            "num_classes",
            3,
            "patch_size",
            32,
            "img_size",
            64);
    try (Model from = Models.create(backbone, Map.of("img_size", 32), Init.seeded(7));
        Model to = Models.create("multitask_vit", args, Init.seeded(8))) {
      assertThat(((MultitaskVit) to).dim()).isEqualTo(channels);
      assertThat(((MultitaskVit) to).cells()).isEqualTo(32 / stride);
      assertThat(Adaptation.load(from, to)).contains("cut after " + layer);
      to.backbone().state().forEach((name, t) -> assertSameBits(name, t, from.state().get(name)));
      try (NoGrad g = NoGrad.on();
          Scope scope = Scope.open()) {
        assertThat(to.apply(normal(4, 1, 3, 64, 64)).shape()).containsExactly(1, 3, 64, 64);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "backbone | resnet99 | unknown model 'resnet99'",
        "backbone | multitask_vit | backbone must be an image model with feature maps",
        "backbone_layer | layer9 | has no layer 'layer9' to cut at: use layer1 to layer3",
        "patch_size | 30 | img_size 224 x 224 is not divisible by patch_size 30",
        "patch_size | 28 | a patch of 28 x 28 pixels cannot be pooled to 2 x 2 cells",
        "num_heads | 7 | tokens of width 256 are not divisible by num_heads 7",
        "masks_per_patch | 0 | masks_per_patch must be from 1 to 1024, not 0",
        "encoder | lstm | encoder must be one of transformer",
        "T | 0 | T must be from 1 to 1024, not 0",
        "backbone_input | rows | backbone_input must be one of patches, image, not rows",
        "num_classes | 0 | segmentation needs num_classes above 0",
      })
  void badArgumentsAreOneLine(String key, String value, String message) {
    Object parsed = value.matches("\\d+") ? Integer.valueOf(value) : value;
    Map<String, Object> args = Map.of(key, parsed);
    assertThatThrownBy(() -> Models.create("multitask_vit", args, Init.shapesOnly()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  @Test
  void otherWeightsAreRefused() {
    assertThatThrownBy(
            () ->
                ModelSource.open(
                    Fixture.path("19-multitask/tfdet.safetensors"),
                    Map.of("masks_per_patch", 3),
                    line -> {}))
        .hasMessageContaining("128 rows, which are not 3 masks of square patches");
  }
}
