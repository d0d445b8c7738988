package dev.vit4j.optim;

import dev.vit4j.tensor.Foreach;
import dev.vit4j.tensor.Tensor;
import java.util.List;

/**
 * RMSprop (Hinton's lecture 6e, 2012): gradients divided by the root of their mean square, with
 * momentum, as {@code torch.optim.RMSprop}.
 */
public final class RmsProp extends Optimizer {
  private static final String SQUARES = "square_avg";
  private static final String BUFFER = "momentum_buffer";

  private final double alpha;
  private final double momentum;
  private final double eps;

  /**
   * @param alpha decay rate of the mean of squares, usually 0.99
   * @param momentum momentum factor, 0 (none) &lt;= momentum &lt; 1
   * @param eps term added to the square root, usually 1e-8
   */
  public RmsProp(List<Group> groups, double alpha, double momentum, double eps) {
    super(groups);
    this.alpha = alpha;
    this.momentum = momentum;
    this.eps = eps;
    addState(SQUARES);
    if (momentum != 0) {
      addState(BUFFER);
    }
  }

  @Override
  protected void update(Group group, double lr) {
    List<Tensor> gradients = group.gradients();
    if (group.weightDecay() != 0) {
      Foreach.add(gradients, group.parameters(), group.weightDecay());
    }
    List<Tensor> squares = state(SQUARES, group);
    Foreach.mul(squares, alpha);
    Foreach.addcmul(squares, gradients, gradients, 1 - alpha);
    List<Tensor> roots = Foreach.sqrt(squares);
    Foreach.add(roots, eps);
    if (momentum == 0) {
      Foreach.addcdiv(group.parameters(), gradients, roots, -lr);
      return;
    }
    List<Tensor> buffers = state(BUFFER, group);
    Foreach.mul(buffers, momentum);
    Foreach.addcdiv(buffers, gradients, roots, 1);
    Foreach.add(group.parameters(), buffers, -lr);
  }
}
