package dev.vit4j.cli;

import dev.vit4j.infer.Classifier;
import dev.vit4j.infer.Prediction;
import dev.vit4j.infer.Predictor;
import java.util.List;
import java.util.Locale;

/** Answers about pictures that nobody has labelled: a small table each. */
final class PictureAnswers extends Answers {
  PictureAnswers(Output out, Classifier classifier, int topK) {
    super(out, classifier, topK);
  }

  @Override
  void print(Predictor.Answer answer, List<Prediction> predictions) {
    out.result(answer.picture().source());
    for (Prediction p : predictions) {
      out.result(String.format(Locale.ROOT, "%16s: %.2f%%", p.label(), 100 * p.probability()));
    }
  }

  @Override
  void printEnd() {}
}
