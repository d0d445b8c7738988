package dev.vit4j.explain;

import dev.vit4j.format.AtomicFile;
import dev.vit4j.format.Count;
import dev.vit4j.format.Safetensors;
import dev.vit4j.model.Inside;
import dev.vit4j.model.Model;
import dev.vit4j.view.HtmlPage;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/**
 * Writes an explanation to a folder: a PNG per {@link Figure}, a self-contained {@code report.html}
 * with all figures, and the values in {@code maps.safetensors}.
 */
public final class ExplanationReport {
  /** File name of the report. */
  public static final String PAGE = "report.html";

  /**
   * File with the values: {@code attention} [L, H, rows, columns], {@code rollout}, {@code
   * relevance} (with texts [T, rows, columns]), ….
   */
  public static final String NUMBERS = "maps.safetensors";

  private static final int SEEDED_MAPS = 5;

  private final Explainer explainer;
  private final List<Figure> figures = new ArrayList<>();
  private final Map<Figure, String> leftOut = new EnumMap<>(Figure.class);
  private final List<Integer> maps;
  private final long seed;

  /**
   * Selects the figures to draw.
   *
   * @param only figures to draw; empty for all that the model supports
   * @param maps indices of feature maps; empty for five chosen by {@code seed}
   * @throws IllegalArgumentException if the model does not support a figure
   */
  public ExplanationReport(Explainer explainer, List<Figure> only, List<Integer> maps, long seed) {
    this.explainer = explainer;
    this.maps = List.copyOf(maps);
    this.seed = seed;
    for (Figure figure : only.isEmpty() ? Figure.all(explainer) : only) {
      String reason = figure.whyNot(explainer).orElse("");
      if (reason.isEmpty()) {
        figures.add(figure);
      } else if (only.isEmpty()) {
        leftOut.put(figure, reason);
      } else {
        throw new IllegalArgumentException(
            "%s of %s cannot be drawn: %s".formatted(figure, explainer.model().name(), reason));
      }
    }
  }

  /** Returns the unsupported figures with the reason. */
  public Map<Figure, String> leftOut() {
    return leftOut;
  }

  /**
   * Writes the files of one image; relevance and Grad-CAM are drawn for all explanations.
   *
   * @param all of one class, or of every text in their order
   * @param folder a new or empty folder
   * @param source name of the image
   * @param title title, such as the class of the image
   * @param remark one line for the report, such as that the weights are random; may be empty
   * @return names of the files
   * @throws IOException if the folder is not empty or cannot be written
   * @throws IllegalArgumentException if a feature map does not exist
   */
  public List<String> write(
      Path folder, List<Explanation> all, String source, String title, String remark)
      throws IOException {
    Explanation seen = all.get(0);
    ExplanationFigures draw =
        new ExplanationFigures(
            explainer.model(), explainer.classes(), all, title, chosenMaps(seen));
    AtomicFile.requireEmptyFolder(folder);
    Files.createDirectories(folder);
    HtmlPage page = new HtmlPage(source);
    if (!remark.isEmpty()) {
      page.note(remark);
    }
    page.facts(facts(seen, source));
    List<String> files = new ArrayList<>();
    for (Figure figure : figures) {
      BufferedImage picture = draw.draw(figure);
      AtomicFile.write(folder.resolve(figure + ".png"), out -> ImageIO.write(picture, "png", out));
      page.heading(figure.heading()).picture(figure.heading() + " of " + source, picture);
      files.add(figure + ".png");
    }
    if (!leftOut.isEmpty()) {
      page.heading("Left out")
          .facts(
              leftOut.entrySet().stream()
                  .map(e -> List.of(e.getKey().heading(), e.getValue()))
                  .toList());
    }
    Safetensors.write(
        folder.resolve(NUMBERS),
        new ExplanationNumbers(all).entries(),
        Map.of("model", explainer.model().name(), "source", source));
    AtomicFile.writeString(folder.resolve(PAGE), page.toHtml());
    files.add(NUMBERS);
    files.add(PAGE);
    return files;
  }

  private int[] chosenMaps(Explanation seen) {
    int all = seen.featureMaps().length;
    if (all == 0) {
      return new int[0];
    }
    for (int map : maps) {
      if (map < 0 || map >= all) {
        throw new IllegalArgumentException(
            "no feature map %d: the first layer of %s has feature maps 0 to %d"
                .formatted(map, explainer.model().name(), all - 1));
      }
    }
    return maps.isEmpty()
        ? new SplittableRandom(seed)
            .ints(0, all)
            .distinct()
            .limit(Math.min(SEEDED_MAPS, all))
            .sorted()
            .toArray()
        : maps.stream().mapToInt(i -> i).toArray();
  }

  private List<List<String>> facts(Explanation seen, String source) {
    Model model = explainer.model();
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("picture", source));
    rows.add(
        List.of(
            "as model input",
            "%d x %d pixels, %s"
                .formatted(
                    seen.picture().height(),
                    seen.picture().width(),
                    Count.of(seen.picture().channels(), "channel"))));
    rows.add(
        List.of(
            "model",
            String.format(
                Locale.ROOT, "%s, %,d parameters", model.name(), model.parameterCount())));
    Inside.Patches patches = model.family().inside(model).patches();
    if (patches != null) {
      rows.add(List.of("patches", patches.about()));
    }
    Explanation.OfTexts texts = seen.texts();
    for (int t = 0; texts != null && t < explainer.classes().size(); t++) {
      rows.add(
          List.of(
              "text",
              String.format(
                  Locale.ROOT,
                  "%s: cosine %.4f",
                  explainer.classes().get(t),
                  texts.similarities()[t])));
    }
    if (texts == null && seen.target() >= 0) {
      rows.add(
          List.of(
              "explained class",
              String.format(
                  Locale.ROOT,
                  "%s, %s %.4f",
                  explainer.classes().get(seen.target()),
                  explainer.problemType().scoreName(),
                  seen.probabilities()[seen.target()])));
    }
    return rows;
  }
}
