package dev.vit4j.probe;

import dev.vit4j.parallel.WorkerPool;
import dev.vit4j.tensor.Scope;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;

/**
 * Multinomial logistic regression with an L2 penalty: minimizes C Σᵢ -log softmax(W xᵢ + b)[yᵢ] + ½
 * ‖W‖², in which the intercepts b are not penalized, as scikit-learn's {@code LogisticRegression}
 * does. As there, two classes have one vector of weights, w₁ - w₀, and the penalty ½ ‖w₁ - w₀‖².
 *
 * <p>The minimum is unique. It is found by L-BFGS with XᵀX as preconditioner, first in f32 and
 * then, for a tolerance below 1e-10, in f64; scikit-learn's default tolerance stops earlier, at up
 * to 1e-3 above the minimum. The result does not depend on the number of threads.
 *
 * @param c inverse strength of the penalty, above 0
 * @param maxIterations maximum number of iterations, at least 1
 * @param tolerance end: the largest predicted decrease of the next step, as a fraction of the
 *     objective, from 1e-14 to 1e-3; 1e-9 leaves the objective about 1e-7 above the minimum
 */
public record LogisticRegression(double c, int maxIterations, double tolerance) {
  /** Kind of the probes. */
  public static final String KIND = "logreg";

  private static final double TOLERANCE = 1e-9;
  private static final double LEAST = 1e-14; // rounding errors of f64
  private static final double LARGEST = 1e-3;
  private static final int MAX_DIM = 16_384; // the preconditioner has the square of it

  /** Checks the ranges. */
  public LogisticRegression {
    if (!(c > 0) || Double.isInfinite(c)) {
      throw new IllegalArgumentException("C must be above 0 and finite, not " + c);
    }
    if (maxIterations < 1) {
      throw new IllegalArgumentException("max_iter must be at least 1, not " + maxIterations);
    }
    if (!(tolerance >= LEAST && tolerance <= LARGEST)) {
      throw new IllegalArgumentException("tol is from 1e-14 to 1e-3, not " + tolerance);
    }
  }

  /** Has a tolerance of 1e-9. */
  public LogisticRegression(double c, int maxIterations) {
    this(c, maxIterations, TOLERANCE);
  }

  /**
   * A trained classifier.
   *
   * @param objective minimum, C Σ log loss + ½ ‖W‖²
   * @param trainLoss mean log loss of the training samples in nats
   * @param converged whether the minimum was reached within the maximum number of iterations
   * @param weights [K][D + 1] in f64, the intercept last; [1][D + 1] for two classes
   */
  public record Fitted(
      Probe probe,
      double objective,
      double trainLoss,
      int iterations,
      boolean converged,
      double[][] weights) {}

  /**
   * Trains a classifier of the classes that occur in the features.
   *
   * @param threads number of compute threads, at least 1
   * @throws IllegalArgumentException if the features have no labels or fewer than two classes
   * @throws IOException if {@code progress} stops the training
   */
  public Fitted fit(Features train, int threads, ProbeProgress progress) throws IOException {
    int[] classes = Labels.twoOrMore(train);
    int k = classes.length;
    int width = train.dim() + 1;
    if (train.dim() > MAX_DIM) {
      throw new IllegalArgumentException(
          "%s has vectors of %,d numbers: logistic regression supports at most %,d"
              .formatted(train.origin().source(), train.dim(), MAX_DIM));
    }
    // With w₁ = -w₀ = w / 2, half the penalty of w is that of w₀ and w₁ together.
    double factor = k == 2 ? 2 : 1;
    double strength = c / factor;
    Lbfgs.Minimum found;
    try (Scope scope = Scope.open();
        WorkerPool pool = new WorkerPool("vit4j-probe", threads);
        SoftmaxObjective objective =
            new SoftmaxObjective(
                train.tensor(), Labels.columns(train, classes), k, strength, pool)) {
      ProbeProgress scaled = (step, value) -> progress.step(step, factor * value);
      found =
          new Lbfgs(objective, maxIterations, tolerance, scaled).minimize(new double[k * width]);
    }
    double[] x = found.point().x();
    double[][] rows = new double[k][];
    double squares = 0;
    for (int i = 0; i < k; i++) {
      rows[i] = Arrays.copyOfRange(x, i * width, (i + 1) * width);
      for (int d = 0; d < width - 1; d++) {
        squares += rows[i][d] * rows[i][d];
      }
    }
    double loss = (found.point().value() - squares / 2) / strength / train.size();
    double[][] weights = k == 2 ? new double[][] {difference(rows[1], rows[0])} : rows;
    Map<String, Object> settings = Map.of("C", c);
    return new Fitted(
        new Probe(Probe.About.of(KIND, train, classes, settings), LinearHead.of(weights)),
        factor * found.point().value(),
        loss,
        found.iterations(),
        found.converged(),
        weights);
  }

  private static double[] difference(double[] a, double[] b) {
    double[] difference = new double[a.length];
    Arrays.setAll(difference, i -> a[i] - b[i]);
    return difference;
  }
}
