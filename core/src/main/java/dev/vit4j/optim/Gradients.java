package dev.vit4j.optim;

import dev.vit4j.tensor.Foreach;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.util.List;

/** Operations on gradients between the backward pass and the optimizer step. */
public final class Gradients {
  private static final double EPS = 1e-6;

  private Gradients() {}

  static List<Tensor> of(List<Tensor> parameters) {
    return parameters.stream().map(Tensor::grad).toList();
  }

  /** Gives parameters on which the loss did not depend a gradient of 0. */
  public static void complete(List<Tensor> parameters) {
    try (Scope scope = Scope.open()) {
      parameters.stream().filter(p -> !p.hasGrad()).forEach(p -> p.sum().mul(0).backward());
    }
  }

  /** Adds the gradients of one list of parameters to those of another. */
  public static void add(List<Tensor> to, List<Tensor> from) {
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      Foreach.add(of(to), of(from));
    }
  }

  public static void clear(List<Tensor> parameters) {
    parameters.forEach(Tensor::clearGrad);
  }

  /** Returns the Euclidean norm of all tensors together. */
  static double norm(List<Tensor> tensors) {
    return tensors.isEmpty() ? 0 : Foreach.norms(tensors).norm();
  }

  /**
   * Scales all gradients so that their total norm is at most {@code maxNorm}, as {@code
   * torch.nn.utils.clip_grad_norm_}.
   *
   * @return the norm before clipping
   */
  public static double clip(List<Tensor> parameters, double maxNorm) {
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      List<Tensor> gradients = of(parameters);
      double total = norm(gradients);
      double coefficient = maxNorm / (total + EPS);
      if (coefficient < 1) {
        Foreach.mul(gradients, coefficient);
      }
      return total;
    }
  }
}
