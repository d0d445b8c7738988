package dev.vit4j.tensor;

import java.util.List;

/**
 * Operations on lists of tensors in one call, for optimizer steps. In place unless noted otherwise.
 */
public final class Foreach {
  private Foreach() {}

  /** a[i] += b[i]. */
  public static void add(List<Tensor> a, List<Tensor> b) {
    add(a, b, 1);
  }

  /** a[i] += factor b[i]. */
  public static void add(List<Tensor> a, List<Tensor> b, double factor) {
    Boxed.op("aten::_foreach_add_", "List").list(a).list(b).number(factor).call();
  }

  /** a[i] += value. */
  public static void add(List<Tensor> a, double value) {
    Boxed.op("aten::_foreach_add_", "Scalar").list(a).number(value).call();
  }

  /** a[i] *= value. */
  public static void mul(List<Tensor> a, double value) {
    Boxed.op("aten::_foreach_mul_", "Scalar").list(a).number(value).call();
  }

  /** a[i] *= factors[i], with a vector of factors. */
  public static void mul(List<Tensor> a, Tensor factors) {
    Boxed.op("aten::_foreach_mul_", "List").list(a).list(factors.unbind()).call();
  }

  /** a[i] += factor b[i] c[i]. */
  public static void addcmul(List<Tensor> a, List<Tensor> b, List<Tensor> c, double factor) {
    Boxed.op("aten::_foreach_addcmul_", "Scalar").list(a).list(b).list(c).number(factor).call();
  }

  /** a[i] += factor b[i] / c[i]. */
  public static void addcdiv(List<Tensor> a, List<Tensor> b, List<Tensor> c, double factor) {
    Boxed.op("aten::_foreach_addcdiv_", "Scalar").list(a).list(b).list(c).number(factor).call();
  }

  /** a[i] = b[i]. */
  public static void copy(List<Tensor> a, List<Tensor> b) {
    Boxed.op("aten::_foreach_copy_").list(a).list(b).flag(false).call();
  }

  /** Returns a[i] / b[i] as new tensors. */
  public static List<Tensor> div(List<Tensor> a, List<Tensor> b) {
    return Boxed.op("aten::_foreach_div", "List").list(a).list(b).callForList();
  }

  /** Returns √a[i] as new tensors. */
  public static List<Tensor> sqrt(List<Tensor> a) {
    return Boxed.op("aten::_foreach_sqrt").list(a).callForList();
  }

  /** Returns the Euclidean norm of each tensor, as one vector. */
  public static Tensor norms(List<Tensor> a) {
    List<Tensor> norms =
        Boxed.op("aten::_foreach_norm", "Scalar").list(a).number(2).none().callForList();
    return Ops.stack(0, norms.toArray(new Tensor[0]));
  }

  /** a[i] += weight (b[i] - a[i]). */
  public static void lerp(List<Tensor> a, List<Tensor> b, double weight) {
    Boxed.op("aten::_foreach_lerp_", "Scalar").list(a).list(b).number(weight).call();
  }

  /**
   * Performs one step of SGD, as PyTorch's {@code torch.optim.SGD}.
   *
   * @param momentumBuffers one per parameter, or empty if {@code momentum} is 0
   * @param first whether the buffers are uninitialized
   */
  public static void sgd(
      List<Tensor> parameters,
      List<Tensor> gradients,
      List<Tensor> momentumBuffers,
      double lr,
      double momentum,
      double dampening,
      double weightDecay,
      boolean nesterov,
      boolean first) {
    Boxed.op("aten::_fused_sgd_")
        .list(parameters)
        .list(gradients)
        .list(momentumBuffers)
        .number(weightDecay)
        .number(momentum)
        .number(lr)
        .number(dampening)
        .flag(nesterov)
        .flag(false)
        .flag(first)
        .none()
        .none()
        .call();
  }

  /**
   * Performs one step of Adam (weight decay as an L2 term) or AdamW (decoupled weight decay), as
   * PyTorch's {@code torch.optim}.
   *
   * @param maxExpAvgSqs AMSGrad's running maxima of the squared averages; empty for plain Adam
   * @param steps one f32 number per parameter: steps taken, including this one
   * @param decoupled true for AdamW, false for Adam
   */
  public static void adam(
      List<Tensor> parameters,
      List<Tensor> gradients,
      List<Tensor> expAvgs,
      List<Tensor> expAvgSqs,
      List<Tensor> maxExpAvgSqs,
      List<Tensor> steps,
      double lr,
      double beta1,
      double beta2,
      double eps,
      double weightDecay,
      boolean decoupled) {
    Boxed.op(decoupled ? "aten::_fused_adamw_" : "aten::_fused_adam_")
        .list(parameters)
        .list(gradients)
        .list(expAvgs)
        .list(expAvgSqs)
        .list(maxExpAvgSqs)
        .list(steps)
        .number(lr)
        .number(beta1)
        .number(beta2)
        .number(weightDecay)
        .number(eps)
        .flag(!maxExpAvgSqs.isEmpty())
        .flag(false)
        .none()
        .none()
        .call();
  }
}
