package dev.vit4j.probe;

import dev.vit4j.parallel.WorkerPool;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.LinearAlgebra;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.io.IOException;
import java.util.Arrays;

/**
 * The objective of multinomial logistic regression, C Σᵢ -log softmax(W xᵢ + b)[yᵢ] + ½ ‖W‖², as a
 * function of [K, D + 1]: each row holds the weights and the intercept of a class.
 *
 * <p>The preconditioner is (θ C XᵀX + I)⁻¹ for every class, where θ = mean(1 - pᵢ[yᵢ]) / K stands
 * for the mean of p (1 - p) over samples and classes. The Hessian is C Σᵢ (diag(pᵢ) - pᵢ pᵢᵀ) ⊗ xᵢ
 * xᵢᵀ + I; with it the number of iterations hardly depends on the spectrum of the features. XᵀX is
 * estimated from some samples.
 */
final class SoftmaxObjective implements Lbfgs.Objective, AutoCloseable {
  private static final int PIECE = 512; // samples; a piece stays in the cache
  private static final double LEAST = -80; // logarithm of a probability
  private static final double SURE = 1e-12; // least θ
  private static final double INTERCEPT = 1e-3; // it has no penalty, but rounding errors
  private static final double ROUNDING = 1e-13;
  private static final int GRAM_SAMPLES = 8; // for each number of a feature vector
  private static final double STALE = 2; // change of θ from which on the factor is computed again

  private final Tensor x; // f32 [N, D]
  private final Tensor labels; // i64 [N], column of each sample
  private final int n;
  private final int dim;
  private final int classes;
  private final double c;
  private final WorkerPool pool;
  private final Tensor gram; // f64 [D + 1, D + 1]
  private double curvature; // θ at the last evaluation
  private double factored; // θ at the last factorization
  private Tensor factor; // f64 [D + 1, D + 1], Cholesky factor of the preconditioner's inverse

  /** Result of a shard. */
  private record Part(double loss, double wrong, double[] gradient) {}

  /**
   * Creates the objective of tensors that stay open.
   *
   * @param x f32 [N, D]
   * @param labels i64 [N], from 0 to {@code classes} - 1
   */
  SoftmaxObjective(Tensor x, Tensor labels, int classes, double c, WorkerPool pool)
      throws IOException {
    this.x = x;
    this.labels = labels;
    this.n = (int) x.size(0);
    this.dim = (int) x.size(1);
    this.classes = classes;
    this.c = c;
    this.pool = pool;
    int step = Math.max(1, n / (GRAM_SAMPLES * (dim + 1)));
    this.gram = Shards.gram(x, step, pool);
    this.curvature = (1 - 1.0 / classes) / classes;
    this.factor = factor();
  }

  @Override
  public Lbfgs.Point at(double[] w, boolean exact) throws IOException {
    DType dtype = exact ? DType.F64 : DType.F32;
    double[] gradient = new double[w.length];
    double loss = 0;
    double wrong = 0;
    try (Scope scope = Scope.open()) {
      Tensor all = Tensor.of(w, classes, dim + 1).to(dtype);
      Tensor weight = all.narrow(1, 0, dim).contiguous();
      Tensor bias = all.select(1, dim).contiguous();
      for (Part part : Shards.map(n, pool, (from, to) -> shard(weight, bias, from, to))) {
        loss += part.loss();
        wrong += part.wrong();
        for (int i = 0; i < gradient.length; i++) {
          gradient[i] += part.gradient()[i];
        }
      }
    }
    double penalty = 0;
    for (int i = 0; i < w.length; i++) {
      boolean isIntercept = i % (dim + 1) == dim;
      gradient[i] = c * gradient[i] + (isIntercept ? 0 : w[i]);
      penalty += isIntercept ? 0 : w[i] * w[i];
    }
    curvature = Math.max(wrong / n / classes, SURE);
    return new Lbfgs.Point(w, c * loss + penalty / 2, gradient);
  }

  private Part shard(Tensor weight, Tensor bias, int from, int to) {
    Tensor gradient = Shards.zeros(classes, dim);
    Tensor ofBias = Shards.zeros(classes);
    double loss = 0;
    double wrong = 0;
    for (int at = from; at < to; at += PIECE) {
      try (Scope scope = Scope.open()) {
        int count = Math.min(PIECE, to - at);
        Tensor rows = x.narrow(0, at, count).to(weight.dtype()); // [n, D]
        Tensor of = labels.narrow(0, at, count);
        Tensor logs = rows.matmul(weight.transpose(0, 1)).add_(bias).logSoftmax(1); // [n, K]
        for (double log : logs.pick(of).toDoubles()) {
          loss -= log;
          wrong -= Math.expm1(log);
        }
        // p - y, the gradient by the logits. Denormal numbers would slow the products down.
        Tensor error = logs.clamp_(LEAST, 0).exp().addAt_(of, -1);
        gradient.add_(error.transpose(0, 1).matmul(rows));
        ofBias.add_(error.sum(0));
      }
    }
    return new Part(loss, wrong, Ops.cat(1, gradient, ofBias.unsqueeze(1)).toDoubles());
  }

  private Tensor factor() {
    factored = curvature;
    try (Scope scope = Scope.open()) {
      Tensor inverse = gram.mul(c * curvature);
      double[] diagonal = new double[dim + 1];
      Arrays.fill(diagonal, Math.max(1, ROUNDING * inverse.norm()));
      diagonal[dim] *= INTERCEPT;
      inverse.add_(Shards.diagonal(diagonal));
      return Scope.own(LinearAlgebra.cholesky(inverse));
    }
  }

  @Override
  public double[] precondition(double[] gradient) {
    if (curvature > STALE * factored || factored > STALE * curvature) {
      factor.close();
      factor = factor();
    }
    try (Scope scope = Scope.open()) {
      Tensor g = Tensor.of(gradient, classes, dim + 1).transpose(0, 1);
      return LinearAlgebra.choleskySolve(g, factor).transpose(0, 1).toDoubles();
    }
  }

  @Override
  public void close() {
    factor.close();
  }
}
