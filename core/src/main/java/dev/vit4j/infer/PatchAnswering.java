package dev.vit4j.infer;

import dev.vit4j.format.Count;
import dev.vit4j.image.Image;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Predicts the classes of patches and of pixels. Masks are drawn at the size of the image.
 *
 * @param segmenter model, closed with this
 * @param topK maximum number of classes per patch in JSON
 */
public record PatchAnswering(PatchSegmenter segmenter, int topK) implements Answering<PatchAnswer> {
  @Override
  public Image fit(Predictor.Reader picture) throws IOException {
    return segmenter.fit(picture);
  }

  @Override
  public List<PatchAnswer> answers(List<Image> fitted) {
    return segmenter.answers(fitted);
  }

  @Override
  public PatchRows rows() {
    return new PatchRows(segmenter, topK);
  }

  /** Returns the share of each class that occurs and its largest region, the largest first. */
  @Override
  public List<String> lines(PatchAnswer answer) {
    List<String> lines = new ArrayList<>();
    for (PatchRows.Area area : rows().areas(answer)) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%16s: %.2f%%  %s, the largest %d x %d at %d, %d",
              area.label(),
              100 * area.share(),
              Count.of(area.regions().size(), "region"),
              area.regions().get(0).width(),
              area.regions().get(0).height(),
              area.regions().get(0).left(),
              area.regions().get(0).top()));
    }
    return lines;
  }

  @Override
  public Judge<PatchAnswer> judge() {
    return new PixelJudge<>(segmenter.classes().size(), segmenter::mask);
  }

  @Override
  public Map<String, Drawing<PatchAnswer>> drawings() {
    return new MaskDrawings<PatchAnswer>(segmenter.classes(), segmenter::mask).all();
  }

  @Override
  public void close() {
    segmenter.close();
  }
}
