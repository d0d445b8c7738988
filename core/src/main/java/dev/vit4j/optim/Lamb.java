package dev.vit4j.optim;

import dev.vit4j.tensor.Foreach;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * LAMB (You et al. 2020, arXiv 1904.00962): Adam's update, scaled for each tensor by the trust
 * ratio, for large batches; as timm's {@code Lamb}.
 */
public final class Lamb extends Optimizer {
  private static final String FIRST = "exp_avg";
  private static final String SECOND = "exp_avg_sq";

  /**
   * Options in which implementations differ.
   *
   * @param maxGradNorm maximum total norm to which gradients are clipped first; infinity for none
   * @param biasCorrection whether to apply Adam's bias correction to the averages
   * @param gradAveraging whether gradients are weighted by 1 - beta1 in the first average, else by
   *     1
   * @param trustClip whether to limit the trust ratio to 1 (LAMBC)
   * @param alwaysAdapt whether to apply the trust ratio to tensors without weight decay
   */
  public record Variant(
      double maxGradNorm,
      boolean biasCorrection,
      boolean gradAveraging,
      boolean trustClip,
      boolean alwaysAdapt) {
    /** timm's {@code lamb}. */
    public static final Variant LAMB = new Variant(1, true, true, false, false);

    /** timm's {@code lambc}. */
    public static final Variant LAMBC = new Variant(1, true, true, true, false);
  }

  private final double beta1;
  private final double beta2;
  private final double eps;
  private final Variant variant;

  /**
   * @param beta1 decay rate of the mean of gradients, usually 0.9
   * @param beta2 decay rate of the mean of squared gradients, usually 0.999
   * @param eps term added to the square root, usually 1e-6
   */
  public Lamb(List<Group> groups, double beta1, double beta2, double eps, Variant variant) {
    super(groups);
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.eps = eps;
    this.variant = variant;
    addState(FIRST);
    addState(SECOND);
  }

  @Override
  protected void begin(List<Group> all) {
    List<Tensor> gradients = new ArrayList<>();
    all.forEach(group -> gradients.addAll(group.gradients()));
    double tooLarge = Gradients.norm(gradients) / variant.maxGradNorm();
    if (tooLarge > 1) {
      Foreach.mul(gradients, 1 / tooLarge);
    }
  }

  @Override
  protected void update(Group group, double lr) {
    List<Tensor> gradients = group.gradients();
    List<Tensor> first = state(FIRST, group);
    List<Tensor> second = state(SECOND, group);
    if (variant.gradAveraging()) {
      Foreach.lerp(first, gradients, 1 - beta1);
    } else {
      Foreach.mul(first, beta1);
      Foreach.add(first, gradients);
    }
    Foreach.mul(second, beta2);
    Foreach.addcmul(second, gradients, gradients, 1 - beta2);

    double steps = steps().item();
    double correction1 = variant.biasCorrection() ? 1 - Math.pow(beta1, steps) : 1;
    double correction2 = variant.biasCorrection() ? 1 - Math.pow(beta2, steps) : 1;
    List<Tensor> roots = Foreach.sqrt(second);
    Foreach.mul(roots, correction1 / Math.sqrt(correction2));
    Foreach.add(roots, eps * correction1);
    List<Tensor> updates = Foreach.div(first, roots);
    if (group.weightDecay() != 0) {
      Foreach.add(updates, group.parameters(), group.weightDecay());
    }
    if (group.weightDecay() != 0 || variant.alwaysAdapt()) {
      Foreach.mul(updates, trustRatios(group.parameters(), updates));
    }
    Foreach.add(group.parameters(), updates, -lr);
  }

  /** Returns norm of weights / norm of update for each tensor; 1 where either norm is 0. */
  private Tensor trustRatios(List<Tensor> weights, List<Tensor> updates) {
    Tensor weight = Foreach.norms(weights);
    Tensor update = Foreach.norms(updates);
    Tensor ratio = Ops.where(weight.gt(0), Ops.where(update.gt(0), weight.div(update), 1), 1);
    return variant.trustClip() ? ratio.clamp_(0, 1) : ratio;
  }
}
