package dev.vit4j.task.multitask;

import dev.vit4j.format.Csv;
import dev.vit4j.metric.Metric;
import dev.vit4j.metric.MultiLabelResult;
import dev.vit4j.task.Evaluation;
import dev.vit4j.task.SegmentationEvaluation;
import dev.vit4j.view.HtmlPage;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The result of a multitask model: that of its masks as for segmentation, and that of the classes
 * of patches, with the table {@code patch_classes.csv}.
 *
 * @param masks result of the label maps
 * @param labels result of the classes of patches
 * @param classes class names
 */
record MultitaskEvaluation(
    SegmentationEvaluation masks, MultiLabelResult labels, List<String> classes)
    implements Evaluation {
  private static final int MOST_LINES = 40; // of classes

  @Override
  public Map<String, Double> values() {
    Map<String, Double> ofMasks = masks.values();
    Map<String, Double> values = new LinkedHashMap<>();
    for (Metric metric : List.of(Metric.MIOU, Metric.PIXEL_ACCURACY)) {
      values.put(metric.key(), ofMasks.get(metric.key()));
    }
    values.put(Metric.PATCH_MAP.key(), labels.meanAveragePrecision());
    values.put(Metric.PATCH_F1.key(), labels.microF1());
    values.put(Metric.LOSS.key(), ofMasks.get(Metric.LOSS.key()));
    return values;
  }

  @Override
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>(masks.toMap());
    map.put("patch_map", labels.meanAveragePrecision());
    map.put("patch_f1", labels.microF1());
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int c = 0; c < classes.size(); c++) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("label", classes.get(c));
      row.put("average_precision", labels.averagePrecision(c));
      row.put("f1", labels.f1(c));
      row.put("patches", labels.support(c));
      rows.add(row);
    }
    map.put("patch_classes", rows);
    return map;
  }

  @Override
  public List<String> lines() {
    List<String> lines = new ArrayList<>(masks.lines());
    lines.add("");
    String row = "%16s  %6s  %6s  %9s";
    lines.add(row.formatted("patches with", "AP", "F1", "patches"));
    for (int c = 0; c < Math.min(MOST_LINES, classes.size()); c++) {
      lines.add(
          row.formatted(
              classes.get(c),
              Metric.PATCH_MAP.text(labels.averagePrecision(c)),
              Metric.PATCH_F1.text(labels.f1(c)),
              String.format(Locale.ROOT, "%,d", labels.support(c))));
    }
    lines.add(
        row.formatted(
            "all",
            Metric.PATCH_MAP.text(labels.meanAveragePrecision()),
            Metric.PATCH_F1.text(labels.microF1()),
            ""));
    return lines;
  }

  @Override
  public Map<String, String> tables() {
    Map<String, String> tables = new LinkedHashMap<>(masks.tables());
    StringBuilder csv = new StringBuilder("class,average_precision,f1,patches\n");
    for (int c = 0; c < classes.size(); c++) {
      double ap = labels.averagePrecision(c);
      csv.append(
          "%s,%s,%s,%d\n"
              .formatted(
                  Csv.quoted(classes.get(c)),
                  Double.isNaN(ap) ? "" : Double.toString(ap),
                  labels.f1(c),
                  labels.support(c)));
    }
    tables.put("patch_classes.csv", csv.toString());
    return tables;
  }

  @Override
  public Map<String, BufferedImage> pictures() throws IOException {
    return masks.pictures();
  }

  @Override
  public List<List<String>> facts() {
    List<List<String>> facts = new ArrayList<>(masks.facts());
    facts.add(List.of("test patch mAP", Metric.PATCH_MAP.text(labels.meanAveragePrecision())));
    facts.add(List.of("test patch F1", Metric.PATCH_F1.text(labels.microF1())));
    return facts;
  }

  @Override
  public void describe(HtmlPage page, Map<String, BufferedImage> pictures) {
    List<List<String>> rows = new ArrayList<>();
    for (int c = 0; c < classes.size(); c++) {
      rows.add(
          List.of(
              classes.get(c),
              Metric.PATCH_MAP.text(labels.averagePrecision(c)),
              Metric.PATCH_F1.text(labels.f1(c)),
              String.format(Locale.ROOT, "%,d", labels.support(c))));
    }
    page.heading("Classes of patches")
        .table(List.of("class", "average precision", "F1", "patches"), rows);
    masks.describe(page, pictures);
  }
}
