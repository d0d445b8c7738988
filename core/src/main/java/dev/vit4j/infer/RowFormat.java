package dev.vit4j.infer;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Formats results as rows of a CSV table or as JSON objects. The first column and the first key is
 * the source of the image; an image that could not be read has the key {@code error}.
 *
 * @param <A> type of the result for one image
 */
public interface RowFormat<A> {
  /** Returns the column names, separated by commas; the first is {@code source}. */
  String header();

  /**
   * Returns the rows of one image, see {@link #isRanked}.
   *
   * @return rows without line breaks, with fields quoted as in CSV
   */
  List<String> rows(Predictor.Answer<A> answer);

  /**
   * Returns whether an image has several rows, numbered from 1 in the second column; an image that
   * could not be read has one row with an empty second column. Otherwise an image has one row, or
   * none if it could not be read.
   */
  boolean isRanked();

  /**
   * Returns the JSON object of one image.
   *
   * @return values in output order: text, numbers, arrays, lists and maps
   */
  Map<String, Object> json(Predictor.Answer<A> answer);

  /**
   * Returns an object with the common keys: the source, the label of a labeled sample, and the
   * error of an image that could not be read.
   */
  static Map<String, Object> object(Predictor.Answer<?> answer) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("source", answer.picture().source());
    int label = answer.picture().label();
    if (label >= 0) {
      object.put("label", label);
    }
    String error = answer.error();
    if (error != null) {
      object.put("error", error);
    }
    return object;
  }
}
