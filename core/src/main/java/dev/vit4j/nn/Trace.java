package dev.vit4j.nn;

import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Records the forward passes of this thread until it is closed: the calls of modules with their
 * shapes, and every tensor that a model names. Summary, trace and explanations use it to observe
 * the same forward code that training runs.
 */
public final class Trace implements AutoCloseable {
  /**
   * One call of a module.
   *
   * @param depth nesting depth within the calls of other modules
   */
  public record Call(Module module, int depth, long[] input, long @Nullable [] output) {}

  /** Is told of every call of a module when it ends; the tensors are not kept. */
  @FunctionalInterface
  public interface Watcher {
    /** Reads what a module got and what it returned. */
    void called(Module module, Tensor input, Tensor output);
  }

  private static final ThreadLocal<@Nullable Trace> ACTIVE = new ThreadLocal<>();

  private final List<Call> calls = new ArrayList<>();
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private final @Nullable Trace outer;
  private int depth;
  private String here = "";
  private @Nullable Watcher watcher;

  private final boolean keepsGradients;
  private final String input; // the tensor where gradients begin; empty for the model's inputs

  private Trace(boolean keepsGradients, String input) {
    this.keepsGradients = keepsGradients;
    this.input = input;
    outer = ACTIVE.get();
    ACTIVE.set(this);
  }

  /** Starts recording on this thread. */
  public static Trace start() {
    return new Trace(false, "");
  }

  /**
   * Starts recording on this thread and retains the gradients of the named tensors, which a later
   * {@link Tensor#backward} computes.
   */
  public static Trace startWithGradients() {
    return new Trace(true, "");
  }

  /**
   * As {@link #startWithGradients}, for a model whose inputs and parameters have no gradients:
   * gradients begin at a named tensor, such as the tokens of a text.
   */
  public static Trace startWithGradientsFrom(String name) {
    return new Trace(true, name);
  }

  static @Nullable Trace active() {
    return ACTIVE.get();
  }

  /** Whether a trace is active on this thread; models then skip no intermediate results. */
  public static boolean isOn() {
    return ACTIVE.get() != null;
  }

  /** The current position in the model, such as {@code block.3.}; empty without a trace. */
  public static String here() {
    Trace trace = ACTIVE.get();
    return trace == null ? "" : trace.here;
  }

  /** Sets the current position in the model, a prefix for the names that layers record. */
  public static void at(String prefix) {
    Trace trace = ACTIVE.get();
    if (trace != null) {
      trace.here = prefix;
    }
  }

  /** Records a tensor under a name; does nothing without an active trace. */
  public static void record(String name, Tensor tensor) {
    Trace trace = ACTIVE.get();
    if (trace != null) {
      trace.tensors.put(name, Scope.own(tensor));
      if (trace.keepsGradients && tensor.requiresGrad()) {
        tensor.retainGrad();
      } else if (trace.input.equals(name)) {
        tensor.requiresGrad(true);
      }
    }
  }

  /** The calls of modules in the order in which they started. */
  public List<Call> calls() {
    return calls;
  }

  /**
   * The recorded tensors in the order in which they were computed; they are freed with the trace.
   */
  public Map<String, Tensor> tensors() {
    return tensors;
  }

  /** Sets who is told of every call from now on. */
  public void watch(Watcher by) {
    watcher = by;
  }

  int enter(Module module, Tensor input) {
    calls.add(new Call(module, depth++, input.shape(), null));
    return calls.size() - 1;
  }

  void leave(int place, Tensor input, Tensor output) {
    depth--;
    Call call = calls.get(place);
    if (watcher != null) {
      watcher.called(call.module(), input, output);
    }
    calls.set(place, new Call(call.module(), call.depth(), call.input(), output.shape()));
  }

  @Override
  public void close() {
    if (outer == null) {
      ACTIVE.remove();
    } else {
      ACTIVE.set(outer);
    }
    tensors.values().forEach(Tensor::close);
  }
}
