package dev.vit4j.task.segmentation;

import dev.vit4j.data.Batch;
import dev.vit4j.data.Column;
import dev.vit4j.data.Dataset;
import dev.vit4j.data.Masks;
import dev.vit4j.data.Targets;
import dev.vit4j.image.Image;
import dev.vit4j.image.Palette;
import dev.vit4j.image.PixelValues;
import dev.vit4j.infer.Answering;
import dev.vit4j.infer.SegmentAnswering;
import dev.vit4j.infer.Segmenter;
import dev.vit4j.input.ModelInput;
import dev.vit4j.metric.Metric;
import dev.vit4j.model.Model;
import dev.vit4j.model.Segments;
import dev.vit4j.recipe.LossKeys;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.task.ClassWeights;
import dev.vit4j.task.Measure;
import dev.vit4j.task.Objective;
import dev.vit4j.task.PixelRecipe;
import dev.vit4j.task.Task;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Precision;
import dev.vit4j.view.MaskSheet;
import dev.vit4j.weights.WeightsFolder;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One class per pixel: trained with cross-entropy and Dice, measured by the mean IoU. */
public final class Segmentation implements Task {
  private static final int IN_A_ROW = 4;
  private static final long EVALUATED_AT_ONCE = 1 << 24; // scores: 64 MiB per thread

  @Override
  public String name() {
    return "segmentation";
  }

  @Override
  public boolean learnsFrom(Targets targets) {
    return targets instanceof Masks;
  }

  @Override
  public boolean fits(Model model) {
    return model instanceof Segments;
  }

  @Override
  public void check(Recipe recipe, Model model, Dataset train) {
    Task.requireClasses(recipe, model, train);
    PixelRecipe.check(recipe, name());
  }

  @Override
  public Objective objective(
      Recipe recipe, Model model, ModelInput input, @Nullable Dataset train, Device device)
      throws IOException {
    float[] weights = ClassWeights.of(recipe, train, model.numClasses());
    PixelLoss loss =
        new PixelLoss(
            model.numClasses(),
            weights,
            recipe.get(LossKeys.SMOOTHING),
            recipe.get(LossKeys.DICE),
            device);
    return new SegmentationObjective(input, loss, device);
  }

  @Override
  public Map<String, Column> randomTargets(Model model, int batch, SplittableRandom random) {
    int height = Math.multiplyExact(batch, model.height()); // of all masks below each other
    int[] labels = new int[Math.multiplyExact(height, model.width())];
    Arrays.setAll(labels, i -> random.nextInt(model.numClasses()));
    Image masks = PixelValues.ofLabels(labels, model.width(), height, model.numClasses());
    int[] shape = {model.height(), model.width(), masks.channels()};
    return Map.of(
        Batch.MASK,
        new Column.Bytes(masks.pixels(), masks.channels() == 1 ? Arrays.copyOf(shape, 2) : shape));
  }

  @Override
  public List<Metric> trainMetrics() {
    return List.of(Metric.PIXEL_ACCURACY);
  }

  @Override
  public List<Metric> valMetrics() {
    return List.of(Metric.MIOU, Metric.PIXEL_ACCURACY);
  }

  /** Limits the memory of the scores, one per pixel and class. */
  @Override
  public int evaluationBatch(Model model) {
    long scores = (long) model.numClasses() * model.height() * model.width();
    return (int)
        Math.max(1, Math.min(Task.super.evaluationBatch(model), EVALUATED_AT_ONCE / scores));
  }

  @Override
  public Measure measure(Model model, ModelInput input, Dataset data, Device device) {
    return new SegmentationMeasure(model.numClasses(), input, data, device);
  }

  @Override
  public BufferedImage draw(String title, Batch batch, Dataset data, int most) {
    MaskSheet sheet = sheet(data);
    for (int i = 0; i < Math.min(most, batch.size()); i++) {
      sheet.add(batch.image(i), batch.mask(i), null, "");
    }
    return sheet.draw(title, IN_A_ROW);
  }

  @Override
  public BufferedImage draw(String title, Dataset data, int[] samples) throws IOException {
    MaskSheet sheet = sheet(data);
    for (int index : samples) {
      sheet.add(data.image(index), Masks.of(data).mask(index), null, fileName(data, index));
    }
    return sheet.draw(title, Math.min(IN_A_ROW, samples.length));
  }

  private static MaskSheet sheet(Dataset data) {
    return new MaskSheet(data.classes(), Palette.forClasses(data.classes()));
  }

  /** Returns the file name of a sample, without folder and archive. */
  static String fileName(Dataset data, int index) {
    String source = data.source(index);
    return source.substring(Math.max(source.lastIndexOf('/'), source.lastIndexOf('!')) + 1);
  }

  /** Returns the classes that occur, the largest area first. */
  @Override
  public String target(Dataset data, int index) throws IOException {
    long[] counts = new long[data.classes().size()];
    Masks.count(Masks.labels(Masks.of(data).mask(index)), counts);
    return IntStream.range(0, counts.length)
        .filter(c -> counts[c] > 0)
        .boxed()
        .sorted(Comparator.comparingLong(c -> -counts[c]))
        .map(data.classes()::get)
        .collect(Collectors.joining(", "));
  }

  @Override
  public Dataset align(Dataset data, WeightsFolder.Loaded loaded, Consumer<String> notes) {
    Masks.of(data);
    List<String> theirs = loaded.classNames();
    if (data.classes().size() != theirs.size()) {
      throw new IllegalArgumentException(
          "%s has %d classes, but the model has %d: evaluate it on the data that it was trained for"
              .formatted(data.name(), data.classes().size(), theirs.size()));
    }
    if (!loaded.classes().isEmpty() && !data.classes().equals(theirs)) {
      notes.accept(
          "The class names of %s differ from the model's: classes are matched by index, %s with %s and so on"
              .formatted(data.name(), data.classes().get(0), theirs.get(0)));
    }
    return data;
  }

  @Override
  public Answering<?> answering(
      WeightsFolder.Loaded loaded,
      Device device,
      @Nullable Precision precision,
      int threads,
      int topK) {
    return new SegmentAnswering(Segmenter.of(loaded, device, precision, threads));
  }
}
