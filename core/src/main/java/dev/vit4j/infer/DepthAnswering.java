package dev.vit4j.infer;

import dev.vit4j.data.Depths;
import dev.vit4j.format.Count;
import dev.vit4j.image.Image;
import dev.vit4j.image.PixelValues;
import dev.vit4j.metric.DepthResult;
import dev.vit4j.view.DepthSheet;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferUShort;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Predicts a depth for each pixel. The answer for an image is the log depths [height, width] at the
 * model's input size; depths are drawn at the size of the image.
 *
 * @param estimator model, closed with this
 */
public record DepthAnswering(DepthEstimator estimator) implements Answering<float[]> {
  private static final double MILLIMETERS = 1000;
  private static final int MOST = 0xffff;

  @Override
  public Image fit(Predictor.Reader picture) throws IOException {
    return estimator.fit(picture);
  }

  @Override
  public List<float[]> answers(List<Image> fitted) {
    return estimator.logs(fitted);
  }

  @Override
  public DepthRows rows() {
    return new DepthRows();
  }

  @Override
  public List<String> lines(float[] answer) {
    return List.of("           depth: " + DepthEstimator.Range.of(DepthEstimator.meters(answer)));
  }

  @Override
  public Judge<float[]> judge() {
    return new DepthJudge(estimator);
  }

  @Override
  public Map<String, Drawing<float[]>> drawings() {
    Map<String, Drawing<float[]>> drawings = new LinkedHashMap<>();
    drawings.put("plot", this::plot);
    drawings.put(
        "masks",
        new Drawing<>() {
          @Override
          public BufferedImage of(Image picture, float[] answer) {
            return millimeters(depths(picture, answer), picture.width(), picture.height());
          }

          @Override
          public boolean isNumbered() {
            return false;
          }
        });
    return drawings;
  }

  private float[] depths(Image picture, float[] answer) {
    return estimator.depths(answer, picture.height(), picture.width());
  }

  private BufferedImage plot(Image picture, float[] answer) {
    DepthSheet sheet = new DepthSheet();
    sheet.add(picture, null, depths(picture, answer), "");
    return sheet.draw("", 1);
  }

  /** Returns a 16-bit gray image of depths in millimeters; 65535 stands for more. */
  private static BufferedImage millimeters(float[] meters, int width, int height) {
    BufferedImage gray = new BufferedImage(width, height, BufferedImage.TYPE_USHORT_GRAY);
    short[] values = ((DataBufferUShort) gray.getRaster().getDataBuffer()).getData();
    for (int i = 0; i < values.length; i++) {
      values[i] = (short) Math.min(MOST, Math.round(MILLIMETERS * meters[i]));
    }
    return gray;
  }

  @Override
  public void close() {
    estimator.close();
  }

  /** Computes RMSE and relative error of each sample and of all samples. */
  private static final class DepthJudge implements Judge<float[]> {
    private final DepthEstimator estimator;
    private final DepthResult all = new DepthResult();

    DepthJudge(DepthEstimator estimator) {
      this.estimator = estimator;
    }

    @Override
    public List<String> next(Predictor.Answer<float[]> answer) throws IOException {
      Predictor.Sample sample = Objects.requireNonNull(answer.picture().sample());
      Image target = Depths.of(sample.data()).depths(sample.index());
      DepthResult one = new DepthResult();
      one.add(
          PixelValues.numbers(target),
          estimator.depths(answer.found(), target.height(), target.width()));
      all.add(one);
      return List.of("Idx:%d %s".formatted(sample.index(), figures(one)));
    }

    @Override
    public List<String> end() {
      return all.count() == 0
          ? List.of()
          : List.of("All %s: %s".formatted(Count.of(all.count(), "image"), figures(all)));
    }

    private static String figures(DepthResult r) {
      return String.format(Locale.ROOT, "RMSE %.4f m  relative error %.4f", r.rmse(), r.absRel());
    }
  }
}
