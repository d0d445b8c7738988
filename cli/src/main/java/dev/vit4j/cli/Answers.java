package dev.vit4j.cli;

import dev.vit4j.format.Count;
import dev.vit4j.infer.Answering;
import dev.vit4j.infer.Predictor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prints each prediction as it is computed, and the JSON object at the end. */
final class Answers<A> implements Predictor.Sink<A> {
  private final Output out;
  private final Answering<A> answering;
  private final Answering.@Nullable Judge<A> judge;
  private final List<Map<String, Object>> results = new ArrayList<>();
  private final Pace pace;
  private int failed;

  /**
   * Creates the output for files, or for samples whose predictions are compared with their targets.
   *
   * @param areSamples whether the targets are known
   */
  Answers(Output out, Answering<A> answering, boolean areSamples) {
    this.out = out;
    this.answering = answering;
    this.judge = areSamples ? answering.judge() : null;
    this.pace = new Pace(out);
  }

  @Override
  public void accept(Predictor.Answer<A> answer) throws IOException {
    pace.next();
    String error = answer.error();
    if (error != null) {
      failed++;
      out.failure(error);
    } else if (judge != null) {
      judge.next(answer).forEach(out::result);
    } else {
      out.result(answer.picture().source());
      answering.lines(answer.found()).forEach(out::result);
    }
    if (out.isJson()) {
      results.add(answering.rows().json(answer));
    }
  }

  /**
   * Ends the output and returns false if an image could not be read.
   *
   * @param before number of images that the resumed run could not read
   * @param more further keys of the JSON object
   */
  boolean end(int before, Map<String, Object> more) {
    if (judge != null) {
      judge.end().forEach(out::result);
    }
    failed += before;
    if (failed > 0) {
      out.failure(Count.of(failed, "image") + " could not be read");
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("results", results);
    json.putAll(more);
    out.json(json);
    return failed == 0;
  }
}
