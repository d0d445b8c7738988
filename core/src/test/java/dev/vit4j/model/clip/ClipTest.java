package dev.vit4j.model.clip;

import static dev.vit4j.TensorAssert.assertClose;
import static dev.vit4j.TensorAssert.assertSameBits;
import static dev.vit4j.TensorAssert.normal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.input.Preprocess;
import dev.vit4j.model.Classifies;
import dev.vit4j.model.EncodesText;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Precision;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.weights.Adaptation;
import dev.vit4j.weights.ModelSource;
import dev.vit4j.weights.WeightsFolder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What every image tower has in common, and what is refused. */
class ClipTest {
  private static final Map<String, Object> TEXT =
      Map.of("text_width", 32, "text_heads", 2, "text_layers", 2, "embed_dim", 24);

  @TempDir Path dir;

  static List<Map<String, Object>> towers() {
    return List.of(
        Map.of(
            "img_size",
            32,
            "vision_patch_size",
            8,
            "vision_width",
            32,
            "vision_layers",
            2,
            "vision_head_width",
            16),
        Map.of(
            "img_size",
            32,
            "vision_patch_size",
            8,
            "vision_width",
            32,
            "vision_layers",
            2,
            "vision_head_width",
            16,
            "vision_pool_type",
            "avg",
            "vision_no_ln_pre",
            true),
        Map.of(
            "img_size",
            64,
            "vision_layers",
            List.of(1, 1, 1, 1),
            "vision_width",
            8,
            "vision_head_width",
            32),
        Map.of("img_size", 32, "vision_model_name", "resnet20_cifar"),
        Map.of("img_size", 32, "vision_model_name", "cct_2_3x2_32"));
  }

  private static Clip clip(Map<String, Object> tower) {
    Map<String, Object> args = new HashMap<>(TEXT);
    args.putAll(tower);
    Model model = Models.create("clip", args, Init.seeded(5));
    model.train(false);
    return (Clip) model;
  }

  private static Tensor images(Model m) {
    return normal(3, 2, m.channels(), m.height(), m.width());
  }

  /** Two texts that end at different places. */
  private static Tensor texts(int length) {
    long[] ids = new long[2 * length];
    System.arraycopy(new long[] {49406, 320, 2368, 49407}, 0, ids, 0, 4);
    System.arraycopy(new long[] {49406, 320, 1125, 539, 320, 1929, 49407}, 0, ids, length, 7);
    return Tensor.of(ids, 2, length);
  }

  @ParameterizedTest
  @MethodSource("towers")
  void packedAnswersTheSame(Map<String, Object> tower) {
    try (Clip model = clip(tower);
        NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      Tensor x = images(model);
      Tensor image = model.features(x);
      Tensor text = model.textFeatures(texts(77));
      assertThat(image.shape()).containsExactly(2, 24);
      assertThat(text.shape()).containsExactly(2, 24);
      model.pack(Precision.F32);
      assertClose("image", model.features(x), image, 1e-5 * image.maxAbs());
      assertClose("text", model.textFeatures(texts(77)), text, 1e-5 * text.maxAbs());
    }
  }

