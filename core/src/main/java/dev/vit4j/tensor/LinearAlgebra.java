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
   * Returns the eigenvalues [n], ascending, and the eigenvectors, the columns of [n, n], of a
   * symmetric matrix (PyTorch's {@code linalg.eigh}).
   *
   * @param a symmetric [n, n]; only its lower triangle is read
   */
  public static Tensor[] eigh(Tensor a) {
    org.bytedeco.pytorch.T_TensorTensor_T found = torch.linalg_eigh(a.raw);
    return new Tensor[] {new Tensor(found.get0()), new Tensor(found.get1())};
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
