package dev.vit4j.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.Fixture;
import dev.vit4j.image.Image;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Precision;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.text.Templates;
import dev.vit4j.weights.ModelSource;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Zero-shot classification and text features with open_clip's model of the fixtures. */
class ZeroShotTest {
  private static final Path MODEL = Fixture.path("04-open-clip/vit_gelu");
  private static final List<String> TEXTS =
      List.of("a photo of a cat", "a blurry photo of 3 dogs, outdoors", "pizza");

  private static Image image() throws IOException {
    return Image.read(Fixture.path("04-open-clip/vit_gelu/image.png"));
  }

  private static ZeroShotClassifier classifier(List<String> classes, List<List<String>> prompts)
      throws IOException {
    return ZeroShotClassifier.of(
        ModelSource.open(MODEL), classes, prompts, Device.CPU, Precision.F32, 2, message -> {});
  }

  /** The whole way of open_clip: file, resize, tokens, both towers, logits. */
  @Test
  void probabilitiesEqualOpenClips() throws IOException {
    Map<String, Tensor> golden = Fixture.tensors("04-open-clip/vit_gelu/io.safetensors");
    List<List<String>> prompts = TEXTS.stream().map(List::of).toList();
    try (ZeroShotClassifier classifier = classifier(TEXTS, prompts)) {
      float[] cosines = classifier.similarities(List.of(image()))[0];
      Tensor image = golden.get("image_features").narrow(0, 0, 1);
      Tensor text = golden.get("text_features").narrow(0, 0, 3);
      float[] expected = image.matmul(text.transpose(0, 1)).toFloats();
      assertThat(cosines).containsExactly(expected, within(1e-5f));
      float[] logits =
          golden.get("logits_per_image").select(0, 0).narrow(0, 0, 3).softmax(0).toFloats();
      assertThat(classifier.probabilities(cosines)).containsExactly(logits, within(1e-4f));
      List<Prediction> top = classifier.classify(image(), 2);
      assertThat(top).hasSize(2);
      assertThat(top.get(0).probability()).isGreaterThanOrEqualTo(top.get(1).probability());
    }
  }

  @Test
  void aClassIsTheMeanOfItsNormalizedPrompts() throws IOException {
    try (WeightsFolder.Loaded loaded = ModelSource.open(MODEL)) {
      float[][] each =
          ZeroShotHead.vectors(loaded, TEXTS.stream().map(List::of).toList(), 1, message -> {});
      float[] all = ZeroShotHead.vectors(loaded, List.of(TEXTS), 2, message -> {})[0];
      float[] mean = new float[all.length];
      for (float[] one : each) {
        for (int i = 0; i < mean.length; i++) {
          mean[i] += one[i] / 3;
        }
      }
      assertThat(all).containsExactly(FeatureExtractor.normalized(mean), within(1e-6f));
    }
  }

  @Test
  void vectorsDoNotDependOnThreads() throws IOException {
    List<List<String>> prompts =
        IntStream.range(0, 90).mapToObj(i -> Templates.openai().prompts("number " + i)).toList();
    try (WeightsFolder.Loaded loaded = ModelSource.open(MODEL)) {
      float[][] one = ZeroShotHead.vectors(loaded, prompts.subList(0, 9), 1, message -> {});
      float[][] three = ZeroShotHead.vectors(loaded, prompts.subList(0, 9), 3, message -> {});
      assertThat(three).isDeepEqualTo(one);
    }
  }

  @Test
  void textFeaturesEqualOpenClips() throws IOException {
    Map<String, Tensor> golden = Fixture.tensors("04-open-clip/vit_gelu/io.safetensors");
    WeightsFolder.Loaded loaded = ModelSource.open(MODEL);
    try (TextEncoder encoder =
        TextEncoder.of(loaded, Device.CPU, Precision.F32, 2, message -> {})) {
      assertThat(encoder.dim()).isEqualTo(16);
      float[][] rows = encoder.features(TEXTS);
      float[] expected = golden.get("text_features_raw").narrow(0, 0, 3).toFloats();
      for (int t = 0; t < rows.length; t++) {
        for (int i = 0; i < 16; i++) {
          assertThat(rows[t][i]).isCloseTo(expected[t * 16 + i], within(1e-4f));
        }
      }
      assertThat(encoder.features(List.of(TEXTS.get(1)))[0])
          .containsExactly(rows[1], within(1e-5f));
    }
  }

  @Test
  void truncatedPromptsAreReported() throws IOException {
    List<String> messages = new ArrayList<>();
    try (WeightsFolder.Loaded loaded = ModelSource.open(MODEL)) {
      ZeroShotHead.vectors(loaded, List.of(List.of("cat ".repeat(100))), 1, messages::add);
    }
    assertThat(messages).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  "})
  void emptyTextsAreRefused(String text) throws IOException {
    assertThatThrownBy(() -> classifier(List.of("a"), List.of(List.of(text))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a text is empty: give at least one word");
  }

  @Test
  void classesMustDiffer() {
    assertThatThrownBy(() -> classifier(List.of("a", "a"), List.of(List.of("a"), List.of("a"))))
        .hasMessage("label 'a' is given twice");
    assertThatThrownBy(() -> classifier(List.of(), List.of()))
        .hasMessage("there are no labels: give at least one");
  }

  @Test
  void modelsWithoutTextTowerAreRefused() {
    assertThatThrownBy(
            () ->
                ZeroShotClassifier.open(Fixture.path("01-timm-vit/hub_layout"), List.of("a", "b")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("this needs a model that encodes texts")
        .hasMessageNotContaining("\n");
  }

  /** The fixture knows 1,200 tokens, CLIP's tokenizer gives larger ids. */
  @Test
  void aTokenizerOfAnotherModelIsRefused() {
    assertThatThrownBy(
            () ->
                ZeroShotClassifier.open(
                    Fixture.path("04-open-clip/vit_quickgelu"), List.of("a", "b")))
        .hasMessageContaining("put the model's tokenizer.json next to its weights");
  }
}
