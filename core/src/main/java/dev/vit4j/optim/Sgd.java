package dev.vit4j.optim;

import dev.vit4j.tensor.Foreach;
import java.util.List;

/**
 * Stochastic gradient descent with momentum (Sutskever et al. 2013), as {@code torch.optim.SGD}.
 */
public final class Sgd extends Optimizer {
  private static final String BUFFER = "momentum_buffer";

  private final double momentum;
  private final double dampening;
  private final boolean nesterov;

  /**
   * @param momentum momentum factor, 0 (none) &lt;= momentum &lt; 1
   * @param dampening dampening for momentum, usually 0
   * @param nesterov whether to use Nesterov momentum; needs momentum and zero dampening
   */
  public Sgd(List<Group> groups, double momentum, double dampening, boolean nesterov) {
    super(groups);
    if (nesterov && (momentum == 0 || dampening != 0)) {
      throw new IllegalArgumentException("nesterov needs a momentum above 0 and zero dampening");
    }
    this.momentum = momentum;
    this.dampening = dampening;
    this.nesterov = nesterov;
    if (momentum != 0) {
      addState(BUFFER);
    }
  }

  @Override
  protected void update(Group group, double lr) {
    boolean first = steps().item() == 1; // the first gradient is not dampened
    Foreach.sgd(
        group.parameters(),
        group.gradients(),
        momentum == 0 ? List.of() : state(BUFFER, group),
        lr,
        momentum,
        dampening,
        group.weightDecay(),
        nesterov,
        first);
  }
}
