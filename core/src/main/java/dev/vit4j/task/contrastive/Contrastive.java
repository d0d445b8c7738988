package dev.vit4j.task.contrastive;

import dev.vit4j.data.Batch;
import dev.vit4j.data.Captions;
import dev.vit4j.data.Column;
import dev.vit4j.data.Dataset;
import dev.vit4j.data.Labels;
import dev.vit4j.data.Targets;
import dev.vit4j.infer.Answering;
import dev.vit4j.infer.ReadyModel;
import dev.vit4j.infer.TextEncoder;
import dev.vit4j.infer.ZeroShotAnswering;
import dev.vit4j.infer.ZeroShotClassifier;
import dev.vit4j.input.ModelInput;
import dev.vit4j.metric.Metric;
import dev.vit4j.model.EncodesText;
import dev.vit4j.model.Model;
import dev.vit4j.recipe.AugmentationKeys;
import dev.vit4j.recipe.DataKeys;
import dev.vit4j.recipe.LossKeys;
import dev.vit4j.recipe.OptimizerKeys;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.task.Evaluation;
import dev.vit4j.task.Evaluator;
import dev.vit4j.task.Measure;
import dev.vit4j.task.Objective;
import dev.vit4j.task.Task;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Precision;
import dev.vit4j.text.ClassNames;
import dev.vit4j.text.Templates;
import dev.vit4j.view.ImageGrid;
import dev.vit4j.weights.WeightsFolder;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Images and texts in one space, as CLIP (Radford et al. 2021, arXiv 2103.00020): trained with a
 * contrastive loss on images and their captions, which may be made from the names of their classes;
 * measured by zero-shot classification, or by retrieval if there are no classes.
 */
public final class Contrastive implements Task {
  private static final String TEMPLATES = "templates";
  private static final int IN_A_ROW = 4;
  private static final int BENCHMARK_CLASSES = 100;

  private final Templates templates;
  private final boolean ofPairs;

  /** Creates the task with CLIP's shortest caption of a class. */
  public Contrastive() {
    this(Templates.PHOTO, false);
  }

  /**
   * @param templates captions of classes
   * @param ofPairs whether images have captions of their own instead of a class
   */
  private Contrastive(Templates templates, boolean ofPairs) {
    this.templates = templates;
    this.ofPairs = ofPairs;
  }

  @Override
  public String name() {
    return "contrastive";
  }

  @Override
  public boolean learnsFrom(Targets targets) {
    return targets instanceof Labels || targets instanceof Captions;
  }

  @Override
  public boolean fits(Model model) {
    return model instanceof EncodesText;
  }

  @Override
  public Task with(Recipe recipe, Targets targets) throws IOException {
    return new Contrastive(templates(recipe.get(DataKeys.TEMPLATES)), targets instanceof Captions);
  }

  /** Returns the templates of a recipe: a list of sentences, or what {@link Templates} reads. */
  private static Templates templates(Object value) throws IOException {
    return value instanceof List<?> list
        ? new Templates(TEMPLATES, list.stream().map(String::valueOf).toList())
        : Templates.parse(value.toString());
  }

  @Override
  public boolean metricsDependOnData() {
    return true;
  }

  /** The templates, for the evaluation of the weights. */
  @Override
  public Map<String, String> metadata() {
    return Map.of(TEMPLATES, String.join("\n", templates.patterns()));
  }

  /** Models of images and texts have no classes. */
  @Override
  public Map<String, Object> modelArgs(Dataset train) {
    return Map.of();
  }

  @Override
  public void check(Recipe recipe, Model model, Dataset train) {
    if (recipe.get(OptimizerKeys.BATCH_SIZE) * recipe.get(OptimizerKeys.GRAD_ACCUM) < 2) {
      throw new IllegalArgumentException(
          "batch_size 1 has no other captions to compare with: set it to 2 or more");
    }
    if (recipe.get(LossKeys.BCE_LOSS)
        || recipe.get(LossKeys.DICE) != 0
        || recipe.get(LossKeys.SMOOTHING) != 0
        || recipe.find(LossKeys.CLASS_WEIGHTS).isPresent()) {
      throw new IllegalArgumentException(
          "bce_loss, dice, smoothing and class_weights are for other tasks: leave them out for"
              + " contrastive");
    }
    if (recipe.get(AugmentationKeys.MIXUP) != 0 || recipe.get(AugmentationKeys.CUTMIX) != 0) {
      throw new IllegalArgumentException(
          "mixup and cutmix mix the labels of images, but captions cannot be mixed: leave them at 0"
              + " for contrastive");
    }
    EncodesText both = model.as(EncodesText.class);
    Texts.of(both);
    if (recipe.get(LossKeys.CONTRASTIVE_LOSS).equals("siglip") && both.logitBias() == null) {
      throw new IllegalArgumentException(
          "contrastive_loss siglip needs a logit bias: set model_args init_logit_bias, usually to"
              + " -10, and init_logit_scale to 2.3026");
    }
  }

