package dev.vit4j.task.classification;

import dev.vit4j.data.Batch;
import dev.vit4j.data.Column;
import dev.vit4j.data.Dataset;
import dev.vit4j.data.Labels;
import dev.vit4j.data.Relabelled;
import dev.vit4j.data.Targets;
import dev.vit4j.infer.Answering;
import dev.vit4j.infer.ClassAnswering;
import dev.vit4j.infer.Classifier;
import dev.vit4j.infer.ReadyModel;
import dev.vit4j.input.ModelInput;
import dev.vit4j.metric.Metric;
import dev.vit4j.model.Classifies;
import dev.vit4j.model.Model;
import dev.vit4j.recipe.AugmentationKeys;
import dev.vit4j.recipe.LossKeys;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.task.ClassWeights;
import dev.vit4j.task.Measure;
import dev.vit4j.task.Objective;
import dev.vit4j.task.Task;
import dev.vit4j.tensor.Device;
import dev.vit4j.view.ImageGrid;
import dev.vit4j.weights.WeightsFolder;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Image classification: cross-entropy loss and top-1 accuracy. */
public final class Classification implements Task {
  /** Name of this task in recipes. */
  public static final String NAME = "classification";

  private static final int IN_A_ROW = 8;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean learnsFrom(Targets targets) {
    return targets instanceof Labels;
  }

  @Override
  public boolean fits(Model model) {
    return model instanceof Classifies;
  }

  @Override
  public void check(Recipe recipe, Model model, Dataset train) {
    if (recipe.get(LossKeys.DICE) != 0) {
      throw new IllegalArgumentException(
          "dice compares masks: leave it at 0 for classification, or set task to segmentation");
    }
    if (train.classes().size() < 2) {
      throw new IllegalArgumentException(
          "%s has only one class, %s: at least two are needed"
              .formatted(train.name(), String.join("", train.classes())));
    }
    Task.requireClasses(recipe, model, train);
  }

  @Override
  public List<String> randomKeys(Recipe recipe) {
    List<String> keys = new ArrayList<>();
    if (Mixup.of(recipe) != null) {
      keys.add("mixup, cutmix");
    }
    if (recipe.get(AugmentationKeys.INITIAL_SCALE) != 1) {
      keys.add(AugmentationKeys.INITIAL_SCALE.name());
    }
    return keys;
  }

  @Override
  public List<String> notes(Dataset train) {
    long[] counts = Labels.of(train).counts();
    long fewest = Arrays.stream(counts).min().orElse(0);
    long most = Arrays.stream(counts).max().orElse(0);
    return List.of(
        fewest == most
            ? String.format(Locale.ROOT, "Class balance: %,d training images of every class", most)
            : String.format(
                Locale.ROOT,
                "Class balance: %,d training images of '%s' to %,d of '%s'",
                fewest,
                name(train, counts, fewest),
                most,
                name(train, counts, most)));
  }

  private static String name(Dataset data, long[] counts, long count) {
    int c = 0;
    while (counts[c] != count) {
      c++;
    }
    return data.classes().get(c);
  }

  @Override
  public Objective objective(
      Recipe recipe, Model model, ModelInput input, @Nullable Dataset train, Device device)
      throws IOException {
    float[] weights = ClassWeights.of(recipe, train, model.numClasses());
    return new ClassificationObjective(recipe, model, input, weights, device);
  }

  @Override
  public Map<String, Column> randomTargets(Model model, int batch, SplittableRandom random) {
    long[] labels = random.longs(batch, 0, model.numClasses()).toArray();
    return Map.of(Batch.LABEL, new Column.Longs(labels));
  }

  @Override
  public List<Metric> trainMetrics() {
    return List.of(Metric.TOP1);
  }

  @Override
  public List<Metric> valMetrics() {
    return List.of(Metric.TOP1);
  }

  @Override
  public Measure measure(Model model, ModelInput input, Dataset data, Device device) {
    return new ClassificationMeasure(model.numClasses(), input, data, device);
  }

  @Override
  public BufferedImage draw(String title, Batch batch, Dataset data, int most) {
    List<ImageGrid.Tile> tiles =
        IntStream.range(0, Math.min(most, batch.size()))
            .mapToObj(
                i ->
                    ImageGrid.Tile.of(
                        batch.image(i).toBufferedImage(),
                        data.classes().get((int) batch.labels()[i])))
            .toList();
    return ImageGrid.draw(title, tiles, IN_A_ROW);
  }

  @Override
  public BufferedImage draw(String title, Dataset data, int[] samples) throws IOException {
    List<ImageGrid.Tile> tiles = new ArrayList<>();
    for (int i : samples) {
      String caption = samples.length == 1 ? "" : target(data, i);
      tiles.add(ImageGrid.Tile.of(data.image(i).toBufferedImage(), caption));
    }
    return ImageGrid.draw(title, tiles, (int) Math.ceil(Math.sqrt(samples.length)));
  }

  @Override
  public String target(Dataset data, int index) {
    return data.classes().get(Labels.of(data).label(index));
  }

  @Override
  public Answering<?> answering(WeightsFolder.Loaded loaded, ReadyModel ready, int topK) {
    return new ClassAnswering(Classifier.of(loaded, ready), topK);
  }

  @Override
  public Dataset align(Dataset data, WeightsFolder.Loaded loaded, Consumer<String> notes) {
    Labels.of(data);
    return Relabelled.of(data, loaded.classNames(), !loaded.classes().isEmpty(), notes);
  }
}
