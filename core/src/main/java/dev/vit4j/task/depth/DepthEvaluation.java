package dev.vit4j.task.depth;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.Depths;
import dev.vit4j.format.Count;
import dev.vit4j.image.PixelValues;
import dev.vit4j.metric.DepthResult;
import dev.vit4j.metric.Metric;
import dev.vit4j.task.Evaluation;
import dev.vit4j.view.DepthSheet;
import dev.vit4j.view.HtmlPage;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The result of a model of depths, with {@code worst.png}, the images of the largest errors.
 *
 * @param worst the largest error first
 */
record DepthEvaluation(DepthResult result, Dataset data, List<DepthMeasure.Shown> worst)
    implements Evaluation {
  private static final List<Metric> SHOWN =
      List.of(Metric.RMSE, Metric.ABS_REL, Metric.DELTA1, Metric.DELTA2, Metric.DELTA3);

  @Override
  public Map<String, Double> values() {
    return DepthMeasure.values(result);
  }

  @Override
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("data", data.name());
    map.put("count", result.count());
    map.put("pixels", result.pixels());
    map.putAll(values());
    return map;
  }

  @Override
  public List<String> lines() {
    Map<String, Double> values = values();
    List<String> lines = new ArrayList<>();
    for (Metric metric : SHOWN) {
      lines.add("%14s  %s".formatted(metric.title(), metric.text(values.get(metric.key()))));
    }
    lines.add("");
    lines.add(
        String.format(
            Locale.ROOT,
            "RMSE %.4f m   loss %.4f   %s, %s",
            result.rmse(),
            result.loss(),
            Count.of(result.count(), "image"),
            Count.of(result.pixels(), "pixel")));
    return lines;
  }

  @Override
  public Map<String, String> tables() {
    return Map.of();
  }

  @Override
  public Map<String, BufferedImage> pictures() throws IOException {
    if (worst.isEmpty()) {
      return Map.of();
    }
    DepthSheet sheet = new DepthSheet();
    for (DepthMeasure.Shown sample : worst) {
      sheet.add(
          data.image(sample.index()),
          PixelValues.numbers(Depths.of(data).depths(sample.index())),
          sample.predicted(),
          String.format(
              Locale.ROOT, "%s RMSE %.3f m", Depth.name(data, sample.index()), sample.rmse()));
    }
    return Map.of("worst", sheet.draw("%s: the largest RMSE first".formatted(data.name()), 2));
  }

  @Override
  public List<List<String>> facts() {
    Map<String, Double> values = values();
    List<List<String>> facts = new ArrayList<>();
    for (Metric metric : SHOWN) {
      facts.add(List.of("test " + metric.title(), metric.text(values.get(metric.key()))));
    }
    facts.add(List.of("test loss", Metric.LOSS.text(result.loss())));
    return facts;
  }

  @Override
  public void describe(HtmlPage page, Map<String, BufferedImage> pictures) {
    BufferedImage picture = pictures.get("worst");
    if (picture != null) {
      page.heading("Worst images").picture("test images with the largest error", picture);
    }
  }
}