  @Override
  public Objective objective(
      Recipe recipe, Model model, ModelInput input, @Nullable Dataset train, Device device) {
    Texts texts = Texts.of(model.as(EncodesText.class));
    return new ContrastiveObjective(recipe, model, input, captioner(texts, train), device);
  }

  private Captioner captioner(Texts texts, @Nullable Dataset train) {
    if (ofPairs && train != null) {
      return new PairCaptions(texts, Captions.of(train));
    }
    List<String> classes =
        train == null
            ? IntStream.range(0, BENCHMARK_CLASSES).mapToObj(Integer::toString).toList()
            : train.classes();
    return new ClassCaptions(texts, templates, classes);
  }

  @Override
  public Map<String, Column> randomTargets(Model model, int batch, SplittableRandom random) {
    return Map.of(
        Batch.LABEL, new Column.Longs(random.longs(batch, 0, BENCHMARK_CLASSES).toArray()));
  }

  @Override
  public List<Metric> trainMetrics() {
    return List.of();
  }

  @Override
  public List<Metric> valMetrics() {
    return ofPairs
        ? List.of(
            Metric.IMAGE_TO_TEXT_R1,
            Metric.IMAGE_TO_TEXT_R5,
            Metric.IMAGE_TO_TEXT_R10,
            Metric.TEXT_TO_IMAGE_R1,
            Metric.TEXT_TO_IMAGE_R5,
            Metric.TEXT_TO_IMAGE_R10)
        : List.of(Metric.TOP1, Metric.TOP5);
  }

  @Override
  public Measure measure(Model model, ModelInput input, Dataset data, Device device) {
    EncodesText both = model.as(EncodesText.class);
    return data.targets() instanceof Captions
        ? new RetrievalMeasure(both, input, data, device)
        : new ZeroShotMeasure(both, input, data, templates, device);
  }

  @Override
  public Evaluation evaluate(
      Evaluator evaluator, WeightsFolder.Loaded loaded, ModelInput input, Dataset data)
      throws IOException {
    Measure measure =
        new Contrastive(templates(loaded), ofPairs)
            .measure(loaded.model(), input, data, evaluator.device());
    evaluator.run(measure, loaded.model(), input, data);
    return measure.evaluation(data.classes());
  }

  /** Returns the templates that a model was trained with. */
  private Templates templates(WeightsFolder.Loaded loaded) {
    String stored = loaded.metadata().get(TEMPLATES);
    return stored == null ? templates : new Templates(TEMPLATES, List.of(stored.split("\n")));
  }

  @Override
  public BufferedImage draw(String title, Batch batch, Dataset data, int most) {
    List<ImageGrid.Tile> tiles =
        IntStream.range(0, Math.min(most, batch.size()))
            .mapToObj(
                i ->
                    ImageGrid.Tile.of(
                        batch.image(i).toBufferedImage(), target(data, batch.indices()[i])))
            .toList();
    return ImageGrid.draw(title, tiles, IN_A_ROW);
  }

  @Override
  public BufferedImage draw(String title, Dataset data, int[] samples) throws IOException {
    List<ImageGrid.Tile> tiles = new ArrayList<>();
    for (int i : samples) {
      tiles.add(ImageGrid.Tile.of(data.image(i).toBufferedImage(), target(data, i)));
    }
    return ImageGrid.draw(title, tiles, (int) Math.ceil(Math.sqrt(samples.length)));
  }

  @Override
  public String target(Dataset data, int index) {
    return data.targets() instanceof Captions captions
        ? captions.of(index).get(0)
        : templates.prompts(data.classes().get(Labels.of(data).label(index))).get(0);
  }

  @Override
  public Dataset align(Dataset data, WeightsFolder.Loaded loaded, Consumer<String> notes) {
    return data;
  }

  /** Answers with the classes that the model was trained with. */
  @Override
  public Answering<?> answering(
      WeightsFolder.Loaded loaded,
      Device device,
      @Nullable Precision precision,
      int threads,
      int topK) {
    List<List<String>> prompts;
    try {
      prompts = prompts(loaded);
    } catch (IllegalArgumentException e) {
      loaded.close();
      throw e;
    }
    return new ZeroShotAnswering(
        ZeroShotClassifier.of(
            loaded, loaded.classes(), prompts, device, precision, threads, message -> {}),
        topK);
  }

  @Override
  public Answering<?> answering(WeightsFolder.Loaded loaded, ReadyModel ready, int topK) {
    List<List<String>> prompts = prompts(loaded);
    float[][] vectors = TextEncoder.of(loaded, ready, message -> {}).classVectors(prompts);
    return new ZeroShotAnswering(
        ZeroShotClassifier.of(loaded, ready, loaded.classes(), vectors), topK);
  }

  private List<List<String>> prompts(WeightsFolder.Loaded loaded) {
    if (loaded.classes().isEmpty()) {
      throw new IllegalArgumentException(
          "%s was not trained with class names: give them to vit zeroshot"
              .formatted(loaded.model().name()));
    }
    Templates own = templates(loaded);
    return ClassNames.of(loaded.classes(), ClassNames.Rules.PROMPTS).names().stream()
        .map(own::prompts)
        .toList();
  }
}
