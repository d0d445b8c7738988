package dev.vit4j.cli;

import dev.vit4j.infer.Classifier;
import dev.vit4j.infer.Prediction;
import dev.vit4j.infer.Predictor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Answers about labelled samples: a line each, then how many are right, and the wrong ones. */
final class SampleAnswers extends Answers {
  private final List<String> classes;
  private final List<String> wrong = new ArrayList<>();
  private final int first;
  private int index;
  private int right;

  /**
   * Answers from some sample on.
   *
   * @param first the index of the first one
   */
  SampleAnswers(Output out, Classifier classifier, int topK, int first) {
    super(out, classifier, topK);
    this.first = first;
    this.index = first;
    this.classes = classifier.classes();
  }

  @Override
  void print(Predictor.Answer answer, List<Prediction> predictions) {
    Prediction best = predictions.get(0);
    int label = answer.picture().label();
    boolean isRight = best.index() == label;
    String truth = label < classes.size() ? classes.get(label) : Integer.toString(label);
    out.result(
        "Idx:%d GT:%s Pred:%s isAcc:%s"
            .formatted(index, truth, best.label(), isRight ? "True" : "False"));
    out.result("-".repeat(30));
    if (isRight) {
      right++;
    } else {
      wrong.add(
          String.format(
              Locale.ROOT,
              "Idx:%d GT:%s Pred:%s Prob:%.3f",
              index,
              truth,
              best.label(),
              best.probability()));
    }
    index++;
  }

  @Override
  void printEnd() {
    int count = index - first;
    if (count == 0) {
      return;
    }
    out.result(
        String.format(
            Locale.ROOT, "Correct: %d of %d (%.2f %%)", right, count, 100.0 * right / count));
    if (!wrong.isEmpty()) {
      out.result("Wrong: " + wrong.size());
      wrong.forEach(line -> out.result("  " + line));
    }
  }
}
