package dev.vit4j.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.data.source.Datasets;
import dev.vit4j.image.Image;
import dev.vit4j.model.Model;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.weights.ModelSource;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplainerTest {
  @TempDir Path dir;

  private static Explainer fresh(String model, Map<String, ?> args) throws IOException {
    return new Explainer(ModelSource.openOrCreate(model, args, 3), Device.CPU);
  }

  private static Image seven() throws IOException {
    return Datasets.open(Datasets.SAMPLE, null).test().image(0);
  }

  private static double sum(float[][] map) {
    double sum = 0;
    for (float[] row : map) {
      for (float value : row) {
        sum += value;
      }
    }
    return sum;
  }

  @Test
  void rolloutIsAShareOfEveryPatch() throws IOException {
    try (Explainer explainer = fresh("vit_mnist_1850", Map.of())) {
      Explanation seen = explainer.explain(seven(), -1);
      float[] p = seen.probabilities();
      assertThat(p).hasSize(10);
      assertThat(p[seen.target()]).isEqualTo(max(p));
      assertThat(seen.featureMaps()).hasDimensions(8, 4);
      assertThat(seen.gradCam()).isNull();
      AttentionMaps maps = seen.attention();
      assertThat(maps.heads()).hasDimensions(2, 2);
      assertThat(sum(maps.rollout())).as("the rest is the class token's").isBetween(0.2, 1.0);
    }
  }

  private static float max(float[] values) {
    float max = values[0];
    for (float v : values) {
      max = Math.max(max, v);
    }
    return max;
  }

  /** With sequence pooling every token is read, and there are no others: rollout sums to 1. */
  @Test
  void pooledTransformersAreReadAsTheirPoolingDoes() throws IOException {
    try (Explainer explainer = fresh("cct_2_3x2_32", Map.of())) {
      Explanation seen = explainer.explain(seven(), 4);
      AttentionMaps maps = seen.attention();
      assertThat(maps.reader()).isEqualTo("the pooling");
      assertThat(sum(maps.rollout())).isCloseTo(1, within(1e-4));
      assertThat(maps.rollout()).hasDimensions(8, 8);
      assertThat(sum(maps.heads()[0][1])).isCloseTo(1, within(1e-4));
      assertThat(sum(maps.relevance())).isPositive();
      assertThat(seen.target()).isEqualTo(4);
    }
  }

  @Test
  void relevanceDependsOnTheClass() throws IOException {
    try (Explainer explainer = fresh("vit_mnist_1850", Map.of())) {
      AttentionMaps one = explainer.explain(seven(), 1).attention();
      AttentionMaps other = explainer.explain(seven(), 8).attention();
      AttentionMaps again = explainer.explain(seven(), 1).attention();
      assertThat(other.rollout()).isDeepEqualTo(one.rollout());
      assertThat(Arrays.deepEquals(other.relevance(), one.relevance())).isFalse();
      assertThat(again.relevance()).as("no gradient is left over").isDeepEqualTo(one.relevance());
      assertThat(explainer.model().parameters().values()).noneMatch(Tensor::hasGrad);
    }
  }

  @Test
  void modelsWithoutAHeadHaveNoClassToExplain() throws IOException {
    try (Explainer explainer = fresh("vit_mnist_1850", Map.of("num_classes", 0))) {
      Explanation seen = explainer.explain(seven(), -1);
      assertThat(seen.target()).isEqualTo(-1);
      assertThat(seen.probabilities()).isEmpty();
      assertThat(seen.attention().relevance()).isNull();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> explainer.classOf("7"))
          .withMessageContaining("no classes");
      ExplanationReport report = new ExplanationReport(explainer, List.of(), List.of(), 0);
      assertThat(report.leftOut())
          .containsOnlyKeys(Figure.PREDICTIONS, Figure.RELEVANCE, Figure.GRAD_CAM);
      assertThat(report.write(dir.resolve("r"), List.of(seen), "seven", "seven", ""))
          .contains("rollout.png", "report.html")
          .doesNotContain("relevance.png", "predictions.png");
    }
  }

  @Test
  void classesAreNamedOrNumbered() throws IOException {
    try (WeightsFolder.Loaded loaded =
            ModelSource.openOrCreate("vit_mnist_1850", Map.of("num_classes", 3), 1);
        Explainer explainer =
            new Explainer(
                new WeightsFolder.Loaded(
                    loaded.model(), loaded.preprocess(), List.of("two", "0", "cat")),
                Device.CPU)) {
      assertThat(explainer.classOf("cat")).isEqualTo(2);
      assertThat(explainer.classOf("0")).as("a number is an index").isZero();
      assertThat(explainer.classOf("2")).isEqualTo(2);
      for (String word : List.of("3", "-1", "dog", "99999999999")) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> explainer.classOf(word))
            .withMessage("no class '%s': use a class name (two, 0, cat) or an index, 0 to 2", word);
      }
      assertThatIllegalArgumentException().isThrownBy(() -> explainer.explain(seven(), 3));
    }
  }

  @Test
  void attentionThatCouldNotBeKeptIsRefused() {
    Map<String, Object> words =
        Map.of("img_size", 28, "patch_size", 1, "depth", 256, "num_heads", 8);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fresh("vit_mnist_1850", words))
        .withMessageContaining("785 tokens")
        .withMessageContaining("4.7 GiB");
  }

  @Test
  void scoresThatAreNoNumbersAreSaid() throws IOException {
    try (Explainer explainer = fresh("vit_mnist_1850", Map.of())) {
      explainer.model().state().get("head.bias").detach().fill_(Double.NaN);
      assertThatExceptionOfType(IllegalStateException.class)
          .isThrownBy(() -> explainer.explain(seven(), -1))
          .withMessageContaining("NaN");
    }
  }

  @Test
  void filtersAreTheWeights() throws IOException {
    try (Explainer explainer = fresh("resnet18_cifar", Map.of())) {
      Model model = explainer.model();
      float[][][][] filters = LearnedEmbedding.filters(model);
      float[] weights = model.parameters().get("conv1.weight").toFloats();
      assertThat(filters).hasDimensions(64, 3);
      assertThat(filters[5][2][1][0]).isEqualTo(weights[((5 * 3 + 2) * 3 + 1) * 3]);
      assertThat(LearnedEmbedding.positionSimilarity(model)).isEmpty();
    }
  }

  @Test
  void reportHoldsAllItsPictures() throws IOException {
    try (Explainer explainer = fresh("vit_mnist_1850", Map.of())) {
      Explanation seen = explainer.explain(seven(), 7);
      Path folder = dir.resolve("seven");
      ExplanationReport report = new ExplanationReport(explainer, List.of(), List.of(6, 2), 0);
      List<String> files =
          report.write(folder, List.of(seen), "<seven>.png", "seven", "fresh weights");
      assertThat(files)
          .containsExactly(
              "predictions.png",
              "pixel-row.png",
              "patch-row.png",
              "patches.png",
              "filters.png",
              "feature-maps.png",
              "flattened.png",
              "positions.png",
              "attention.png",
              "attention-mean.png",
              "rollout.png",
              "relevance.png",
              "maps.safetensors",
              "report.html");
      for (String file : files.subList(0, 12)) {
        assertThat(ImageIO.read(folder.resolve(file).toFile()).getWidth()).isGreaterThan(400);
      }
      String page = Files.readString(folder.resolve("report.html"));
      assertThat(page.split("data:image/png;base64", -1)).hasSize(13);
      assertThat(page)
          .contains("&lt;seven&gt;.png", "fresh weights", "Left out", ">Relevance<")
          .contains("28 x 28 / (7 x 7) = 16 patches of 49 numbers; with 1 more, 17 tokens of 8")
          .doesNotContain("src=\"http", "<script");
      Map<String, Tensor> numbers = WeightsFolder.read(folder.resolve("maps.safetensors"));
      assertThat(numbers.keySet())
          .containsExactlyInAnyOrder(
              "probabilities", "feature_maps", "attention", "rollout", "relevance");
      assertThat(numbers.get("attention").shape()).containsExactly(2, 2, 4, 4);
      assertThat(numbers.get("rollout").toFloats()[5]).isEqualTo(seen.attention().rollout()[1][1]);
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> report.write(folder, List.of(seen), "x", "x", ""))
          .withMessageContaining("not empty");
    }
  }

  @Test
  void figuresThatAModelLacksAreRefusedByName() throws IOException {
    try (Explainer explainer = fresh("resnet18_cifar", Map.of())) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new ExplanationReport(explainer, List.of(Figure.ROLLOUT), List.of(), 0))
          .withMessage(
              "rollout of resnet18_cifar cannot be drawn: the model has no attention over one grid of tokens");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Figure.named("rolout"))
          .withMessageContaining("no figure 'rolout': use one of predictions, pixel-row");
      ExplanationReport report =
          new ExplanationReport(explainer, List.of(Figure.FEATURE_MAPS), List.of(64), 0);
      Explanation seen = explainer.explain(seven(), -1);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> report.write(dir.resolve("x"), List.of(seen), "x", "x", ""))
          .withMessageContaining("maps 0 to 63");
      assertThat(dir.resolve("x")).doesNotExist();
    }
  }

  private static Explainer clip(Map<String, Object> tower) throws IOException {
    Map<String, Object> args = new HashMap<>(tower);
    args.putAll(Map.of("embed_dim", 16, "text_width", 32, "text_heads", 2, "text_layers", 1));
    WeightsFolder.Loaded loaded = ModelSource.openOrCreate("clip", args, 3);
    return Explainer.ofTexts(loaded, List.of("a seven", "a red dog"), Device.CPU, message -> {});
  }

  @Test
  void towersOfOtherFamiliesShowWhatTheyHave() throws IOException {
    Map<String, Object> resnet =
        Map.of("vision_model_name", "resnet18", "img_size", 64, "in_chans", 1);
    try (Explainer explainer = clip(resnet)) {
      Explanation seen = explainer.explain(seven(), 1);
      assertThat(seen.gradCam()).hasDimensions(2, 2);
      assertThat(seen.attention()).isNull();
      ExplanationReport report = new ExplanationReport(explainer, List.of(), List.of(), 0);
      assertThat(report.leftOut()).containsKey(Figure.RELEVANCE).doesNotContainKey(Figure.GRAD_CAM);
      Explanation first = explainer.explain(seven(), 0);
      assertThat(report.write(dir.resolve("r"), List.of(first, seen), "seven", "seven", ""))
          .contains("grad-cam.png", "filters.png", "words.png", "predictions.png");
    }
    Map<String, Object> vit =
        Map.of("vision_model_name", "vit_mnist_1850", "img_size", 28, "in_chans", 1);
    try (Explainer explainer = clip(vit)) {
      Explanation seen = explainer.explain(seven(), -1);
      assertThat(sum(seen.attention().relevance())).isPositive();
      assertThat(seen.texts().words().stream().map(Explanation.Word::text))
          .startsWith("a ")
          .hasSize(seen.target() == 0 ? 2 : 3);
      assertThat(LearnedEmbedding.positionSimilarity(explainer.model()).orElseThrow())
          .hasDimensions(16, 16);
      assertThat(seen.probabilities()[0] + seen.probabilities()[1]).isCloseTo(1, within(1e-5f));
    }
  }

  @Test
  void aResNetTowerHasNoMapsOfItsFirstLayer() throws IOException {
    Map<String, Object> small =
        Map.of(
            "img_size",
            64,
            "vision_layers",
            List.of(1, 1, 1, 1),
            "vision_width",
            8,
            "vision_head_width",
            16);
    try (Explainer explainer = clip(small)) {
      Explanation seen = explainer.explain(seven(), 0);
      assertThat(seen.featureMaps()).isEmpty();
      assertThat(seen.gradCam()).hasDimensions(2, 2);
      ExplanationReport report =
          new ExplanationReport(explainer, List.of(Figure.GRAD_CAM), List.of(), 0);
      assertThat(report.write(dir.resolve("g"), List.of(seen), "seven", "seven", ""))
          .containsExactly("grad-cam.png", "maps.safetensors", "report.html");
    }
  }
}
