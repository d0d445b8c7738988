package dev.vit4j.probe;

import dev.vit4j.parallel.WorkerPool;
import dev.vit4j.tensor.LinearAlgebra;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;

/**
 * Ridge regression on targets of 1 for the own class and -1 for the others, solved exactly:
 * minimizes ‖X W + b - Y‖² + α ‖W‖², in which the intercepts b are not penalized, as scikit-learn's
 * {@code RidgeClassifier} does.
 *
 * @param alpha strength of the penalty α, above 0
 */
public record Ridge(double alpha) {
  /** Kind of the probes. */
  public static final String KIND = "ridge";

  private static final int MAX_DIM = 16_384;

  /** Checks the range. */
  public Ridge {
    if (!(alpha > 0) || Double.isInfinite(alpha)) {
      throw new IllegalArgumentException("alpha must be above 0 and finite, not " + alpha);
    }
  }

  /**
   * Trains a classifier of the classes that occur in the features.
   *
   * @param threads number of compute threads, at least 1
   * @throws IllegalArgumentException if the features have no labels or fewer than two classes
   */
  public Probe fit(Features train, int threads) throws IOException {
    int[] classes = Labels.twoOrMore(train);
    if (train.dim() > MAX_DIM) {
      throw new IllegalArgumentException(
          "%s has vectors of %,d numbers: ridge regression supports at most %,d"
              .formatted(train.origin().source(), train.dim(), MAX_DIM));
    }
    int targets = classes.length == 2 ? 1 : classes.length;
    try (Scope scope = Scope.open();
        WorkerPool pool = new WorkerPool("vit4j-probe", threads)) {
      Tensor x = train.tensor();
      Tensor gram = Shards.gram(x, 1, pool); // f64 [D + 1, D + 1]
      Tensor moments = moments(train, x, classes, targets, pool); // f64 [D + 1, T]
      Tensor solved = solve(gram, moments, train.size()); // f64 [D + 1, T]
      gram.close();
      double[][] rows = new double[targets][];
      Arrays.setAll(rows, t -> solved.select(1, t).toDoubles());
      return new Probe(
          Probe.About.of(KIND, train, classes, Map.of("alpha", alpha)), LinearHead.of(rows));
    }
  }

  /** Returns XᵀY, where X ends with a column of ones. */
  private static Tensor moments(
      Features train, Tensor x, int[] classes, int targets, WorkerPool pool) throws IOException {
    int[] labels = train.labels();
    Tensor sum = Shards.zeros(train.dim() + 1, targets);
    for (double[] part :
        Shards.map(
            train.size(),
            pool,
            (from, to) -> {
              double[] y = new double[(to - from) * targets];
              for (int i = from; i < to; i++) {
                for (int t = 0; t < targets; t++) {
                  int own = classes[targets == 1 ? 1 : t];
                  y[(i - from) * targets + t] = labels[i] == own ? 1 : -1;
                }
              }
              Tensor rows = Shards.withOne(x.narrow(0, from, to - from));
              return rows.transpose(0, 1).matmul(Tensor.of(y, to - from, targets)).toDoubles();
            })) {
      sum.add_(Tensor.of(part, train.dim() + 1, targets));
    }
    return sum;
  }

  /** Solves for the centered features, then for the intercepts. */
  private Tensor solve(Tensor gram, Tensor moments, int n) {
    long dim = gram.size(0) - 1;
    Tensor mean = gram.narrow(0, 0, dim).narrow(1, dim, 1).mul(1.0 / n); // [D, 1]
    Tensor targetMean = moments.narrow(0, dim, 1).mul(1.0 / n); // [1, T]
    Tensor centered =
        gram.narrow(0, 0, dim)
            .narrow(1, 0, dim)
            .add(mean.matmul(mean.transpose(0, 1)).mul(-n)) // [D, D]
            .contiguous();
    double[] penalty = new double[(int) dim];
    Arrays.fill(penalty, alpha);
    Tensor lower = LinearAlgebra.cholesky(centered.add(Shards.diagonal(penalty)));
    Tensor right = moments.narrow(0, 0, dim).add(mean.matmul(targetMean).mul(-n)); // [D, T]
    Tensor weight = LinearAlgebra.choleskySolve(right, lower);
    Tensor bias = targetMean.sub(mean.transpose(0, 1).matmul(weight)); // [1, T]
    return Ops.cat(0, weight, bias);
  }
}
