package dev.vit4j.infer;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.UnaryOperator;

/** Compares the most probable class of every sample with its label and counts correct ones. */
final class RightOrWrong implements Answering.Judge<float[]> {
  private final List<String> classes;
  private final List<String> wrong = new ArrayList<>();
  private final UnaryOperator<float[]> probabilities;
  private int count;

  /**
   * @param probabilities returns the probabilities of an answer
   */
  RightOrWrong(List<String> classes, UnaryOperator<float[]> probabilities) {
    this.classes = classes;
    this.probabilities = probabilities;
  }

  @Override
  public List<String> next(Predictor.Answer<float[]> answer) {
    Predictor.Sample sample = Objects.requireNonNull(answer.picture().sample());
    Prediction best = Prediction.top(probabilities.apply(answer.found()), classes, 1).get(0);
    int label = sample.label();
    boolean isRight = best.index() == label;
    String truth =
        label >= 0 && label < classes.size() ? classes.get(label) : Integer.toString(label);
    String line = "Idx:%d GT:%s Pred:%s".formatted(sample.index(), truth, best.label());
    if (!isRight) {
      wrong.add(String.format(Locale.ROOT, "%s Prob:%.3f", line, best.probability()));
    }
    count++;
    return List.of(line + " isAcc:" + (isRight ? "True" : "False"), "-".repeat(30));
  }

  @Override
  public List<String> end() {
    if (count == 0) {
      return List.of();
    }
    int right = count - wrong.size();
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT, "Correct: %d of %d (%.2f %%)", right, count, 100.0 * right / count));
    if (!wrong.isEmpty()) {
      lines.add("Wrong: " + wrong.size());
      wrong.forEach(line -> lines.add("  " + line));
    }
    return lines;
  }
}
