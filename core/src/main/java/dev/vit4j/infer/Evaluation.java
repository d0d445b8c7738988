package dev.vit4j.infer;

import dev.vit4j.data.Dataset;
import dev.vit4j.format.AtomicFile;
import dev.vit4j.format.Csv;
import dev.vit4j.input.ModelInput;
import dev.vit4j.metric.ClassificationResult;
import dev.vit4j.metric.ConfusionMatrix;
import dev.vit4j.model.Model;
import dev.vit4j.view.ConfusionPlot;
import dev.vit4j.view.ImageGrid;
import dev.vit4j.weights.WeightsFolder;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A model's result on a data set, as figures and as a folder of files: {@code metrics.json}, {@code
 * confusion.csv}, {@code confusion.png}, and {@code mistakes.png} with the surest mistakes.
 *
 * @param classes names of the model's classes
 */
public record Evaluation(ClassificationResult result, Dataset data, List<String> classes) {
  private static final int MISTAKES_SHOWN = 40;
  private static final int MISTAKES_IN_A_ROW = 8;
  private static final double PERCENT = 100;

  /**
   * Evaluates every sample, each brought to the model's size where it has another.
   *
   * @throws IOException if a sample cannot be read
   * @throws IllegalArgumentException if the data has classes that the model lacks
   */
  public static Evaluation run(Evaluator evaluator, WeightsFolder.Loaded loaded, Dataset data)
      throws IOException {
    return run(evaluator, loaded, ModelInput.pictures(loaded.preprocess()), data);
  }

  /**
   * As {@link #run(Evaluator, WeightsFolder.Loaded, Dataset)}, of stored features too.
   *
   * @param input what the set's samples are to the model
   */
  public static Evaluation run(
      Evaluator evaluator, WeightsFolder.Loaded loaded, ModelInput input, Dataset data)
      throws IOException {
    Model model = loaded.model();
    if (data.classes().size() > model.numClasses()) {
      throw new IllegalArgumentException(
          "%s has %d classes, the model knows %d: evaluate it on the data it was trained for"
              .formatted(data.name(), data.classes().size(), model.numClasses()));
    }
    ClassificationResult result = evaluator.evaluate(model, input, data);
    return new Evaluation(result, data, Classifier.names(loaded));
  }

  /**
   * All figures: count, correct, top1 and top5 in per cent, loss in nats; the class means {@code
   * macro} and every class's precision, recall and F1 from 0 to 1, with its number of samples.
   */
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

  /**
   * Writes the files into a folder that is new or empty.
   *
   * @throws IOException if something is in the folder already, or it cannot be written
   */
  public void write(Path folder) throws IOException {
    AtomicFile.requireEmptyFolder(folder);
    Files.createDirectories(folder);
    String json = JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(toMap());
    AtomicFile.writeString(folder.resolve("metrics.json"), json + "\n");
    AtomicFile.writeString(folder.resolve("confusion.csv"), confusionCsv());
    write(folder.resolve("confusion.png"), confusionPicture());
    BufferedImage mistakes = mistakesPicture();
    if (mistakes != null) {
      write(folder.resolve("mistakes.png"), mistakes);
    }
  }

  private static void write(Path file, BufferedImage picture) throws IOException {
    AtomicFile.write(file, out -> ImageIO.write(picture, "png", out));
  }

  /** Rows are true classes, columns predicted ones. */
  private String confusionCsv() {
    StringBuilder csv = new StringBuilder("true\\predicted");
    classes.forEach(c -> csv.append(',').append(Csv.quoted(c)));
    long[][] counts = result.confusion().counts();
    for (int c = 0; c < counts.length; c++) {
      csv.append('\n').append(Csv.quoted(classes.get(c)));
      for (long n : counts[c]) {
        csv.append(',').append(n);
      }
    }
    return csv.append('\n').toString();
  }

  /** The confusion matrix as a picture. */
  public BufferedImage confusionPicture() {
    return ConfusionPlot.draw(result.confusion().counts(), classes);
  }

  /**
   * The surest mistakes as pictures with what they are and what they were taken for; null if there
   * are none.
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
        "%s: %d of %d wrong, the surest mistakes first"
            .formatted(data.name(), result.count() - result.correct(), result.count());
    return ImageGrid.draw(title, tiles, Math.min(MISTAKES_IN_A_ROW, tiles.size()));
  }
}
