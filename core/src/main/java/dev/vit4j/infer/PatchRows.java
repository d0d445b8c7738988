package dev.vit4j.infer;

import dev.vit4j.format.Csv;
import dev.vit4j.image.Region;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Formats the outputs of a multitask model as text.
 *
 * <pre>
 * CSV   source,rank,index,label,pixels,left,top,width,height,error   one row per region
 * JSON  {"source", "error",
 *        "areas": [{"index", "label", "pixels", "share",
 *                   "regions": [{"pixels", "left", "top", "width", "height"}]}],
 *        "patches": [{"row", "column", "classes": [{"index", "label", "probability"}]}]}
 * </pre>
 *
 * <p>Regions are neighboring pixels of one class, the largest first, at the model's input size. The
 * classes of a patch are those with a probability of at least 0.5, the most probable first.
 *
 * @param segmenter model that computed the outputs
 * @param topK maximum number of classes per patch
 */
public record PatchRows(PatchSegmenter segmenter, int topK) implements RowFormat<PatchAnswer> {
  /**
   * The pixels of a class.
   *
   * @param share fraction of all pixels, 0 to 1
   * @param regions its regions, the largest first
   */
  public record Area(int index, String label, long pixels, double share, List<Region> regions) {}

  /** Returns the classes that occur by decreasing area. */
  public List<Area> areas(PatchAnswer answer) {
    int[] labels = segmenter.labels(answer);
    Map<Integer, List<Region>> byClass = new TreeMap<>();
    for (Region region : regions(answer, labels)) {
      byClass.computeIfAbsent(region.label(), c -> new ArrayList<>()).add(region);
    }
    List<Area> areas = new ArrayList<>();
    byClass.forEach(
        (c, regions) -> {
          long pixels = regions.stream().mapToLong(Region::pixels).sum();
          double share = (double) pixels / labels.length;
          areas.add(new Area(c, segmenter.classes().get(c), pixels, share, regions));
        });
    areas.sort(Comparator.comparingLong(Area::pixels).reversed());
    return areas;
  }

  private static List<Region> regions(PatchAnswer answer, int[] labels) {
    return Region.of(labels, answer.columns() * answer.patchSize());
  }

  @Override
  public String header() {
    return "source,rank,index,label,pixels,left,top,width,height,error";
  }

  @Override
  public boolean isRanked() {
    return true;
  }

  @Override
  public List<String> rows(Predictor.Answer<PatchAnswer> answer) {
    String source = Csv.quoted(answer.picture().source());
    String error = answer.error();
    if (error != null) {
      return List.of(source + ",,,,,,,,," + Csv.quoted(error));
    }
    List<String> rows = new ArrayList<>();
    for (Region r : regions(answer.found(), segmenter.labels(answer.found()))) {
      rows.add(
          "%s,%d,%d,%s,%d,%d,%d,%d,%d,"
              .formatted(
                  source,
                  rows.size() + 1,
                  r.label(),
                  Csv.quoted(segmenter.classes().get(r.label())),
                  r.pixels(),
                  r.left(),
                  r.top(),
                  r.width(),
                  r.height()));
    }
    return rows;
  }

  @Override
  public Map<String, Object> json(Predictor.Answer<PatchAnswer> answer) {
    Map<String, Object> object = RowFormat.object(answer);
    List<Map<String, Object>> areas = new ArrayList<>();
    List<Map<String, Object>> patches = new ArrayList<>();
    if (answer.error() == null) {
      areas(answer.found()).forEach(area -> areas.add(json(area)));
      for (int patch = 0; patch < answer.found().rows() * answer.found().columns(); patch++) {
        patches.add(patch(answer.found(), patch));
      }
    }
    object.put("areas", areas);
    object.put("patches", patches);
    return object;
  }

  private static Map<String, Object> json(Area area) {
    List<Map<String, Object>> regions = new ArrayList<>();
    for (Region r : area.regions()) {
      Map<String, Object> region = new LinkedHashMap<>();
      region.put("pixels", r.pixels());
      region.put("left", r.left());
      region.put("top", r.top());
      region.put("width", r.width());
      region.put("height", r.height());
      regions.add(region);
    }
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("index", area.index());
    map.put("label", area.label());
    map.put("pixels", area.pixels());
    map.put("share", area.share());
    map.put("regions", regions);
    return map;
  }

  private Map<String, Object> patch(PatchAnswer answer, int patch) {
    int k = segmenter.classes().size();
    float[] probabilities = new float[k];
    for (int c = 0; c < k; c++) {
      probabilities[c] = (float) (1 / (1 + Math.exp(-answer.classes()[patch * k + c])));
    }
    List<Map<String, Object>> classes = new ArrayList<>();
    for (Prediction p : Prediction.top(probabilities, segmenter.classes(), topK)) {
      if (p.probability() >= 0.5) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("index", p.index());
        one.put("label", p.label());
        one.put("probability", p.probability());
        classes.add(one);
      }
    }
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("row", patch / answer.columns());
    map.put("column", patch % answer.columns());
    map.put("classes", classes);
    return map;
  }
}
