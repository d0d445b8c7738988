package dev.vit4j.model.clip;

import static dev.vit4j.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.Fixture;
import dev.vit4j.model.EncodesText;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Precision;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.weights.ForeignWeights;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rarer layouts of open_clip and transformers; see bench/peers/make_clip_fixture.py. */
class ClipLayoutsTest {
  private static final String FOLDER = "16-clip/";

  @ParameterizedTest
  @ValueSource(strings = {"resnet", "custom_text", "options", "old_hf", "siglip"})
  void equalsTheLibrary(String name) throws IOException {
    Map<String, Tensor> golden = Fixture.tensors(FOLDER + name + "/io.safetensors");
    try (WeightsFolder.Loaded loaded = ForeignWeights.open(Fixture.path(FOLDER + name));
        NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      EncodesText model = loaded.model().as(EncodesText.class);
      compare(model, golden);
      loaded.model().pack(Precision.F32);
      compare(model, golden);
    }
  }

  private static void compare(EncodesText model, Map<String, Tensor> golden) {
    Tensor image = model.features(golden.get("image"));
    Tensor text = model.textFeatures(golden.get("text"));
    assertClose("image", image, golden.get("image_features"), 2e-5);
    assertClose("text", text, golden.get("text_features"), 2e-5);
    Tensor logits = model.logitsPerImage(Ops.normalize(image), Ops.normalize(text));
    assertClose("logits", logits, golden.get("logits"), 1e-4);
  }

  @Test
  void configurationsAreRead() throws IOException {
    try (WeightsFolder.Loaded resnet = ForeignWeights.open(Fixture.path(FOLDER + "resnet"));
        WeightsFolder.Loaded siglip = ForeignWeights.open(Fixture.path(FOLDER + "siglip"))) {
      assertThat(resnet.model().args())
          .containsEntry("vision_layers", List.of(1, 2, 1, 1))
          .containsEntry("quick_gelu", true);
      assertThat(siglip.model().args())
          .containsEntry("vision_pool_type", "map")
          .containsEntry("gelu_tanh", true)
          .containsEntry("norm_eps", 1e-6)
          .containsEntry("text_no_causal_mask", true);
      assertThat(siglip.preprocess().cropMode()).isEqualTo("squash");
      assertThat(siglip.preprocess().mean()).containsExactly(0.5, 0.5, 0.5);
      assertThatThrownBy(() -> siglip.tokens(List.of("a cat"), line -> {}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "clip knows 120 tokens, but its tokenizer has 49,408: put the model's tokenizer.json next to its weights");
    }
  }
}
