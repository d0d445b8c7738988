package dev.vit4j.infer;

import dev.vit4j.format.Csv;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Formats the depths of an image as text.
 *
 * <pre>
 * CSV   source,min,median,max   in meters; no row for an image that could not be read
 * JSON  {"source", "depth": {"min", "median", "max"}} or {"source", "error"}
 * </pre>
 *
 * <p>The input is log depths [H, W]; pixels are counted at that resolution.
 */
public record DepthRows() implements RowFormat<float[]> {
  @Override
  public String header() {
    return "source,min,median,max";
  }

  @Override
  public boolean isRanked() {
    return false;
  }

  private static DepthEstimator.Range range(float[] logs) {
    return DepthEstimator.Range.of(DepthEstimator.meters(logs));
  }

  @Override
  public List<String> rows(Predictor.Answer<float[]> answer) {
    if (answer.error() != null) {
      return List.of();
    }
    DepthEstimator.Range range = range(answer.found());
    return List.of(
        "%s,%s,%s,%s"
            .formatted(
                Csv.quoted(answer.picture().source()), range.min(), range.median(), range.max()));
  }

  @Override
  public Map<String, Object> json(Predictor.Answer<float[]> answer) {
    Map<String, Object> object = RowFormat.object(answer);
    if (answer.error() == null) {
      DepthEstimator.Range range = range(answer.found());
      Map<String, Object> depth = new LinkedHashMap<>();
      depth.put("min", range.min());
      depth.put("median", range.median());
      depth.put("max", range.max());
      object.put("depth", depth);
    }
    return object;
  }
}
