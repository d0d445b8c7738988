package dev.vit4j.task;

import dev.vit4j.data.Dataset;
import dev.vit4j.metric.ClassificationResult;
import dev.vit4j.metric.ConfusionMatrix;
import dev.vit4j.metric.Metric;
import dev.vit4j.view.ConfusionPlot;
import dev.vit4j.view.HtmlPage;
import dev.vit4j.view.ImageGrid;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Evaluation of a classifier, with the files {@code metrics.json}, {@code confusion.csv}, {@code
 * confusion.png}, both of the classes that occur or are predicted, and {@code mistakes.png} with
 * the mistakes of highest probability. Tables of more than {@link ConfusionMatrix#MOST_DENSE}
 * classes are left out.
 *
 * @param classes class names of the model
 */
public record ClassificationEvaluation(
    ClassificationResult result, Dataset data, List<String> classes) implements Evaluation {
  private static final int MISTAKES_SHOWN = 40;
  private static final int MISTAKES_IN_A_ROW = 8;
  private static final double PERCENT = 100;

  @Override
  public Map<String, Double> values() {
    return values(result);
  }

  /** Returns top1 and top5 in percent, and the loss. */
  public static Map<String, Double> values(ClassificationResult result) {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put(Metric.TOP1.key(), PERCENT * result.top1());
    values.put(Metric.TOP5.key(), PERCENT * result.top5());
    values.put(Metric.LOSS.key(), result.loss());
    return values;
  }

  /**
   * Returns count, correct, top1 and top5 in percent, loss in nats; the mean over the classes that
   * occur or are predicted, {@code macro}, and precision, recall and F1 from 0 to 1 of every class
   * with its number of samples.
   */
  @Override
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("data", data.name());
    map.put("count", result.count());
    map.put("correct", result.correct());
    map.put("top1", PERCENT * result.top1());
    map.put("top5", PERCENT * result.top5());
    map.put("loss", result.loss());
    ConfusionMatrix confusion = result.confusion();
    map.put("macro", scores(confusion.macro()));
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int c = 0; c < classes.size(); c++) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("label", classes.get(c));
      row.put("precision", confusion.precision(c));
      row.put("recall", confusion.recall(c));
      row.put("f1", confusion.f1(c));
      row.put("support", confusion.support(c));
      rows.add(row);
    }
    map.put("per_class", rows);
    return map;
  }

  private static Map<String, Object> scores(ConfusionMatrix.Scores s) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("precision", s.precision());
    map.put("recall", s.recall());
    map.put("f1", s.f1());
    return map;
  }

  @Override
  public Map<String, String> tables() {
    return tooMany() ? Map.of() : Map.of("confusion.csv", shown().toCsv(shownClasses()));
  }

  /** Returns whether a table of the classes that occur or are predicted is too large. */
  boolean tooMany() {
    return shownClasses().size() > ConfusionMatrix.MOST_DENSE;
  }

  /** Returns the counts of the classes that occur or are predicted; of all without samples. */
  private ConfusionMatrix shown() {
    int[] present = result.confusion().present();
    return present.length == 0 ? result.confusion() : result.confusion().of(present);
  }

  private List<String> shownClasses() {
    int[] present = result.confusion().present();
    return present.length == 0 ? classes : Arrays.stream(present).mapToObj(classes::get).toList();
  }

  @Override
  public Map<String, BufferedImage> pictures() throws IOException {
    Map<String, BufferedImage> pictures = new LinkedHashMap<>();
    if (!tooMany()) {
      pictures.put("confusion", confusionPicture());
    }
    BufferedImage mistakes = mistakesPicture();
    if (mistakes != null) {
      pictures.put("mistakes", mistakes);
    }
    return pictures;
  }

  @Override
  public List<String> lines() {
    return ClassificationTables.lines(this);
  }

  @Override
  public List<List<String>> facts() {
    return ClassificationTables.facts(result);
  }

  @Override
  public void describe(HtmlPage page, Map<String, BufferedImage> pictures) {
    ClassificationTables.describe(this, page, pictures);
  }

  /** Draws the confusion matrix. */
  public BufferedImage confusionPicture() {
    return ConfusionPlot.draw(shown().counts(), shownClasses());
  }

  /**
   * Draws the mistakes of highest probability with true and predicted class; null if there are
   * none.
   *
   * @throws IOException if a sample cannot be read
   */
  public @Nullable BufferedImage mistakesPicture() throws IOException {
    List<ClassificationResult.Sample> worst = result.mistakes();
    if (worst.isEmpty()) {
      return null;
    }
    List<ImageGrid.Tile> tiles = new ArrayList<>();
    worst = worst.subList(0, Math.min(MISTAKES_SHOWN, worst.size()));
    boolean isShort =
        worst.stream()
            .allMatch(
                s -> classes.get(s.label()).length() + classes.get(s.predicted()).length() <= 6);
    for (ClassificationResult.Sample s : worst) {
      String caption =
          String.format(
              Locale.ROOT,
              isShort ? "GT %s | Pred %s | %.2f" : "GT %s\nPred %s %.2f",
              classes.get(s.label()),
              classes.get(s.predicted()),
              s.probability());
      tiles.add(ImageGrid.Tile.judged(data.image(s.index()).toBufferedImage(), caption, false));
    }
    String title =
        "%s: %d of %d wrong, by decreasing probability"
            .formatted(data.name(), result.count() - result.correct(), result.count());
    return ImageGrid.draw(title, tiles, Math.min(MISTAKES_IN_A_ROW, tiles.size()));
  }
}
