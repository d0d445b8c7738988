package dev.vit4j.infer;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How answers of one kind are written as text: rows of a CSV table, or JSON objects. The first
 * column of a table is the image's source, and so is the first key of an object; an image that
 * could not be read has the key {@code error}.
 *
 * @param <A> the answer about one image
 */
public interface RowFormat<A> {
  /** Column names of the table, separated by commas; the first is {@code source}. */
  String header();

  /**
   * The rows of one image, as {@link #isRanked} says.
   *
   * @return rows without line ends, fields quoted as CSV
   */
  List<String> rows(Predictor.Answer<A> answer);

  /**
   * Whether an image has one row or more, numbered from 1 in the second column, which is empty in
   * the one row of an image that could not be read. Otherwise an image has one row, and none if it
   * could not be read.
   */
  boolean isRanked();

  /**
   * The JSON object of one image.
   *
   * @return values in the order of writing: text, numbers, arrays, lists and maps
   */
  Map<String, Object> json(Predictor.Answer<A> answer);

  /**
   * An object with what every kind of answer has: the source, the label of a labeled sample, and
   * the error of an image that could not be read.
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
