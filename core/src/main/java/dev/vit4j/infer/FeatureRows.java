package dev.vit4j.infer;

import dev.vit4j.format.Csv;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Formats the features of an image as text.
 *
 * <pre>
 * CSV   source, label of labeled samples, then a column for each number; no row for an image that
 *       could not be read
 * JSON  {"source", "label" of a labeled sample, "features" or "error"}
 * </pre>
 *
 * @param labelled whether the images are labeled samples
 * @param dim length of a feature vector
 */
public record FeatureRows(boolean labelled, int dim) implements RowFormat<float[]> {
  @Override
  public String header() {
    StringBuilder header = new StringBuilder(labelled ? "source,label" : "source");
    for (int i = 0; i < dim; i++) {
      header.append(',').append(i);
    }
    return header.toString();
  }

  @Override
  public boolean isRanked() {
    return false;
  }

  @Override
  public List<String> rows(Predictor.Answer<float[]> answer) {
    if (answer.error() != null) {
      return List.of();
    }
    StringBuilder row = new StringBuilder(Csv.quoted(answer.picture().source()));
    row.append(labelled ? "," + answer.picture().label() : "");
    for (float number : answer.found()) {
      row.append(',').append(number);
    }
    return List.of(row.toString());
  }

  @Override
  public Map<String, Object> json(Predictor.Answer<float[]> answer) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("source", answer.picture().source());
    if (labelled) {
      object.put("label", answer.picture().label());
    }
    String error = answer.error();
    if (error == null) {
      object.put("features", answer.found());
    } else {
      object.put("error", error);
    }
    return object;
  }
}
