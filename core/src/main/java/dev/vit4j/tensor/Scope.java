package dev.vit4j.tensor;

import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.Nullable;

/**
 * Frees at its end every tensor that its thread made since its start, except those kept. Every
 * training step and every request runs in one, so native memory never waits for the garbage
 * collector. Scopes nest; one belongs to the thread that opened it.
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
   * Lets a tensor outlive this scope: it moves to the enclosing one, or, without an enclosing one,
   * lives until it is closed or unreachable.
   */
  public Tensor keep(Tensor tensor) {
    if (outer != null) {
      outer.attach(tensor.raw);
    } else {
      tensor.raw.retainReference();
    }
    return tensor;
  }

  /** Lets a tensor outlive this scope and all enclosing ones: its owner closes it. */
  public static Tensor own(Tensor tensor) {
    tensor.raw.retainReference();
    return tensor;
  }

  @Override
  public void close() {
    raw.close();
  }
}
