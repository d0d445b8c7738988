package dev.vit4j.probe;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Few-shot evaluation: trains on several random selections of a few samples of each class. */
public final class FewShot {
  private FewShot() {}

  /** Trains on a selection and returns the accuracy on the test set, 0 to 1. */
  @FunctionalInterface
  public interface Trial {
    /** Trains with this seed. */
    double top1(Features train, long seed) throws IOException;
  }

  /**
   * Results with one number of samples.
   *
   * @param shots number of samples of each class
   * @param top1 accuracy with each seed, 0 to 1
   */
  public record Result(int shots, List<Double> top1) {
    /** Returns the mean accuracy. */
    public double mean() {
      return top1.stream().mapToDouble(x -> x).average().orElse(Double.NaN);
    }

    /** Returns the standard deviation with n - 1; NaN for fewer than two seeds. */
    public double std() {
      double mean = mean();
      double squares = top1.stream().mapToDouble(x -> (x - mean) * (x - mean)).sum();
      return top1.size() < 2 ? Double.NaN : Math.sqrt(squares / (top1.size() - 1));
    }
  }

  /**
   * Trains with each number of samples and each seed, from {@code seed} on.
   *
   * @param seeds number of seeds, at least 1
   * @throws IllegalArgumentException if a class has fewer samples than the largest number
   */
  public static List<Result> run(
      Features train, List<Integer> shots, int seeds, long seed, Trial trial) throws IOException {
    if (seeds < 1) {
      throw new IllegalArgumentException("seeds must be at least 1, not " + seeds);
    }
    for (int count : shots) {
      Splits.fewShot(train, count, seed); // fails before the first training
    }
    List<Result> results = new ArrayList<>();
    for (int count : shots) {
      List<Double> top1 = new ArrayList<>();
      for (int i = 0; i < seeds; i++) {
        top1.add(trial.top1(Splits.fewShot(train, count, seed + i), seed + i));
      }
      results.add(new Result(count, List.copyOf(top1)));
    }
    return results;
  }
}
