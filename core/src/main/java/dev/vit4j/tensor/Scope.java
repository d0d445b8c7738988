package dev.vit4j.tensor;

import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.Nullable;

/**
 * Frees, when closed, all tensors that its thread has created since it was opened, except those
 * kept. Every training step and every request runs in a scope, so native memory does not depend on
 * the garbage collector. Scopes nest and belong to the thread that opened them.
 *
 * <pre>{@code
 * try (Scope scope = Scope.open()) {
 *   Tensor y = model.apply(x);
 *   return scope.keep(y.softmax(-1));
 * }
 * }</pre>
 */
public final class Scope implements AutoCloseable {
  private final @Nullable PointerScope outer;
  private final PointerScope raw;

  private Scope() {
    this.outer = PointerScope.getInnerScope();
    this.raw = new PointerScope();
  }

  /** Opens a scope on this thread. */
  public static Scope open() {
    Native.load();
    return new Scope();
  }

  /**
   * Keeps a tensor beyond this scope: it moves to the enclosing scope or, without one, lives until
   * it is closed or unreachable.
   */
  public Tensor keep(Tensor tensor) {
    if (outer != null) {
      outer.attach(tensor.raw);
    } else {
      tensor.raw.retainReference();
    }
    return tensor;
  }

  /** Keeps a tensor beyond this scope and all enclosing ones; the caller must close it. */
  public static Tensor own(Tensor tensor) {
    tensor.raw.retainReference();
    return tensor;
  }

  @Override
  public void close() {
    raw.close();
  }
}
