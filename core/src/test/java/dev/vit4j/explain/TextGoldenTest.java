package dev.vit4j.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.Fixture;
import dev.vit4j.image.Image;
import dev.vit4j.model.EncodesText;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.text.Tokenizer;
import dev.vit4j.weights.ForeignWeights;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Relevance of a text for an image and of the tokens of the text, and Grad-CAM, equal those that
 * {@code bench/peers/make_explain_clip_fixture.py} computes with open_clip and transformers.
 */
class TextGoldenTest {
  private static final double TOLERANCE = 2e-5;

  private static void assertClose(String what, float[] actual, Tensor golden) {
    float[] expected = golden.toFloats();
    assertThat(actual).as(what).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i]).as(what + i).isCloseTo(expected[i], within(TOLERANCE));
    }
  }

  private static float[] flat(float[][] map) {
    float[] flat = new float[map.length * map[0].length];
    for (int r = 0; r < map.length; r++) {
      System.arraycopy(map[r], 0, flat, r * map[r].length, map[r].length);
    }
    return flat;
  }

  @ParameterizedTest
  @CsvSource({
    "04-open-clip/vit_gelu, vit, the class token",
    "16-clip/options, options, the mean of the patches",
    "16-clip/resnet, resnet, ",
    "16-clip/siglip, siglip, the pooling",
  })
  void mapsEqualThoseOfAutograd(String folder, String name, String reader) throws IOException {
    Map<String, Tensor> io = Fixture.tensors(folder + "/io.safetensors");
    Map<String, Tensor> golden = Fixture.tensors("explain/clip_" + name + ".safetensors");
    WeightsFolder.Loaded loaded = ForeignWeights.open(Fixture.path(folder));
    EncodesText model = loaded.model().as(EncodesText.class);
    long[] ids;
    float[] vector;
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      Tensor text = io.get("text").narrow(0, 1, 1).copy();
      ids = text.toLongs();
      vector = Ops.normalize(model.textFeatures(text)).toFloats();
    }
    TextScores scores =
        new TextScores(
            model, Tokenizer.clip(), new long[][] {ids}, new float[][] {vector}, Device.CPU);
    try (Explainer explainer = new Explainer(loaded, List.of("text"), scores, Device.CPU);
        Scope scope = Scope.open()) {
      Tensor pixels = io.get("image").narrow(0, 0, 1).copy();
      Explanation seen = explainer.look(new Image(1, 1, 1, new byte[1]), pixels, 0);
      assertClose("similarity", seen.texts().similarities(), golden.get("similarity"));
      Tensor words = golden.get("words");
      int count = (int) words.size(0) - 2; // without the start token and the one that is read
      float[] relevance = new float[count];
      for (int i = 0; i < count; i++) {
        relevance[i] = seen.texts().words().get(i).relevance();
      }
      assertClose("words", relevance, words.narrow(0, 1, count).copy());
      if (golden.containsKey("grad_cam")) {
        assertThat(seen.attention()).isNull();
        assertClose("grad_cam", flat(seen.gradCam()), golden.get("grad_cam"));
      } else {
        assertThat(seen.attention().reader()).isEqualTo(reader);
        assertClose("relevance", flat(seen.attention().relevance()), golden.get("relevance"));
      }
      assertThat(seen.texts().words()).hasSizeGreaterThanOrEqualTo(count);
      assertThat(explainer.model().parameters().values()).noneMatch(Tensor::hasGrad);
    }
  }
}
