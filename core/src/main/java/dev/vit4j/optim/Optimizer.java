package dev.vit4j.optim;

import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Updates parameters by their gradients, each group in one fused call of libtorch. */
public abstract class Optimizer implements AutoCloseable {
  /**
   * Parameters with the same weight decay and learning rate scale.
   *
   * @param names full parameter names, used in the saved state
   * @param lrScale factor of the learning rate, usually 1
   */
  public record Group(
      List<String> names, List<Tensor> parameters, double weightDecay, double lrScale) {
    List<Tensor> gradients() {
      return Gradients.of(parameters);
    }
  }

  private static final String STEPS = "step";

  private final List<Group> groups;
  private final Map<String, Tensor> state = new LinkedHashMap<>();
  private final Tensor steps; // scalar: number of steps

  /** Creates an optimizer of these groups. */
  protected Optimizer(List<Group> groups) {
    this.groups = groups.stream().filter(g -> !g.parameters().isEmpty()).toList();
    Device device =
        this.groups.isEmpty() ? Device.CPU : this.groups.get(0).parameters().get(0).device();
    this.steps = Scope.own(Tensor.full(0, device));
    state.put(STEPS, steps);
  }

  /** Called at the start of a step, before the groups; does nothing by default. */
  protected void begin(List<Group> all) {}

  /** Updates the parameters of a group by their gradients, which it may overwrite. */
  protected abstract void update(Group group, double lr);

  /** Takes one step with the current gradients, whose values are undefined afterwards. */
  public final void step(double lr) {
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      steps.add_(1);
      begin(groups);
      groups.forEach(group -> update(group, lr * group.lrScale()));
    }
  }

  /** Returns the number of steps, including the current one, as an f32 scalar. */
  protected final Tensor steps() {
    return steps;
  }

  /** Adds a zero-initialized state tensor in the shape of each parameter. */
  protected final void addState(String kind) {
    for (Group g : groups) {
      for (int i = 0; i < g.names().size(); i++) {
        Tensor p = g.parameters().get(i);
        state.put(kind + "." + g.names().get(i), Scope.own(p.zerosLike()));
      }
    }
  }

  /** Returns the state tensors of a kind for a group, in the order of its parameters. */
  protected final List<Tensor> state(String kind, Group group) {
    return group.names().stream().map(n -> state.get(kind + "." + n)).toList();
  }

  /**
   * Returns all state tensors by names such as {@code exp_avg.head.weight}, for saving and loading.
   */
  public final Map<String, Tensor> state() {
    return state;
  }

  @Override
  public final void close() {
    state.values().forEach(Tensor::close);
  }
}
