package dev.vit4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.data.Batch;
import dev.vit4j.data.Column;
import dev.vit4j.data.Dataset;
import dev.vit4j.data.source.Datasets;
import dev.vit4j.input.ModelInput;
import dev.vit4j.input.Preprocess;
import dev.vit4j.model.EncodesText;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.task.Objective;
import dev.vit4j.task.contrastive.Contrastive;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Generator;
import dev.vit4j.tensor.Tensor;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The gradients of a small CLIP with several workers and with batches in pieces. */
class ContrastiveGradientsTest {
  private static final int BATCH = 16;
  private static final Map<String, Object> ARGS =
      Map.of(
          "img_size",
          28,
          "in_chans",
          1,
          "embed_dim",
          16,
          "vision_patch_size",
          7,
          "vision_width",
          32,
          "vision_layers",
          2,
          "vision_head_width",
          8,
          "text_width",
          16,
          "text_heads",
          2,
          "text_layers",
          2);

  /** A model whose gradients are well conditioned: its weights are large enough to matter. */
  private static Model model() {
    Model model = Models.create("clip", ARGS, Init.seeded(5));
    Generator generator = new Generator(1);
    model.parameters().values().stream()
        .filter(p -> p.dim() > 1)
        .forEach(p -> p.detach().normal_(0, 0.2, generator));
    return model;
  }

  private static Recipe recipe(int workers, int pieces, String loss) {
    return Digits.recipe()
        .with("task", "contrastive")
        .with("templates", List.of("a photo of the number {c}.", "{c}", "a drawing of a {c}"))
        .with("contrastive_loss", loss)
        .with("compute_workers", workers)
        .with("grad_accum", pieces);
  }

  private static Batch batch(Dataset data) throws IOException {
    int[] indices = IntStream.range(0, BATCH).map(i -> 37 * i).toArray();
    byte[] pixels = new byte[BATCH * 28 * 28];
    for (int i = 0; i < BATCH; i++) {
      data.copyInto(indices[i], pixels, i * 28 * 28);
    }
    return Batch.of(indices, new Column.Bytes(pixels, 1, 28, 28), data.targets().columns(indices));
  }

  private record Result(double loss, Map<String, Tensor> gradients) {}

  private static Result run(Model model, Recipe recipe) throws IOException {
    Dataset data = Datasets.open("mnist-sample", null).train();
    ModelInput input =
        ModelInput.pictures(
            new Preprocess(
                1, 28, 28, "bilinear", 1, "squash", List.of(0.1307), List.of(0.3081), "none"));
    Objective objective =
        new Contrastive()
            .with(recipe, data.targets())
            .objective(recipe, model, input, data, Device.CPU);
    FineTuning.freeze(model, recipe);
    try (Workers workers = new Workers(model, objective, recipe, Device.CPU, 1)) {
      workers.train(true);
      Workers.Outcome outcome = workers.run(batch(data), 3, 1, 0);
      Map<String, Tensor> gradients = new LinkedHashMap<>();
      model
          .parameters()
          .forEach(
              (name, p) -> {
                if (p.requiresGrad()) {
                  gradients.put(name, p.grad().copy());
                }
              });
      return new Result(outcome.loss(), gradients);
    } finally {
      model.close();
    }
  }

  private static void assertSame(Result actual, Result expected) {
    assertThat(actual.loss()).isCloseTo(expected.loss(), within(1e-6 * expected.loss()));
    double largest =
        expected.gradients().values().stream().mapToDouble(Tensor::maxAbs).max().orElseThrow();
    expected
        .gradients()
        .forEach(
            (name, g) -> {
              double difference = actual.gradients().get(name).sub(g).maxAbs();
              assertThat(difference / largest).as(name).isLessThanOrEqualTo(1e-6);
            });
  }

  @ParameterizedTest
  @CsvSource({"2, 1, clip", "4, 1, clip", "1, 4, clip", "2, 4, clip", "4, 4, clip", "2, 4, siglip"})
  void areThoseOfTheWholeBatch(int workers, int pieces, String loss) throws IOException {
    Result whole = run(model(), recipe(1, 1, loss));
    assertThat(whole.gradients().get("logit_scale").maxAbs()).isPositive();
    assertThat(whole.gradients().get("visual.conv1.weight").maxAbs()).isPositive();
    assertThat(whole.gradients().get("token_embedding.weight").maxAbs()).isPositive();
    assertSame(run(model(), recipe(workers, pieces, loss)), whole);
  }

  /** A locked image tower (LiT), and nothing but the temperature. */
  @ParameterizedTest
  @CsvSource({"2, 1", "2, 2"})
  void oneTowerCanBeFrozen(int workers, int pieces) throws IOException {
    Recipe whole = recipe(1, 1, "clip").with("freeze", "visual");
    Result expected = run(model(), whole);
    assertThat(expected.gradients().keySet()).noneMatch(name -> name.startsWith("visual"));
    Recipe parts = recipe(workers, pieces, "clip").with("freeze", "visual");
    assertSame(run(model(), parts), expected);
    Recipe scale = recipe(workers, pieces, "clip").with("unfreeze", "logit_scale");
    assertThat(run(model(), scale).gradients().keySet()).isEqualTo(Set.of("logit_scale"));
  }

  /** open_clip's limit, which a frozen temperature keeps too. */
  @ParameterizedTest
  @CsvSource({"6, 100", "4, 54.598", "-1, 1"})
  void theTemperatureIsLimited(double logarithm, double expected) throws IOException {
    Map<String, Object> args = new LinkedHashMap<>(ARGS);
    args.put("init_logit_scale", logarithm);
    Recipe recipe = recipe(1, 1, "clip");
    Dataset data = Datasets.open("mnist-sample", null).train();
    try (Model model = Models.create("clip", args, Init.seeded(1));
        Objective objective =
            new Contrastive()
                .with(recipe, data.targets())
                .objective(recipe, model, ModelInput.features(), data, Device.CPU)) {
      objective.stepped();
      double scale = model.as(EncodesText.class).logitScale().item();
      assertThat(scale).isCloseTo(expected, within(1e-3));
    }
  }

  /** Captions depend on seed and step only, so another seed has another loss. */
  @Test
  void captionsAreDrawnFromTheSeed() throws IOException {
    double[] losses = new double[3];
    for (int i = 0; i < losses.length; i++) {
      losses[i] = run(model(), recipe(1 + i, 1, "clip").with("seed", i == 2 ? 7L : 42L)).loss();
    }
    assertThat(losses[1]).isCloseTo(losses[0], within(1e-5));
    assertThat(losses[2]).isNotCloseTo(losses[0], within(1e-3));
    assertThat(Arrays.stream(losses).allMatch(Double::isFinite)).isTrue();
  }
}
