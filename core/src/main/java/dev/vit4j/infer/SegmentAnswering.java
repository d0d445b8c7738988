package dev.vit4j.infer;

import dev.vit4j.image.Image;
import dev.vit4j.image.MaskEncoder;
import dev.vit4j.image.Palette;
import dev.vit4j.view.MaskSheet;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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
    Map<String, Drawing<float[]>> drawings = new LinkedHashMap<>();
    drawings.put("plot", this::overlay);
    drawings.put(
        "masks",
        new Drawing<>() {
          @Override
          public BufferedImage of(Image picture, float[] answer) {
            Image mask = segmenter.mask(answer, picture.height(), picture.width());
            return MaskEncoder.toBufferedImage(mask, palette());
          }

          @Override
          public boolean isNumbered() {
            return false;
          }
        });
    return drawings;
  }

  private Palette palette() {
    return Palette.forClasses(segmenter.classes());
  }

  private BufferedImage overlay(Image picture, float[] answer) {
    MaskSheet sheet = new MaskSheet(segmenter.classes(), palette());
    sheet.add(picture, null, segmenter.mask(answer, picture.height(), picture.width()), "");
    return sheet.draw("", 1);
  }

  @Override
  public void close() {
    segmenter.close();
  }
}
