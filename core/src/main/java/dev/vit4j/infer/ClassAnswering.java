package dev.vit4j.infer;

import dev.vit4j.image.Image;
import dev.vit4j.view.PredictionPlot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Predicts the most probable classes.
 *
 * @param classifier closed with this
 * @param topK maximum number of classes per image, at least 1
 */
public record ClassAnswering(Classifier classifier, int topK) implements Answering<float[]> {
  @Override
  public Image fit(Predictor.Reader picture) throws IOException {
    return classifier.fit(picture);
  }

  @Override
  public List<float[]> answers(List<Image> fitted) {
    return Arrays.asList(classifier.probabilitiesOfFitted(fitted));
  }

  @Override
  public PredictionRows rows() {
    return new PredictionRows(classifier.classes(), topK);
  }

  @Override
  public List<String> lines(float[] answer) {
    List<String> lines = new ArrayList<>();
    for (Prediction p : classifier.top(answer, topK)) {
      lines.add(String.format(Locale.ROOT, "%16s: %.2f%%", p.label(), 100 * p.probability()));
    }
    return lines;
  }

  @Override
  public Judge<float[]> judge() {
    return new RightOrWrong(classifier.classes());
  }

  @Override
  public Map<String, Drawing<float[]>> drawings() {
    return Map.of(
        "plot",
        (picture, answer) ->
            PredictionPlot.draw(picture.toBufferedImage(), classifier.classes(), answer, topK));
  }

  @Override
  public void close() {
    classifier.close();
  }

  /** Compares the most probable class of every sample with its label and counts correct ones. */
  private static final class RightOrWrong implements Judge<float[]> {
    private final List<String> classes;
    private final List<String> wrong = new ArrayList<>();
    private int count;

    RightOrWrong(List<String> classes) {
      this.classes = classes;
    }

    @Override
    public List<String> next(Predictor.Answer<float[]> answer) {
      Predictor.Sample sample = Objects.requireNonNull(answer.picture().sample());
      Prediction best = Prediction.top(answer.found(), classes, 1).get(0);
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
}
