package dev.vit4j.weights;

import static dev.vit4j.TensorAssert.assertClose;
import static dev.vit4j.TensorAssert.assertSameBits;
import static dev.vit4j.TensorAssert.normal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.vit4j.Fixture;
import dev.vit4j.format.TensorFile;
import dev.vit4j.format.TensorInfo;
import dev.vit4j.model.EncodesText;
import dev.vit4j.model.Model;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.text.Tokenizer;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CLIP models go to open_clip, transformers and ONNX Runtime, and come back the same. */
class ClipExportTest {
  @TempDir Path dir;

  private static Map<String, Tensor> tensors(Path file) throws IOException {
    Map<String, Tensor> all = new HashMap<>();
    try (TensorFile source = TensorFile.open(file)) {
      for (TensorInfo t : source.tensors().values()) {
        all.put(t.name(), Tensor.of(source.data(t.name()), t.dtype(), t.shape()));
      }
    }
    return all;
  }

  @ParameterizedTest
  @CsvSource({
    "04-open-clip/vit_gelu, open_clip, open_clip_model.safetensors",
    "04-open-clip/vit_quickgelu, open_clip, open_clip_model.safetensors",
    "16-clip/resnet, open_clip, open_clip_model.safetensors",
    "16-clip/options, open_clip, open_clip_model.safetensors",
    "03-huggingface/clip, transformers, model.safetensors",
    "16-clip/siglip, transformers, model.safetensors",
  })
  void whatALibraryWroteGoesBackToIt(String folder, String names, String file) throws IOException {
    Path back = dir.resolve("back");
    try (WeightsFolder.Loaded loaded = ForeignWeights.open(Fixture.path(folder))) {
      Export.folder(back, loaded, Export.Names.of(names));
      try (WeightsFolder.Loaded again = ForeignWeights.open(back)) {
        assertThat(again.model().args()).isEqualTo(loaded.model().args());
        assertThat(again.preprocess()).isEqualTo(loaded.preprocess());
      }
    }
    Map<String, Tensor> written = tensors(back.resolve(file));
    Map<String, Tensor> original = tensors(Fixture.path(folder + "/" + file));
    assertThat(written.keySet()).containsExactlyInAnyOrderElementsOf(original.keySet());
    written.forEach((name, t) -> assertSameBits(name, t, original.get(name)));
  }

  @ParameterizedTest
  @CsvSource({
    "04-open-clip/vit_gelu, transformers",
    "04-open-clip/openai_fp16/model.pt, transformers",
    "16-clip/custom_text, transformers",
    "16-clip/old_hf, open_clip",
    "03-huggingface/clip, open_clip",
  })
  void otherLibrariesGetTheSameModel(String source, String names) throws IOException {
    Path there = dir.resolve("there");
    Path path = Fixture.path(source);
    try (WeightsFolder.Loaded loaded = ForeignWeights.open(path);
        NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      Export.folder(there, loaded, Export.Names.of(names));
      try (WeightsFolder.Loaded again = ForeignWeights.open(there)) {
        Path folder = Files.isDirectory(path) ? path : path.resolveSibling("");
        Map<String, Tensor> golden = Fixture.tensors(folder.resolve("io.safetensors"));
        EncodesText before = loaded.model().as(EncodesText.class);
        EncodesText after = again.model().as(EncodesText.class);
        Tensor image = golden.getOrDefault("image", golden.get("pixel_values"));
        Tensor text = golden.getOrDefault("text", golden.get("input_ids"));
        assertSameBits("image", after.features(image), before.features(image));
        assertSameBits("text", after.textFeatures(text), before.textFeatures(text));
        assertSameBits("scale", after.logitScale(), before.logitScale());
      }
    }
  }

