package dev.vit4j.infer;

import dev.vit4j.format.Csv;
import dev.vit4j.weights.ProblemType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Formats the most probable classes of an image as text.
 *
 * <pre>
 * CSV   source,rank,index,label,probability,error   one row per class, best first
 * JSON  {"source", "label" of a labeled sample, "error", "predictions": [{"index", "label",
 *       "probability"}]}   best first; empty if the image could not be read
 * </pre>
 *
 * <p>The input is the probability of every class. For a regression model the column and key {@code
 * probability} is {@code score}, any number.
 *
 * @param classes names of all classes
 * @param topK maximum number of classes to write
 * @param scoreName {@code probability} or {@code score}, see {@link ProblemType#scoreName}
 */
public record PredictionRows(List<String> classes, int topK, String scoreName)
    implements RowFormat<float[]> {
  @Override
  public String header() {
    return "source,rank,index,label,%s,error".formatted(scoreName);
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
      return List.of(source + ",,,,," + Csv.quoted(error));
    }
    List<String> rows = new ArrayList<>();
    for (Prediction p : top(answer)) {
      rows.add(
          "%s,%d,%d,%s,%s,"
              .formatted(
                  source, rows.size() + 1, p.index(), Csv.quoted(p.label()), p.probability()));
    }
    return rows;
  }

  @Override
  public Map<String, Object> json(Predictor.Answer<float[]> answer) {
    List<Map<String, Object>> predictions = new ArrayList<>();
    for (Prediction p : top(answer)) {
      Map<String, Object> prediction = new LinkedHashMap<>();
      prediction.put("index", p.index());
      prediction.put("label", p.label());
      prediction.put(scoreName, p.probability());
      predictions.add(prediction);
    }
    Map<String, Object> object = RowFormat.object(answer);
    object.put("predictions", predictions);
    return object;
  }

  private List<Prediction> top(Predictor.Answer<float[]> answer) {
    return answer.error() == null ? Prediction.top(answer.found(), classes, topK) : List.of();
  }
}
