package dev.vit4j.nn;

import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Watches the forward passes of this thread until it is closed: which module saw which shapes, and
 * every tensor that a model names. Summary, trace and explanations read the same forward code that
 * trains, through this.
 */
public final class Trace implements AutoCloseable {
  /**
   * One run of a module.
   *
   * @param depth how deep inside other modules' runs
   */
  public record Call(Module module, int depth, long[] input, long @Nullable [] output) {}

  private static final ThreadLocal<@Nullable Trace> ACTIVE = new ThreadLocal<>();

  private final List<Call> calls = new ArrayList<>();
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private final @Nullable Trace outer;
  private int depth;
  private String here = "";

  private final boolean keepsGradients;

  private Trace(boolean keepsGradients) {
    this.keepsGradients = keepsGradients;
    outer = ACTIVE.get();
    ACTIVE.set(this);
  }

  /** Starts watching this thread. */
  public static Trace start() {
    return new Trace(false);
  }

  /**
   * Starts watching this thread; the named tensors keep the gradients that {@link Tensor#backward}
   * brings them later.
   */
  public static Trace startWithGradients() {
    return new Trace(true);
  }

  static @Nullable Trace active() {
    return ACTIVE.get();
  }

  /** Whether somebody watches this thread: models then take no short cuts. */
  public static boolean isOn() {
    return ACTIVE.get() != null;
  }

  /** Where in the model the thread is, such as {@code block.3.}; empty without a trace. */
  public static String here() {
    Trace trace = ACTIVE.get();
    return trace == null ? "" : trace.here;
  }

  /** Says where in the model the thread is: a prefix for the names that parts record. */
  public static void at(String prefix) {
    Trace trace = ACTIVE.get();
    if (trace != null) {
      trace.here = prefix;
    }
  }

  /** Names a tensor for whoever watches; does nothing otherwise. */
  public static void record(String name, Tensor tensor) {
    Trace trace = ACTIVE.get();
    if (trace != null) {
      trace.tensors.put(name, Scope.own(tensor));
      if (trace.keepsGradients && tensor.requiresGrad()) {
        tensor.retainGrad();
      }
    }
  }

  /** The runs of modules in the order in which they began. */
  public List<Call> calls() {
    return calls;
  }

  /** The named tensors in the order in which they were made; they are freed with the trace. */
  public Map<String, Tensor> tensors() {
    return tensors;
  }

  int enter(Module module, Tensor input) {
    calls.add(new Call(module, depth++, input.shape(), null));
    return calls.size() - 1;
  }

  void leave(int place, Tensor output) {
    depth--;
    Call call = calls.get(place);
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
