package dev.vit4j.cli;

import dev.vit4j.infer.Classifier;
import dev.vit4j.infer.Prediction;
import dev.vit4j.infer.Predictor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Prints answers as they come, and the JSON object at the end. */
abstract class Answers {
  final Output out;
  private final Classifier classifier;
  private final int topK;
  private final List<Map<String, Object>> results = new ArrayList<>();
  private final Pace pace;
  private int failed;

  Answers(Output out, Classifier classifier, int topK) {
    this.out = out;
    this.classifier = classifier;
    this.topK = topK;
    this.pace = new Pace(out);
  }

  /** The lines of a picture that could be read. */
  abstract void print(Predictor.Answer answer, List<Prediction> predictions);

  /** The lines after the last picture. */
  abstract void printEnd();

  /** The most probable classes; none for a picture that could not be read. */
  final List<Prediction> predictions(Predictor.Answer answer) {
    return classifier.top(answer.numbers(), topK);
  }

  final void accept(Predictor.Answer answer) {
    List<Prediction> predictions = predictions(answer);
    pace.next();
    if (answer.error() == null) {
      print(answer, predictions);
    } else {
      failed++;
      out.failure(answer.error());
    }
    if (out.isJson()) {
      results.add(toMap(answer, predictions));
    }
  }

  /**
   * Ends the output; false if a picture could not be read.
   *
   * @param before how many could not be in the run that this one goes on with
   */
  final boolean end(int before) {
    printEnd();
    failed += before;
    if (failed > 0) {
      out.failure(failed + (failed == 1 ? " picture" : " pictures") + " could not be read");
    }
    out.json(Map.of("results", results));
    return failed == 0;
  }

  /** One picture's part of the JSON output. */
  static Map<String, Object> toMap(Predictor.Answer answer, List<Prediction> predictions) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("source", answer.picture().source());
    if (answer.picture().label() >= 0) {
      map.put("label", answer.picture().label());
    }
    if (answer.error() != null) {
      map.put("error", answer.error());
    }
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Prediction p : predictions) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("index", p.index());
      row.put("label", p.label());
      row.put("probability", p.probability());
      rows.add(row);
    }
    map.put("predictions", rows);
    return map;
  }
}
