package dev.vit4j.cli;

import dev.vit4j.format.AtomicFile;
import dev.vit4j.probe.Features;
import dev.vit4j.reduce.Pca;
import dev.vit4j.reduce.Tsne;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.view.HtmlPage;
import dev.vit4j.view.ScatterPlot;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Draws feature vectors as points of a plane: {@code @Mixin FeatureMap map}. */
final class FeatureMap {
  enum Method {
    pca(20_000),
    tsne(5_000);

    private final int most; // points

    Method(int most) {
      this.most = most;
    }
  }

  @Option(
      names = "--map",
      paramLabel = "FILE",
      description = "Draw all vectors as points in the colors of their classes (.png or .html).")
  @Nullable Path file;

  @Option(
      names = "--method",
      paramLabel = "METHOD",
      description = "Method of --map: pca, or tsne, which takes longer (default: pca).")
  @Nullable Method method;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of the choice of points, if --map cannot draw all (default: 0).")
  @Nullable Long seed;

  /** A drawn map: the rows of its points and what is known of the method. */
  private record Drawn(int[] rows, double[][] points, String note, Map<String, Object> facts) {}

  /**
   * Checks the options.
   *
   * @throws IllegalArgumentException if they contradict each other
   * @throws IOException if the file exists
   */
  void check() throws IOException {
    if (file == null) {
      if (method != null || seed != null) {
        throw new IllegalArgumentException("--method and --seed need --map FILE");
      }
      return;
    }
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (!name.endsWith(".png") && !name.endsWith(".html")) {
      throw new IllegalArgumentException("--map %s: must be a .png or .html file".formatted(file));
    }
    NewFile.require(file);
  }

  /** Draws the map of a feature file. */
  void draw(Path source, Path to, int threads, Output out) throws IOException {
    Features all = Features.read(source);
    Method by = method == null ? Method.pca : method;
    int[] rows = sample(all.size(), by.most);
    if (rows.length < all.size()) {
      out.note(
          String.format(
              Locale.ROOT,
              "%,d of %,d vectors are drawn, chosen at random (--seed)",
              rows.length,
              all.size()));
    }
    Features some = all.select(rows);
    Drawn drawn = compute(some, rows, by, threads, out);
    int[] labels = labels(some);
    List<String> classes = classes(some, labels);
    String title = "%s: %s".formatted(source.getFileName(), by == Method.pca ? "PCA" : "t-SNE");
    BufferedImage picture = ScatterPlot.draw(title, drawn.note(), drawn.points(), labels, classes);
    if (to.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
      AtomicFile.write(to, stream -> ImageIO.write(picture, "png", stream));
    } else {
      HtmlPage page = new HtmlPage("Map of " + source.getFileName());
      page.facts(facts(source, all, rows.length, by)).picture(title, picture);
      AtomicFile.writeString(to, page.toHtml());
    }
    out.result("Map: " + to);
    out.json(json(source, to, all, drawn, labels, by));
  }

  /** Returns the rows to draw in random order, so that no class covers the others. */
  private int[] sample(int size, int most) {
    int[] rows = IntStream.range(0, size).toArray();
    SplittableRandom random = new SplittableRandom(seed == null ? 0 : seed);
    int count = Math.min(size, most);
    for (int i = 0; i < count; i++) {
      int j = random.nextInt(i, size);
      int row = rows[i];
      rows[i] = rows[j];
      rows[j] = row;
    }
    return Arrays.copyOf(rows, count);
  }

  private static Drawn compute(Features some, int[] rows, Method by, int threads, Output out) {
    Map<String, Object> facts = new LinkedHashMap<>();
    try (Scope scope = Scope.open()) {
      Tensor unit = Ops.normalize(some.tensor()); // compared by their cosine
      if (by == Method.pca) {
        Pca pca = Pca.of(unit, 2);
        facts.put("variance", Arrays.stream(pca.shares()).boxed().toList());
        String note =
            String.format(
                Locale.ROOT,
                "The first two principal components of the normalized vectors explain %.1f %% and %.1f %% of the variance.",
                100 * pca.shares()[0],
                100 * pca.shares()[1]);
        return new Drawn(rows, pca.coordinates(), note, facts);
      }
      Share share = new Share(out, "the steps of t-SNE are done");
      Tsne.Fitted tsne = Tsne.DEFAULT.fit(unit, threads, share::done);
      facts.put("kl_divergence", tsne.divergence());
      String note =
          String.format(
              Locale.ROOT,
              "Neighbors remain neighbors; distances between groups mean little. Perplexity %.0f, KL divergence %.3f.",
              Tsne.DEFAULT.perplexity(),
              tsne.divergence());
      return new Drawn(rows, tsne.coordinates(), note, facts);
    }
  }

  private static int[] labels(Features some) {
    if (some.isLabeled()) {
      return some.labels();
    }
    int[] none = new int[some.size()];
    Arrays.fill(none, -1);
    return none;
  }

  /** Returns a name for every class: those of the file, or else the class indices. */
  private static List<String> classes(Features some, int[] labels) {
    List<String> names = some.origin().classes();
    int count = Arrays.stream(labels).max().orElse(-1) + 1;
    List<String> classes = new ArrayList<>();
    for (int c = 0; c < count; c++) {
      classes.add(c < names.size() ? names.get(c) : Integer.toString(c));
    }
    return classes;
  }

  private static List<List<String>> facts(Path source, Features all, int drawn, Method by) {
    return List.of(
        List.of("features", source.toString()),
        List.of(
            "vectors",
            String.format(
                Locale.ROOT, "%,d of %,d numbers, %,d drawn", all.size(), all.dim(), drawn)),
        List.of("model", all.origin().model()),
        List.of("method", by == Method.pca ? "PCA" : "t-SNE"));
  }

  private static Map<String, Object> json(
      Path source, Path to, Features all, Drawn drawn, int[] labels, Method by) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("features", source);
    json.put("count", all.size());
    json.put("dim", all.dim());
    json.put("method", by.name());
    json.putAll(drawn.facts());
    json.put("map", to);
    List<Map<String, Object>> points = new ArrayList<>();
    for (int i = 0; i < drawn.rows().length; i++) {
      Map<String, Object> point = Json.of("row", drawn.rows()[i], "x", drawn.points()[i][0]);
      point.put("y", drawn.points()[i][1]);
      if (labels[i] >= 0) {
        point.put("label", labels[i]);
      }
      points.add(point);
    }
    json.put("points", points);
    return json;
  }
}
