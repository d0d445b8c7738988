package dev.vit4j.model.clip;

import static dev.vit4j.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vit4j.Fixture;
import dev.vit4j.image.Image;
import dev.vit4j.input.FitToModel;
import dev.vit4j.input.Preprocess;
import dev.vit4j.model.EncodesText;
import dev.vit4j.nn.Trace;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.weights.ForeignWeights;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Features, blocks and logits equal open_clip's and transformers', from their own files. */
class ClipGoldenTest {
  @ParameterizedTest
  @CsvSource({
    "04-open-clip/vit_gelu, 04-open-clip/vit_gelu",
    "04-open-clip/vit_quickgelu, 04-open-clip/vit_quickgelu",
    "04-open-clip/openai_fp16/model.pt, 04-open-clip/openai_fp16",
    "04-open-clip/openai_fp16/model_torchscript.pt, 04-open-clip/openai_fp16",
  })
  void equalsOpenClip(String weights, String folder) throws IOException {
    Map<String, Tensor> golden = Fixture.tensors(folder + "/io.safetensors");
    try (WeightsFolder.Loaded loaded = ForeignWeights.open(Fixture.path(weights));
        NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      EncodesText model = loaded.model().as(EncodesText.class);
      Tensor pixels = golden.get("image");
      Tensor ids = golden.get("text");
      assertClose("raw", model.features(pixels), golden.get("image_features_raw"), 1e-4);
      assertClose("raw", model.textFeatures(ids), golden.get("text_features_raw"), 1e-4);
      Tensor image = Ops.normalize(model.features(pixels));
      Tensor text = Ops.normalize(model.textFeatures(ids));
      assertClose("image", image, golden.get("image_features"), 1e-5);
      assertClose("text", text, golden.get("text_features"), 1e-5);
      assertClose("scale", model.logitScale(), golden.get("logit_scale_exp"), 1e-4);
      assertClose(
          "logits", model.logitsPerImage(image, text), golden.get("logits_per_image"), 1e-3);
      blocks(model, golden);
      assertClose("pixels", pixels(loaded.preprocess(), folder), pixels.narrow(0, 0, 1), 1e-5);
    }
  }

  private static void blocks(EncodesText model, Map<String, Tensor> golden) {
    try (Trace trace = Trace.start()) {
      model.features(golden.get("image"));
      model.textFeatures(golden.get("text"));
      Map<String, Tensor> seen = trace.tensors();
      assertClose("ln_pre", seen.get("tokens"), golden.get("image_ln_pre"), 1e-4);
      for (String name : golden.keySet()) {
        if (name.contains("_block_")) {
          String ours =
              name.startsWith("text")
                  ? name.replace("text_block_", "text.block.")
                  : name.replace("image_block_", "block.");
          assertClose(name, seen.get(ours), golden.get(name), 1e-4);
        }
      }
      assertThat(seen).containsKeys("block.0.attention", "text.block.0.attention");
    }
  }

  private static Tensor pixels(Preprocess preprocess, String folder) throws IOException {
    Image image = Image.read(Fixture.path(folder + "/image.png"));
    Image fitting = new FitToModel(preprocess).apply(image);
    byte[] planes = new byte[3 * preprocess.height() * preprocess.width()];
    fitting.writePlanes(planes, 0);
    Tensor u8 = Tensor.of(planes, 0, 1, 3, preprocess.height(), preprocess.width());
    return preprocess.normalize(u8, Device.CPU).to(DType.F32);
  }

  @ParameterizedTest
  @CsvSource("03-huggingface/clip")
  void equalsTransformers(String folder) throws IOException {
    Map<String, Tensor> golden = Fixture.tensors(folder + "/io.safetensors");
    try (WeightsFolder.Loaded loaded = ForeignWeights.open(Fixture.path(folder));
        NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      EncodesText model = loaded.model().as(EncodesText.class);
      Tensor image = Ops.normalize(model.features(golden.get("pixel_values")));
      Tensor text = Ops.normalize(model.textFeatures(golden.get("input_ids")));
      assertClose("image", image, golden.get("image_embeds"), 1e-5);
      assertClose("text", text, golden.get("text_embeds"), 1e-5);
      assertClose(
          "logits", model.logitsPerImage(image, text), golden.get("logits_per_image"), 1e-3);
      assertClose(
          "pixels",
          pixels(loaded.preprocess(), folder),
          golden.get("pixel_values_pil_backend"),
          1e-5);
      try (Trace trace = Trace.start()) {
        model.features(golden.get("pixel_values"));
        model.textFeatures(golden.get("input_ids"));
        assertClose("vision", trace.tensors().get("block.1"), golden.get("vision_hidden_2"), 1e-4);
        // transformers also masks the padding, which only tokens after the end token see.
        long read = 1L + first(golden.get("input_ids").select(0, 0).toLongs(), 1513);
        assertClose(
            "text",
            trace.tensors().get("text.block.1").select(0, 0).narrow(0, 0, read),
            golden.get("text_hidden_2").select(0, 0).narrow(0, 0, read),
            1e-4);
      }
    }
  }

  private static int first(long[] ids, long wanted) {
    int i = 0;
    while (ids[i] != wanted) {
      i++;
    }
    return i;
  }
}
