package dev.vit4j.task;

import dev.vit4j.data.Batch;
import dev.vit4j.data.Column;
import dev.vit4j.data.Dataset;
import dev.vit4j.data.Masks;
import dev.vit4j.data.Targets;
import dev.vit4j.format.Count;
import dev.vit4j.image.Image;
import dev.vit4j.image.Palette;
import dev.vit4j.image.PixelValues;
import dev.vit4j.model.Model;
import dev.vit4j.recipe.Recipe;
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

/** What tasks have in common that learn from one class per pixel. */
public abstract class MaskTask implements Task {
  private static final int IN_A_ROW = 4;

  @Override
  public boolean learnsFrom(Targets targets) {
    return targets instanceof Masks;
  }

  @Override
  public void check(Recipe recipe, Model model, Dataset train) {
    Task.requireClasses(recipe, model, train);
    PixelRecipe.check(recipe, name());
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
          "%s has %s, but the model has %d: evaluate it on the data that it was trained for"
              .formatted(data.name(), Count.of(data.classes().size(), "class"), theirs.size()));
    }
    if (!loaded.classes().isEmpty() && !data.classes().equals(theirs)) {
      notes.accept(
          "The class names of %s differ from the model's: classes are matched by index, %s with %s and so on"
              .formatted(data.name(), data.classes().get(0), theirs.get(0)));
    }
    return data;
  }
}
