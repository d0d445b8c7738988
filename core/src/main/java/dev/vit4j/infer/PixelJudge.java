package dev.vit4j.infer;

import dev.vit4j.data.Masks;
import dev.vit4j.format.Count;
import dev.vit4j.image.Image;
import dev.vit4j.metric.SegmentationCounts;
import dev.vit4j.metric.SegmentationResult;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Computes pixel accuracy and mean IoU of each sample and of all samples.
 *
 * @param <A> type of the result for one image
 */
final class PixelJudge<A> implements Answering.Judge<A> {
  private final int classes;
  private final ToMask<A> toMask;
  private final SegmentationResult all;

  /** Returns the mask of a result at the size of the image. */
  @FunctionalInterface
  interface ToMask<A> {
    Image of(A answer, int height, int width);
  }

  PixelJudge(int classes, ToMask<A> toMask) {
    this.classes = classes;
    this.toMask = toMask;
    this.all = new SegmentationResult(classes, 0);
  }

  @Override
  public List<String> next(Predictor.Answer<A> answer) throws IOException {
    Predictor.Sample sample = Objects.requireNonNull(answer.picture().sample());
    Image labels = Masks.of(sample.data()).mask(sample.index());
    Image predicted = toMask.of(answer.found(), labels.height(), labels.width());
    SegmentationResult one = new SegmentationResult(classes, 0);
    for (SegmentationResult result : List.of(one, all)) {
      SegmentationCounts counts = new SegmentationCounts(classes);
      counts.add(Masks.labels(labels), Masks.labels(predicted));
      result.add(counts);
    }
    return List.of("Idx:%d %s".formatted(sample.index(), figures(one)));
  }

  @Override
  public List<String> end() {
    return all.count() == 0
        ? List.of()
        : List.of("All %s: %s".formatted(Count.of(all.count(), "image"), figures(all)));
  }

  private static String figures(SegmentationResult r) {
    return String.format(
        Locale.ROOT, "mIoU %.4f  pixel accuracy %.4f", r.meanIou(), r.pixelAccuracy());
  }
}
