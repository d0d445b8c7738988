package dev.vit4j.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
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
 * @param shape of a picture: channels, height, width
 * @param classes names and numbers of samples, in the order of the labels
 * @param mean of each channel, pixels scaled to 0..1
 * @param std population standard deviation of each channel, pixels scaled to 0..1
 */
public record DatasetSummary(
    String name,
    String root,
    int size,
    List<Integer> shape,
    List<ClassCount> classes,
    List<Double> mean,
    List<Double> std) {
  /**
   * One class.
   *
   * @param name of the class
   * @param count of its samples
   */
  public record ClassCount(String name, int count) {}

  /**
   * Reads every picture of a set once.
   *
   * @throws IOException naming the first sample that cannot be read
   */
  public static DatasetSummary of(Dataset data) throws IOException {
    int channels = data.channels();
    int plane = data.height() * data.width();
    byte[] pixels = new byte[channels * plane];
    // Counting levels is exact, where a running sum of squares would round.
    long[][] levels = new long[channels][256];
    int[] counts = new int[data.classes().size()];
    for (int i = 0; i < data.size(); i++) {
      try {
        data.copyInto(i, pixels, 0);
      } catch (IOException e) {
        throw new IOException(data.source(i) + ": " + e.getMessage(), e);
      }
      for (int p = 0; p < pixels.length; p++) {
        levels[p / plane][pixels[p] & 0xff]++;
      }
      counts[data.label(i)]++;
    }
    List<ClassCount> classes = new ArrayList<>();
    for (int c = 0; c < counts.length; c++) {
      classes.add(new ClassCount(data.classes().get(c), counts[c]));
    }
    return new DatasetSummary(
        data.name(),
        data.root(),
        data.size(),
        List.of(channels, data.height(), data.width()),
        List.copyOf(classes),
        Arrays.stream(levels).map(DatasetSummary::mean).toList(),
        Arrays.stream(levels).map(DatasetSummary::std).toList());
  }

  private static double mean(long[] levels) {
    double sum = 0;
    long count = 0;
    for (int v = 0; v < 256; v++) {
      sum += (double) v * levels[v];
      count += levels[v];
    }
    return sum / count / 255;
  }

  private static double std(long[] levels) {
    double mean = mean(levels);
    double sum = 0;
    long count = 0;
    for (int v = 0; v < 256; v++) {
      double d = v / 255.0 - mean;
      sum += d * d * levels[v];
      count += levels[v];
    }
    return Math.sqrt(sum / count);
  }

  /** Largest class over smallest; infinite if a class has no samples. */
  public double imbalance() {
    int most = classes.stream().mapToInt(ClassCount::count).max().orElse(0);
    int least = classes.stream().mapToInt(ClassCount::count).min().orElse(0);
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
    lines.add("    Shape: " + numbers(shape.stream().map(String::valueOf)));
    lines.add("    Mean: " + numbers(mean.stream().map(DatasetSummary::four)));
    lines.add("    Std: " + numbers(std.stream().map(DatasetSummary::four)));
    lines.add("    Classes: " + classes.size());
    for (ClassCount c : classes) {
      lines.add(
          String.format(
              Locale.ROOT,
              "        %-14s %7d  %5.2f %%",
              c.name(),
              c.count(),
              100.0 * c.count() / size));
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
