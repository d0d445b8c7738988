package dev.vit4j.infer;

import dev.vit4j.image.Image;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Predicts a class for each pixel. The answer for an image is the class scores [K, height, width]
 * at the model's input size; masks are drawn at the size of the image.
 *
 * @param segmenter model, closed with this
 */
public record SegmentAnswering(Segmenter segmenter) implements Answering<float[]> {
  @Override
  public Image fit(Predictor.Reader picture) throws IOException {
    return segmenter.fit(picture);
  }

  @Override
  public List<float[]> answers(List<Image> fitted) {
    return segmenter.scores(fitted);
  }

  @Override
  public AreaRows rows() {
    return new AreaRows(segmenter.classes());
  }

  /** Returns the share of each class that occurs, the largest first. */
  @Override
  public List<String> lines(float[] answer) {
    List<String> lines = new ArrayList<>();
    for (AreaRows.Area area : rows().areas(answer)) {
      lines.add(String.format(Locale.ROOT, "%16s: %.2f%%", area.label(), 100 * area.share()));
    }
    return lines;
  }

  @Override
  public Judge<float[]> judge() {
    return new PixelJudge<>(segmenter.classes().size(), segmenter::mask);
  }

  @Override
  public Map<String, Drawing<float[]>> drawings() {
    return new MaskDrawings<float[]>(segmenter.classes(), segmenter::mask).all();
  }

  @Override
  public void close() {
    segmenter.close();
  }
}
