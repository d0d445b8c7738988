package dev.vit4j.optim;

import dev.vit4j.tensor.Foreach;
import java.util.Collections;
import java.util.List;

/**
 * Adam (Kingma and Ba 2015) with weight decay as an L2 term, or AdamW (Loshchilov and Hutter 2019)
 * with decoupled decay, as {@code torch.optim.Adam} and {@code AdamW}.
 */
public final class Adam extends Optimizer {
  private static final String FIRST = "exp_avg";
  private static final String SECOND = "exp_avg_sq";
  private static final String LARGEST = "max_exp_avg_sq";

  private final double beta1;
  private final double beta2;
  private final double eps;
  private final boolean decoupled;
  private final boolean amsgrad;

  /**
   * @param beta1 decay rate of the mean of gradients, usually 0.9
   * @param beta2 decay rate of the mean of squared gradients, usually 0.999
   * @param eps term added to the square root, usually 1e-8
   * @param decoupled whether to use AdamW instead of Adam
   * @param amsgrad whether to use the maximum of the mean squares so far (Reddi et al. 2018)
   */
  public Adam(
      List<Group> groups,
      double beta1,
      double beta2,
      double eps,
      boolean decoupled,
      boolean amsgrad) {
    super(groups);
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.eps = eps;
    this.decoupled = decoupled;
    this.amsgrad = amsgrad;
    addState(FIRST);
    addState(SECOND);
    if (amsgrad) {
      addState(LARGEST);
    }
  }

  @Override
  protected void update(Group group, double lr) {
    Foreach.adam(
        group.parameters(),
        group.gradients(),
        state(FIRST, group),
        state(SECOND, group),
        amsgrad ? state(LARGEST, group) : List.of(),
        Collections.nCopies(group.parameters().size(), steps()),
        lr,
        beta1,
        beta2,
        eps,
        group.weightDecay(),
        decoupled);
  }
}
