package dev.vit4j.reduce;

import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.LinearAlgebra;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.tensor.Threads;

/**
 * Principal component analysis (Pearson 1901), computed in double precision on one thread from the
 * eigenvectors of the covariance; coordinates and signs are those of scikit-learn's {@code PCA}.
 *
 * @param coordinates projections on the first components, [N][components]
 * @param shares of the variance that each component explains, 0 to 1, in descending order
 */
public record Pca(double[][] coordinates, double[] shares) {
  /**
   * Computes the first components.
   *
   * @param rows f32 [N, D]
   * @param components 1 to min(N, D)
   * @throws IllegalArgumentException if there are too few rows or columns
   */
  public static Pca of(Tensor rows, int components) {
    int n = (int) rows.size(0);
    int dim = (int) rows.size(1);
    if (components < 1 || components > Math.min(n, dim) || n < 2) {
      throw new IllegalArgumentException(
          "%d principal components of %d vectors of %d numbers: use 2 or more vectors, and at most as many components as numbers and vectors"
              .formatted(components, n, dim));
    }
    int threads = Threads.get();
    Threads.set(1); // the bits do not depend on the number of threads
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      Tensor x = rows.to(DType.F64);
      Tensor centered = x.sub(x.mean(0).unsqueeze(0)); // [N, D]
      Tensor covariance = centered.transpose(0, 1).matmul(centered).mul(1.0 / (n - 1)); // [D, D]
      Tensor[] found = LinearAlgebra.eigh(covariance); // ascending
      double[] variances = found[0].toDoubles();
      Tensor axes = found[1].narrow(1, dim - components, components).flip(1); // [D, components]
      double[] directions = axes.contiguous().toDoubles();
      double[] projected = centered.matmul(axes).toDoubles();
      double all = 0;
      for (double variance : variances) {
        all += Math.max(0, variance);
      }
      double[][] coordinates = new double[n][components];
      double[] shares = new double[components];
      for (int c = 0; c < components; c++) {
        double sign = sign(directions, c, components);
        for (int i = 0; i < n; i++) {
          coordinates[i][c] = sign * projected[i * components + c];
        }
        shares[c] = all == 0 ? 0 : Math.max(0, variances[dim - 1 - c]) / all;
      }
      return new Pca(coordinates, shares);
    } finally {
      Threads.set(threads);
    }
  }

  /** As scikit-learn, makes the component's number of largest magnitude positive. */
  private static double sign(double[] directions, int component, int components) {
    double largest = 0;
    for (int i = component; i < directions.length; i += components) {
      largest = Math.abs(directions[i]) > Math.abs(largest) ? directions[i] : largest;
    }
    return largest < 0 ? -1 : 1;
  }
}