  @Test
  void tokenizersGoAlong() throws IOException {
    List<String> texts = List.of("A photo of a cat's 3 whiskers!", "ZEBRA naïve 猫");
    try (WeightsFolder.Loaded clip = ForeignWeights.open(Fixture.path("04-open-clip/vit_gelu"));
        WeightsFolder.Loaded small = ForeignWeights.open(Fixture.path("03-huggingface/clip"))) {
      Export.folder(dir.resolve("hf"), clip, Export.Names.TRANSFORMERS);
      assertThat(dir.resolve("hf/vocab.json")).isRegularFile();
      Tokenizer written = Tokenizer.of(dir.resolve("hf"));
      Tokenizer builtIn = Tokenizer.clip();
      for (String text : texts) {
        assertThat(written.encode(text)).isEqualTo(builtIn.encode(text));
      }
      assertThat(written.end()).isEqualTo(builtIn.end());
      assertThat(written.contextLength()).isEqualTo(77);

      Export.folder(dir.resolve("oc"), small, Export.Names.OPEN_CLIP);
      assertThat(dir.resolve("oc/tokenizer.json"))
          .hasSameBinaryContentAs(Fixture.path("03-huggingface/clip/tokenizer.json"));
      assertThat(dir.resolve("oc/open_clip_config.json"))
          .content()
          .contains("\"hf_tokenizer_name\"");
      Tokenizer copied = Tokenizer.of(dir.resolve("oc"));
      assertThat(copied.encode(texts.get(0)))
          .isEqualTo(Tokenizer.of(Fixture.path("03-huggingface/clip")).encode(texts.get(0)));
    }
    try (WeightsFolder.Loaded other =
        ForeignWeights.open(Fixture.path("04-open-clip/vit_quickgelu"))) {
      Export.folder(dir.resolve("without"), other, Export.Names.TRANSFORMERS);
      assertThat(dir.resolve("without/vocab.json")).doesNotExist();
      assertThat(Export.remarks(other, Export.Names.TRANSFORMERS))
          .containsExactly("No tokenizer is written: that of the model is not known");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "16-clip/resnet | transformers | clip: its image tower is a ViT; use --names open_clip",
        "16-clip/options | transformers | clip: its blocks have no LayerScale; use --names open_clip",
        "16-clip/siglip | open_clip | clip: it builds SigLIP from image models of timm; use --format onnx",
        "16-clip/resnet | timm | clip: it has no models of images and texts; use --names open_clip",
        "16-clip/old_hf | torchvision | torchvision cannot open folders: use --format pth",
        "01-timm-vit/hub_layout | open_clip | vit: it has models of images and texts only; use --names timm",
      })
  void whatALibraryCannotHoldIsRefused(String folder, String names, String reason)
      throws IOException {
    try (WeightsFolder.Loaded loaded = ForeignWeights.open(Fixture.path(folder))) {
      assertThatThrownBy(() -> Export.folder(dir.resolve("x"), loaded, Export.Names.of(names)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageEndingWith(reason)
          .hasMessageNotContaining("\n");
    }
    assertThat(dir.resolve("x")).doesNotExist();
  }

  @Test
  void otherImageModelsAreRefused() {
    Map<String, Object> args = Map.of("vision_model_name", "vit_tiny_patch16_224");
    try (Model model = OnnxExportTest.model("clip", args)) {
      for (Export.Names names : Export.Names.values()) {
        assertThatThrownBy(() -> Export.pth(dir.resolve("x.pth"), model, names))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageMatching("\\w+ does not support clip: .*; use --[^\n]*");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "04-open-clip/vit_gelu",
        "04-open-clip/vit_quickgelu",
        "03-huggingface/clip",
        "16-clip/resnet",
        "16-clip/custom_text",
        "16-clip/options",
        "16-clip/old_hf",
        "16-clip/siglip",
      })
  void onnxRuntimeGivesTheSameFeatures(String folder) throws Exception {
    Map<String, Tensor> golden = Fixture.tensors(folder + "/io.safetensors");
    Tensor image = golden.getOrDefault("image", golden.get("pixel_values"));
    Tensor text = golden.getOrDefault("text", golden.get("input_ids"));
    try (WeightsFolder.Loaded loaded = ForeignWeights.open(Fixture.path(folder))) {
      compare(loaded, image, text);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"vit_tiny_patch16_224", "resnet18", "mixer_s32_224"})
  void onnxRuntimeRunsOtherImageModels(String name) throws Exception {
    Map<String, Object> args =
        Map.of(
            "vision_model_name",
            name,
            "img_size",
            64,
            "embed_dim",
            16,
            "text_width",
            32,
            "text_layers",
            1,
            "text_heads",
            4,
            "vocab_size",
            50,
            "context_length",
            9);
    try (Model model = OnnxExportTest.model("clip", args)) {
      Tensor text = Tensor.of(new long[] {1, 5, 49, 0, 0, 0, 0, 0, 49}, 1, 9);
      Tensor image = normal(3, 2, 3, 64, 64);
      compare(
          new WeightsFolder.Loaded(model, OnnxExportTest.preprocess(model), List.of()),
          image,
          text);
    }
  }

  private void compare(WeightsFolder.Loaded loaded, Tensor image, Tensor text) throws Exception {
    Path folder = dir.resolve("onnx");
    EncodesText model = loaded.model().as(EncodesText.class);
    OnnxExport.writeTowers(loaded.model(), loaded.preprocess(), folder);
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open();
        OrtSession images = environment.createSession(folder.resolve("image.onnx").toString());
        OrtSession texts = environment.createSession(folder.resolve("text.onnx").toString());
        OnnxTensor pixels =
            OnnxTensor.createTensor(
                environment, FloatBuffer.wrap(image.toFloats()), image.shape());
        OnnxTensor ids =
            OnnxTensor.createTensor(environment, LongBuffer.wrap(text.toLongs()), text.shape())) {
      Tensor features = model.features(image);
      Tensor theirs = run(images, "pixel_values", pixels, "image_features", features.shape());
      assertClose("image", theirs, features, 1e-4);
      Tensor textFeatures = model.textFeatures(text);
      theirs = run(texts, "input_ids", ids, "text_features", textFeatures.shape());
      assertClose("text", theirs, textFeatures, 1e-4);
      String scale = texts.getMetadata().getCustomMetadata().get("logit_scale");
      assertThat(Double.parseDouble(scale)).isEqualTo(model.logitScale().item());
      Map<String, String> metadata = images.getMetadata().getCustomMetadata();
      assertThat(metadata).containsKey("preprocess");
      assertThat(metadata.containsKey("logit_bias")).isEqualTo(model.logitBias() != null);
    }
  }

  private static Tensor run(
      OrtSession session, String name, OnnxTensor input, String output, long[] shape)
      throws OrtException {
    try (OrtSession.Result result = session.run(Map.of(name, input))) {
      assertThat(session.getOutputNames()).containsExactly(output);
      FloatBuffer flat = ((OnnxTensor) result.get(0)).getFloatBuffer();
      float[] values = new float[flat.remaining()];
      flat.get(values);
      return Tensor.of(values, shape);
    }
  }
}
