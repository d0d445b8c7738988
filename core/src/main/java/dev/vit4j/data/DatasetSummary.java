package dev.vit4j.data;

import dev.vit4j.image.Image;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Statistics of a data set.
 *
 * @param name name of the data set
 * @param root location of its files
 * @param size number of samples
 * @param sizes of the images
 * @param classes names and counts, in the order of the labels
 * @param inPixels whether classes are counted in pixels of masks, not in samples
 * @param moments mean and deviation of the pixels
 */
public record DatasetSummary(
    String name,
    String root,
    int size,
    Sizes sizes,
    List<ClassCount> classes,
    boolean inPixels,
    Moments moments) {
  private static final int NAME = 14;
  private static final int BAR = 20;

  /**
   * A class and its count.
   *
   * @param name class name
   * @param count number of samples, or of pixels for segmentation
   */
  public record ClassCount(String name, long count) {}

  /**
   * Sizes of the images.
   *
   * @param shape common shape of all images read, or null if they differ
   * @param smallest minimum of channels, rows and columns
   * @param largest maximum of channels, rows and columns
   */
  public record Sizes(@Nullable Shape shape, Shape smallest, Shape largest) {
    static Sizes of(List<Shape> shapes) {
      Shape low = shapes.stream().reduce(shapes.get(0), Sizes::smaller);
      Shape high = shapes.stream().reduce(shapes.get(0), Sizes::larger);
      return new Sizes(low.equals(high) ? low : null, low, high);
    }

    private static Shape smaller(Shape a, Shape b) {
      return new Shape(
          Math.min(a.channels(), b.channels()),
          Math.min(a.height(), b.height()),
          Math.min(a.width(), b.width()));
    }

    private static Shape larger(Shape a, Shape b) {
      return new Shape(
          Math.max(a.channels(), b.channels()),
          Math.max(a.height(), b.height()),
          Math.max(a.width(), b.width()));
    }

    @Override
    public String toString() {
      return smallest.equals(largest)
          ? numbers(largest.toList().stream().map(String::valueOf))
          : "from %s to %s".formatted(smallest, largest);
    }
  }

  /**
   * Computes the statistics of all images, or of the sample that {@link Moments} uses.
   *
   * @throws IOException if a sample cannot be read
   */
  public static DatasetSummary of(Dataset data) throws IOException {
    Moments.Levels levels = new Moments.Levels();
    List<Shape> shapes = new ArrayList<>();
    for (int i : Moments.indices(data)) {
      Image image = Moments.read(data, i);
      levels.add(image);
      shapes.add(new Shape(image.channels(), image.height(), image.width()));
    }
    return new DatasetSummary(
        data.name(),
        data.root(),
        data.size(),
        Sizes.of(shapes),
        classes(data),
        data.targets() instanceof Masks,
        levels.moments());
  }

  private static List<ClassCount> classes(Dataset data) throws IOException {
    long[] counts = data.targets().counts();
    List<ClassCount> classes = new ArrayList<>();
    for (int c = 0; c < counts.length; c++) {
      classes.add(new ClassCount(data.classes().get(c), counts[c]));
    }
    return List.copyOf(classes);
  }

  /** Returns the mean of each channel, for pixels from 0 to 1. */
  public List<Double> mean() {
    return moments.mean();
  }

  /** Returns the population standard deviation of each channel, for pixels from 0 to 1. */
  public List<Double> std() {
    return moments.std();
  }

  /** Returns the ratio of the largest to the smallest class; infinite if a class is empty. */
  public double imbalance() {
    long most = classes.stream().mapToLong(ClassCount::count).max().orElse(0);
    long least = classes.stream().mapToLong(ClassCount::count).min().orElse(0);
    return (double) most / least;
  }

  /**
   * Returns the lines that torchvision prints for a data set, followed by more statistics.
   *
   * @param transform transform to print; null for none
   */
  public List<String> lines(@Nullable Object transform) {
    List<String> lines = new ArrayList<>();
    lines.add("Dataset " + name);
    lines.add("    Number of datapoints: " + size);
    lines.add("    Root location: " + root);
    String sampled = moments.pictures() < size ? " of " + moments.pictures() + " samples" : "";
    lines.add("    Shape" + sampled + ": " + sizes);
    lines.add("    Mean" + sampled + ": " + numbers(mean().stream().map(DatasetSummary::four)));
    lines.add("    Std" + sampled + ": " + numbers(std().stream().map(DatasetSummary::four)));
    lines.add("    Classes: " + classes.size() + (inPixels ? ", in pixels" : ""));
    long most = classes.stream().mapToLong(ClassCount::count).max().orElse(1);
    long all = classes.stream().mapToLong(ClassCount::count).sum();
    int wide = classes.stream().mapToInt(c -> c.name().length()).max().orElse(0);
    String row = "        %-" + Math.max(NAME, wide) + "s %7d  %5.2f %%  %s";
    for (ClassCount c : classes) {
      String bar = "#".repeat((int) Math.ceil((double) BAR * c.count() / Math.max(1, most)));
      lines.add(
          String.format(
              Locale.ROOT, row, c.name(), c.count(), 100.0 * c.count() / Math.max(1, all), bar));
    }
    if (transform != null) {
      String indent = " ".repeat("Transform: ".length());
      lines.add("    StandardTransform");
      lines.add("Transform: " + transform.toString().replace("\n", "\n" + indent));
    }
    return lines.stream().flatMap(String::lines).toList();
  }

  private static String numbers(Stream<String> values) {
    return values.collect(Collectors.joining(", ", "(", ")"));
  }

  private static String four(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  @Override
  public String toString() {
    return String.join("\n", lines(null));
  }
}
