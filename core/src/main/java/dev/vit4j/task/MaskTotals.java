package dev.vit4j.task;

import dev.vit4j.data.Dataset;
import dev.vit4j.image.Image;
import dev.vit4j.metric.SegmentationCounts;
import dev.vit4j.metric.SegmentationResult;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
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

  /**
   * A batch.
   *
   * @param predicted predicted mask of each sample by its index
   */
  public record Part(SegmentationCounts counts, Map<Integer, Image> predicted) {
    /** Writes all bits. */
    public void write(DataOutputStream out) throws IOException {
      counts.write(out);
      out.writeInt(predicted.size());
      for (Map.Entry<Integer, Image> e : predicted.entrySet()) {
        Image mask = e.getValue();
        out.writeInt(e.getKey());
        out.writeInt(mask.width());
        out.writeInt(mask.height());
        out.writeInt(mask.channels());
        out.write(mask.pixels());
      }
    }

    /** Reads what {@link #write} has written. */
    public static Part read(DataInputStream in) throws IOException {
      SegmentationCounts counts = SegmentationCounts.read(in);
      Map<Integer, Image> predicted = new LinkedHashMap<>();
      for (int masks = in.readInt(); masks > 0; masks--) {
        int index = in.readInt();
        int width = in.readInt();
        int height = in.readInt();
        int channels = in.readInt();
        byte[] pixels = in.readNBytes(width * height * channels);
        predicted.put(index, new Image(width, height, channels, pixels));
      }
      return new Part(counts, predicted);
    }
  }

  /** Creates empty totals of so many classes. */
  public MaskTotals(int classes) {
    this.result = new SegmentationResult(classes, WORST);
  }

  /** Adds a batch; called in the order of samples. */
  public void add(Part batch) {
    result.add(batch.counts());
    worst.putAll(batch.predicted());
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
