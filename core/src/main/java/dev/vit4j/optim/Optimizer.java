package dev.vit4j.optim;

import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Changes parameters by their gradients, group by group, each in one fused call of libtorch. */
public abstract class Optimizer implements AutoCloseable {
  /**
   * Parameters that share a weight decay and a scale of the learning rate.
   *
   * @param names full names, for saving the state
   * @param lrScale what the learning rate is multiplied with, 1 as a rule
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
  private final Tensor steps; // one number: steps taken

  /** An optimizer of these groups. */
  protected Optimizer(List<Group> groups) {
    this.groups = groups.stream().filter(g -> !g.parameters().isEmpty()).toList();
    Device device =
        this.groups.isEmpty() ? Device.CPU : this.groups.get(0).parameters().get(0).device();
    this.steps = Scope.own(Tensor.full(0, device));
    state.put(STEPS, steps);
  }

  /** What a step begins with, before any group: nothing, for most. */
  protected void begin(List<Group> all) {}

  /** The rule: changes a group's parameters by its gradients, which it may spoil. */
  protected abstract void update(Group group, double lr);

  /** One step with the gradients that the parameters hold; they are of no use afterwards. */
  public final void step(double lr) {
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      steps.add_(1);
      begin(groups);
      groups.forEach(group -> update(group, lr * group.lrScale()));
    }
  }

  /** Steps taken, the current one included, as one f32 number. */
  protected final Tensor steps() {
    return steps;
  }

  /** Makes a tensor of state for every parameter, of its shape and all zero. */
  protected final void addState(String kind) {
    for (Group g : groups) {
      for (int i = 0; i < g.names().size(); i++) {
        Tensor p = g.parameters().get(i);
        state.put(kind + "." + g.names().get(i), Scope.own(p.zerosLike()));
      }
    }
  }

  /** One kind of state of a group, in the order of its parameters. */
  protected final List<Tensor> state(String kind, Group group) {
    return group.names().stream().map(n -> state.get(kind + "." + n)).toList();
  }

  /** All state under names such as {@code exp_avg.head.weight}, to be saved and loaded. */
  public final Map<String, Tensor> state() {
    return state;
  }

  @Override
  public final void close() {
    state.values().forEach(Tensor::close);
  }
}
