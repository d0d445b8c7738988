package dev.vit4j.infer;

import dev.vit4j.image.Image;
import dev.vit4j.view.PredictionPlot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Predicts the classes with the most similar texts. The answer for an image is its cosine with
 * every class.
 *
 * @param classifier closed with this
 * @param topK maximum number of classes per image, at least 1
 */
public record ZeroShotAnswering(ZeroShotClassifier classifier, int topK)
    implements Answering<float[]> {
  @Override
  public Image fit(Predictor.Reader picture) throws IOException {
    return classifier.fit(picture);
  }

  @Override
  public List<float[]> answers(List<Image> fitted) {
    return Arrays.asList(classifier.similaritiesOfFitted(fitted));
  }

  @Override
  public ZeroShotRows rows() {
    return new ZeroShotRows(classifier, topK);
  }

  @Override
  public List<String> lines(float[] answer) {
    List<String> lines = new ArrayList<>();
    lines.add("Top predictions:");
    float[] probabilities = classifier.probabilities(answer);
    for (Prediction p : Prediction.top(probabilities, classifier.classes(), topK)) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%16s: %.2f%%  cosine %.4f",
              p.label(),
              100 * p.probability(),
              answer[p.index()]));
    }
    return lines;
  }

  @Override
  public Judge<float[]> judge() {
    return new RightOrWrong(classifier.classes(), classifier::probabilities);
  }

  @Override
  public Map<String, Drawing<float[]>> drawings() {
    return Map.of(
        "plot",
        (picture, answer) ->
            PredictionPlot.draw(
                picture.toBufferedImage(),
                classifier.classes(),
                classifier.probabilities(answer),
                topK));
  }

  @Override
  public void close() {
    classifier.close();
  }
}
