package dev.vit4j.task;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.Masks;
import dev.vit4j.format.Count;
import dev.vit4j.format.Csv;
import dev.vit4j.image.Image;
import dev.vit4j.image.Palette;
import dev.vit4j.metric.Metric;
import dev.vit4j.metric.SegmentationResult;
import dev.vit4j.view.ConfusionPlot;
import dev.vit4j.view.HtmlPage;
import dev.vit4j.view.MaskSheet;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * The result of a segmentation model: {@code per_class.csv}, {@code confusion.csv}, {@code
 * confusion.png} over pixels, and {@code worst.png} with the images of the lowest mean IoU.
 *
 * @param predicted masks of the worst samples, by their index
 */
public record SegmentationEvaluation(
    SegmentationResult result, Dataset data, List<String> classes, Map<Integer, Image> predicted)
    implements Evaluation {
  private static final int WORST_IN_A_ROW = 2;
  private static final int WIDEST_LABEL = 24;

  @Override
  public Map<String, Double> values() {
    return values(result);
  }

  /** Returns the metrics of a result by key. */
  public static Map<String, Double> values(SegmentationResult result) {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put(Metric.MIOU.key(), result.meanIou());
    values.put(Metric.PIXEL_ACCURACY.key(), result.pixelAccuracy());
    values.put(Metric.LOSS.key(), result.loss());
    return values;
  }

  @Override
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("data", data.name());
    map.put("count", result.count());
    map.put("pixels", result.pixels());
    map.put("miou", result.meanIou());
    map.put("pixel_accuracy", result.pixelAccuracy());
    map.put("mean_class_accuracy", result.meanClassAccuracy());
    map.put("mean_dice", result.meanDice());
    map.put("frequency_weighted_iou", result.frequencyWeightedIou());
    map.put("loss", result.loss());
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int c = 0; c < classes.size(); c++) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("label", classes.get(c));
      row.put("iou", result.iou(c));
      row.put("accuracy", result.classAccuracy(c));
      row.put("dice", result.dice(c));
      row.put("share", result.frequency(c));
      rows.add(row);
    }
    map.put("per_class", rows);
    return map;
  }

  @Override
  public List<String> lines() {
    int width = classes.stream().mapToInt(String::length).max().orElse(1);
    width = Math.max("mean".length(), Math.min(WIDEST_LABEL, width));
    String row = "%" + width + "s  %6s  %8s  %6s  %8s";
    List<String> lines = new ArrayList<>();
    lines.add(row.formatted("class", "IoU", "accuracy", "Dice", "pixels"));
    for (int c = 0; c < classes.size(); c++) {
      String label = classes.get(c);
      lines.add(
          row.formatted(
              label.length() > width ? label.substring(0, width - 1) + "…" : label,
              four(result.iou(c)),
              four(result.classAccuracy(c)),
              four(result.dice(c)),
              percent(result.frequency(c))));
    }
    lines.add(
        row.formatted(
            "mean",
            four(result.meanIou()),
            four(result.meanClassAccuracy()),
            four(result.meanDice()),
            ""));
    lines.add("");
    lines.add(
        String.format(
            Locale.ROOT,
            "mIoU %s   pixel accuracy %s   loss %.4f   %s, %s",
            four(result.meanIou()),
            four(result.pixelAccuracy()),
            result.loss(),
            Count.of(result.count(), "image"),
            Count.of(result.pixels(), "pixel")));
    return lines;
  }

  @Override
  public Map<String, String> tables() {
    return Map.of(
        "per_class.csv", perClassCsv(), "confusion.csv", result.confusion().toCsv(classes));
  }

  private String perClassCsv() {
    StringBuilder csv = new StringBuilder("class,iou,accuracy,dice,share\n");
    for (int c = 0; c < classes.size(); c++) {
      csv.append(Csv.quoted(classes.get(c)));
      for (double value :
          new double[] {
            result.iou(c), result.classAccuracy(c), result.dice(c), result.frequency(c)
          }) {
        csv.append(',').append(Double.isNaN(value) ? "" : Double.toString(value));
      }
      csv.append('\n');
    }
    return csv.toString();
  }

  @Override
  public Map<String, BufferedImage> pictures() throws IOException {
    Map<String, BufferedImage> pictures = new LinkedHashMap<>();
    pictures.put("confusion", ConfusionPlot.draw(result.confusion().counts(), classes));
    if (!predicted.isEmpty()) {
      pictures.put("worst", worst());
    }
    return pictures;
  }

  private BufferedImage worst() throws IOException {
    MaskSheet sheet = new MaskSheet(classes, Palette.forClasses(classes));
    for (SegmentationResult.Sample sample : result.worst()) {
      Image mask = Objects.requireNonNull(predicted.get(sample.index()));
      String caption =
          String.format(
              Locale.ROOT,
              "%s  IoU %.3f",
              MaskTask.fileName(data, sample.index()),
              sample.meanIou());
      sheet.add(data.image(sample.index()), Masks.of(data).mask(sample.index()), mask, caption);
    }
    return sheet.draw("%s: the lowest mean IoU first".formatted(data.name()), WORST_IN_A_ROW);
  }

  @Override
  public List<List<String>> facts() {
    return List.of(
        List.of("test mean IoU", Metric.MIOU.text(result.meanIou())),
        List.of("test pixel accuracy", Metric.PIXEL_ACCURACY.text(result.pixelAccuracy())),
        List.of("test mean class accuracy", four(result.meanClassAccuracy())),
        List.of("test mean Dice", four(result.meanDice())),
        List.of("test loss", four(result.loss())));
  }

  @Override
  public void describe(HtmlPage page, Map<String, BufferedImage> pictures) {
    List<List<String>> rows = new ArrayList<>();
    for (int c = 0; c < classes.size(); c++) {
      rows.add(
          List.of(
              classes.get(c),
              four(result.iou(c)),
              four(result.classAccuracy(c)),
              four(result.dice(c)),
              percent(result.frequency(c))));
    }
    page.heading("By class").table(List.of("class", "IoU", "accuracy", "Dice", "pixels"), rows);
    BufferedImage worst = pictures.get("worst");
    if (worst != null) {
      page.heading("Worst images").picture("test images with the lowest mean IoU", worst);
    }
    BufferedImage confusion = pictures.get("confusion");
    if (confusion != null) {
      page.heading("Confusion of pixels on the test set")
          .picture("confusion matrix over pixels", confusion);
    }
  }

  private static String four(double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.4f", value);
  }

  private static String percent(double share) {
    return Double.isNaN(share) ? "-" : String.format(Locale.ROOT, "%.2f %%", 100 * share);
  }
}
