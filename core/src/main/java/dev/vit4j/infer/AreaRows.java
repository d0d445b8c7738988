package dev.vit4j.infer;

import dev.vit4j.format.Csv;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Formats the area of each class in an image as text.
 *
 * <pre>
 * CSV   source,rank,index,label,pixels,share,error   one row per class that occurs
 * JSON  {"source", "error", "areas": [{"index", "label", "pixels", "share"}]}   the largest first;
 *       empty if the image could not be read
 * </pre>
 *
 * <p>The input is scores [K, H, W]; pixels are counted at that resolution.
 *
 * @param classes names of all classes
 */
public record AreaRows(List<String> classes) implements RowFormat<float[]> {
  /**
   * The area of a class.
   *
   * @param share fraction of all pixels, 0 to 1
   */
  public record Area(int index, String label, long pixels, double share) {}

  /** Returns the classes that occur by decreasing area; ties by class index. */
  public List<Area> areas(float[] scores) {
    int k = classes.size();
    int pixels = scores.length / k;
    long[] counts = new long[k];
    for (int i = 0; i < pixels; i++) {
      int best = 0;
      for (int c = 1; c < k; c++) {
        best = scores[c * pixels + i] > scores[best * pixels + i] ? c : best;
      }
      counts[best]++;
    }
    List<Area> areas = new ArrayList<>();
    for (int c = 0; c < k; c++) {
      if (counts[c] > 0) {
        areas.add(new Area(c, classes.get(c), counts[c], (double) counts[c] / pixels));
      }
    }
    areas.sort(Comparator.comparingLong(Area::pixels).reversed());
    return areas;
  }

  @Override
  public String header() {
    return "source,rank,index,label,pixels,share,error";
  }

  @Override
  public boolean isRanked() {
    return true;
  }

  @Override
  public List<String> rows(Predictor.Answer<float[]> answer) {
    String source = Csv.quoted(answer.picture().source());
    String error = answer.error();
    if (error != null) {
      return List.of(source + ",,,,,," + Csv.quoted(error));
    }
    List<String> rows = new ArrayList<>();
    for (Area a : areas(answer.found())) {
      rows.add(
          "%s,%d,%d,%s,%d,%s,"
              .formatted(
                  source,
                  rows.size() + 1,
                  a.index(),
                  Csv.quoted(a.label()),
                  a.pixels(),
                  a.share()));
    }
    return rows;
  }

  @Override
  public Map<String, Object> json(Predictor.Answer<float[]> answer) {
    List<Map<String, Object>> areas = new ArrayList<>();
    if (answer.error() == null) {
      for (Area a : areas(answer.found())) {
        Map<String, Object> area = new LinkedHashMap<>();
        area.put("index", a.index());
        area.put("label", a.label());
        area.put("pixels", a.pixels());
        area.put("share", a.share());
        areas.add(area);
      }
    }
    Map<String, Object> object = RowFormat.object(answer);
    object.put("areas", areas);
    return object;
  }
}
