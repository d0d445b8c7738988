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
 * What a data set holds, counted over all its pixels.
 *
 * @param name of the set
 * @param root where its files are
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
   * One class.
   *
   * @param name of the class
   * @param count of its samples, or of its pixels if every pixel has a class
   */
  public record ClassCount(String name, long count) {}

  /**
   * What sizes the images have.
   *
   * @param shape of every image read, or null where they differ
   * @param smallest fewest channels, rows and columns that one has
   * @param largest most channels, rows and columns that one has
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
   * Reads the images of a set once: all, or as many as {@link Moments} takes.
   *
   * @throws IOException naming the first sample that cannot be read
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

  /** Mean of each channel, pixels scaled to 0..1. */
  public List<Double> mean() {
    return moments.mean();
  }

  /** Population standard deviation of each channel, pixels scaled to 0..1. */
  public List<Double> std() {
    return moments.std();
  }

  /** Largest class over smallest; infinite if a class has no samples. */
  public double imbalance() {
    long most = classes.stream().mapToLong(ClassCount::count).max().orElse(0);
    long least = classes.stream().mapToLong(ClassCount::count).min().orElse(0);
    return (double) most / least;
  }

  /**
   * The lines that torchvision prints for a data set, then what it does not tell.
   *
   * @param transform its steps, printed as they are, or null for none
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
