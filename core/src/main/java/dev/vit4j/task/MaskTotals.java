package dev.vit4j.task;

import dev.vit4j.data.Dataset;
import dev.vit4j.image.Image;
import dev.vit4j.metric.SegmentationCounts;
import dev.vit4j.metric.SegmentationResult;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The totals of predicted masks, and the masks of the worst samples. */
public final class MaskTotals {
  /** Maximum number of worst samples to show. */
  public static final int WORST = 12;

  private final SegmentationResult result;
  private final Map<Integer, Image> worst = new TreeMap<>(); // predicted masks by sample

  /** Creates empty totals of so many classes. */
  public MaskTotals(int classes) {
    this.result = new SegmentationResult(classes, WORST);
  }

  /**
   * Adds a batch; called in the order of samples.
   *
   * @param predicted predicted mask of each sample by its index
   */
  public void add(SegmentationCounts counts, Map<Integer, Image> predicted) {
    result.add(counts);
    worst.putAll(predicted);
    Set<Integer> kept =
        result.worst().stream()
            .map(SegmentationResult.Sample::index)
            .collect(Collectors.toCollection(HashSet::new));
    worst.keySet().retainAll(kept);
  }

  /** Returns the result so far. */
  public SegmentationResult result() {
    return result;
  }

  /**
   * Returns the evaluation.
   *
   * @param classes class names
   */
  public SegmentationEvaluation evaluation(Dataset data, List<String> classes) {
    return new SegmentationEvaluation(result, data, classes, Map.copyOf(worst));
  }
}
