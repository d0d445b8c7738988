package dev.vit4j.tensor;

import org.bytedeco.pytorch.global.torch;

/** Factorizations of matrices and equations solved with them (LAPACK). */
public final class LinearAlgebra {
  static {
    Native.load();
  }

  private LinearAlgebra() {}

  /**
   * Returns the lower triangular L with L Lᵀ = a (PyTorch's {@code linalg.cholesky}).
   *
   * @param a symmetric, positive definite [n, n]; only its lower triangle is read
   * @throws IllegalArgumentException if {@code a} is not positive definite
   */
  public static Tensor cholesky(Tensor a) {
    try {
      return new Tensor(torch.linalg_cholesky(a.raw));
    } catch (RuntimeException e) { // libtorch's message is a page long
      throw new IllegalArgumentException("the matrix is not positive definite", e);
    }
  }

  /**
   * Solves L Lᵀ x = b.
   *
   * @param b right-hand sides [n, m]
   * @param lower L [n, n] of {@link #cholesky}
   * @return x [n, m]
   */
  public static Tensor choleskySolve(Tensor b, Tensor lower) {
    return new Tensor(torch.cholesky_solve(b.raw, lower.raw, false));
  }
}
