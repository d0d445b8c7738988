package dev.vit4j.infer;

import dev.vit4j.format.Csv;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Formats the classes with the most similar texts.
 *
 * <pre>
 * CSV   source,rank,index,label,probability,similarity,error   one row per class, best first
 * JSON  {"source", "error", "predictions": [{"index", "label", "probability", "similarity"}]}
 * </pre>
 *
 * <p>The input is the cosine with every class.
 *
 * @param topK maximum number of classes to write
 */
public record ZeroShotRows(ZeroShotClassifier classifier, int topK) implements RowFormat<float[]> {
  @Override
  public String header() {
    return "source,rank,index,label,probability,similarity,error";
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
    for (Prediction p : top(answer)) {
      rows.add(
          "%s,%d,%d,%s,%s,%s,"
              .formatted(
                  source,
                  rows.size() + 1,
                  p.index(),
                  Csv.quoted(p.label()),
                  p.probability(),
                  answer.found()[p.index()]));
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
      prediction.put("probability", p.probability());
      prediction.put("similarity", answer.found()[p.index()]);
      predictions.add(prediction);
    }
    Map<String, Object> object = RowFormat.object(answer);
    object.put("predictions", predictions);
    return object;
  }

  private List<Prediction> top(Predictor.Answer<float[]> answer) {
    return answer.error() == null
        ? Prediction.top(classifier.probabilities(answer.found()), classifier.classes(), topK)
        : List.of();
  }
}