  @ParameterizedTest
  @MethodSource("towers")
  void savedAndOpenedItIsTheSame(Map<String, Object> tower) throws Exception {
    try (Clip model = clip(tower);
        NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      List<Double> half = Collections.nCopies(model.channels(), 0.5);
      Preprocess preprocess =
          new Preprocess(
              model.channels(),
              model.height(),
              model.width(),
              "bicubic",
              1,
              "squash",
              half,
              half,
              "none");
      WeightsFolder.writeConfig(dir, new WeightsFolder.Loaded(model, preprocess, List.of()));
      WeightsFolder.writeWeights(dir, model, Map.of());
      try (WeightsFolder.Loaded loaded = ModelSource.open(dir)) {
        EncodesText again = loaded.model().as(EncodesText.class);
        assertThat(loaded.model().args()).isEqualTo(model.args());
        Tensor x = images(model);
        assertSameBits("image", again.features(x), model.features(x));
        Tensor ids = loaded.tokens(List.of("a cat", "a photo of a dog"), message -> {});
        assertThat(ids.toLongs()).isEqualTo(texts(77).toLongs());
        assertSameBits("text", again.textFeatures(ids), model.textFeatures(texts(77)));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("towers")
  void aClassifierIsTheImageTowerWithTheTextsAsItsHead(Map<String, Object> tower) {
    try (Clip model = clip(tower);
        NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      Tensor x = images(model);
      Tensor image = Ops.normalize(model.features(x));
      Tensor text = Ops.normalize(model.textFeatures(texts(77)));
      Tensor logits = model.logitsPerImage(image, text);
      try (Model classifier = model.classifier(text)) {
        assertThat(classifier.numClasses()).isEqualTo(2);
        assertClose("logits", classifier.apply(x), logits, 1e-4);
        assertClose("features", classifier.as(Classifies.class).features(x), image, 1e-6);
      }
    }
  }

  @Test
  void laterTokensDoNotChangeAText() {
    try (Clip model = clip(towers().get(0));
        NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      Tensor ids = texts(77);
      long[] other = ids.toLongs();
      Arrays.fill(other, 4, 77, 320); // after the end token of the first text
      Tensor changed = Tensor.of(other, 2, 77);
      Tensor expected = model.textFeatures(ids);
      assertClose("text", model.textFeatures(changed), expected, 1e-5);
      assertClose("text", model.textFeatures(texts(7)), expected, 1e-5);
    }
  }

  @Test
  void positionsAreResizedToAnotherImageSize() {
    try (Clip from = clip(towers().get(0));
        NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      Map<String, Object> larger = new HashMap<>(towers().get(0));
      larger.put("img_size", List.of(48, 64));
      try (Clip to = clip(larger)) {
        List<String> notes = Adaptation.load(from, to);
        assertThat(notes).contains("positions resized from 4x4 to 6x8 patches");
        assertThat(to.features(images(to)).allFinite()).isTrue();
        assertSameBits("text", to.textFeatures(texts(77)), from.textFeatures(texts(77)));
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "num_classes | 3 | clip: num_classes must be from 0 to 0, not 3.0",
        "vision_width | 33 | clip: vision_width 33 is not divisible by vision_head_width 16",
        "text_heads | 3 | clip: text_width 32 is not divisible by text_heads 3",
        "img_size | 30 | clip: image size 30 is not divisible by patch size 8: use 32",
        "vision_layer | 2 | clip: unknown model argument 'vision_layer'",
      })
  void refusesInOneLine(String key, int value, String message) {
    Map<String, Object> args = new HashMap<>(towers().get(0));
    args.put(key, value);
    assertThatThrownBy(() -> clip(args))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message.replace("3.0", "3"))
        .hasMessageNotContaining("\n");
  }

  @Test
  void refusesTokensThatItDoesNotKnow() {
    try (Clip model = clip(towers().get(0));
        Scope scope = Scope.open()) {
      assertThatThrownBy(() -> model.textFeatures(Tensor.of(new long[] {5, 49408}, 1, 2)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("token 49408 is not in the vocabulary of 49408 tokens");
      assertThatThrownBy(() -> model.textFeatures(Tensor.of(new long[78], 1, 78)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("tokens [T, L] with L up to 77");
    }
  }

  @Test
  void refusesATrunkWithoutFeatures() {
    assertThatThrownBy(() -> clip(Map.of("vision_model_name", "clip", "img_size", 32)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("vision_model_name must be an image model with features, not clip");
  }

  /** Parameter counts of open_clip's models of these names. */
  @ParameterizedTest
  @CsvSource({
    "ViT-B-32, 151277313",
    "ViT-B-16, 149620737",
    "ViT-L-14, 427616513",
    "RN50, 102007137"
  })
  void variantsHaveOpenClipsParameterCounts(String name, long count) {
    assertThat(Models.create(name, Map.of(), Init.shapesOnly()).parameterCount()).isEqualTo(count);
  }
}
