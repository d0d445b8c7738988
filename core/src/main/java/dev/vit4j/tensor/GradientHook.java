package dev.vit4j.tensor;

import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.TensorBase;
import org.bytedeco.pytorch.TensorTensorHook;

/**
 * A function that replaces the gradients of tensors during a backward pass, PyTorch's {@code
 * register_hook}. It is called on the thread of the backward pass, without recording. It must stay
 * open as long as a graph uses it.
 */
public final class GradientHook implements AutoCloseable {
  private final TensorTensorHook raw;

  /**
   * @param function from a gradient to another one of the same shape and type
   */
  public GradientHook(UnaryOperator<Tensor> function) {
    Native.load();
    raw =
        new TensorTensorHook() {
          @Override
          public TensorBase call(TensorBase gradient) {
            Tensor own = new Tensor(new org.bytedeco.pytorch.Tensor(gradient));
            return function.apply(own).raw;
          }
        }.retainReference();
  }

  /** Replaces the gradient of a tensor that is part of a graph. */
  public void register(Tensor t) {
    t.raw.register_hook(raw);
  }

  @Override
  public void close() {
    raw.close();
  }
}
