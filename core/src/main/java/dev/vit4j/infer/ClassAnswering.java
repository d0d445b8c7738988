package dev.vit4j.infer;

import dev.vit4j.image.Image;
import dev.vit4j.view.PredictionPlot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

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
    return new PredictionRows(classifier.classes(), topK, classifier.problemType().scoreName());
  }

  @Override
  public List<String> lines(float[] answer) {
    List<String> lines = new ArrayList<>();
    for (Prediction p : classifier.top(answer, topK)) {
      lines.add("%16s: %s".formatted(p.label(), classifier.problemType().format(p.probability())));
    }
    return lines;
  }

  @Override
  public Judge<float[]> judge() {
    return new RightOrWrong(classifier.classes(), probabilities -> probabilities);
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
}
