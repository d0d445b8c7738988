package dev.vit4j.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.pytorch.Argument;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.Type;
import org.jspecify.annotations.Nullable;

/**
 * Calls an operator by name through libtorch's dispatcher, for operators without a JavaCPP method
 * (names starting with {@code _}, other namespaces). Arguments are added in schema order.
 */
final class Boxed {
  // Types of list arguments, by operator and position. JavaCPP copies all arguments of a schema on
  // every access and never frees them (3 KiB each time), so each is read only once.
  private static final Map<String, Type.TypePtr> ELEMENTS = new ConcurrentHashMap<>();

  // Looking up an operator costs more than running a small one.
  private static final Map<String, OperatorHandle> HANDLES = new ConcurrentHashMap<>();

  private final String name;
  private final OperatorHandle handle;
  private final IValueVector stack = new IValueVector();

  private Boxed(String name, String overload) {
    Native.load();
    this.name = name + "." + overload;
    this.handle = HANDLES.computeIfAbsent(this.name, key -> find(name, overload));
  }

  private static OperatorHandle find(String name, String overload) {
    return Dispatcher.singleton().findSchemaOrThrow(name, overload).retainReference();
  }

  static Boxed op(String name, String overload) {
    return new Boxed(name, overload);
  }

  static Boxed op(String name) {
    return new Boxed(name, "");
  }

  /** Adds a list of tensors, with the element type that the schema requires at this position. */
  Boxed list(Iterable<Tensor> tensors) {
    GenericList list = list();
    for (Tensor t : tensors) {
      list.push_back(new IValue(t.raw));
    }
    stack.push_back(new IValue(list));
    return this;
  }

  /** Adds a list of integers, or an empty list of any type. */
  Boxed longs(long... values) {
    GenericList list = list();
    for (long v : values) {
      list.push_back(new IValue(v));
    }
    stack.push_back(new IValue(list));
    return this;
  }

  private GenericList list() {
    long place = stack.size();
    return new GenericList(ELEMENTS.computeIfAbsent(name + place, key -> elementType(place)));
  }

  private Type.TypePtr elementType(long place) {
    Argument argument = new Argument(handle.schema().arguments().getPointer(place));
    return argument.type().access().containedType(0).retainReference();
  }

  Boxed tensor(@Nullable Tensor tensor) {
    stack.push_back(tensor == null ? new IValue() : new IValue(tensor.raw));
    return this;
  }

  Boxed number(double value) {
    stack.push_back(new IValue(value));
    return this;
  }

  Boxed whole(long value) {
    stack.push_back(new IValue(value));
    return this;
  }

  Boxed text(String value) {
    stack.push_back(new IValue(value));
    return this;
  }

  Boxed flag(boolean value) {
    stack.push_back(new IValue(value));
    return this;
  }

  Boxed none() {
    stack.push_back(new IValue());
    return this;
  }

  void call() {
    handle.callBoxed(stack);
  }

  /**
   * Returns the call for repetition with another first argument, which counts as missing so far.
   */
  Repeated repeated() {
    return new Repeated(handle, stack.retainReference());
  }

  /**
   * A call whose arguments are the same every time, except for the first, a tensor. Converting them
   * anew would take as long as a small product. Thread-safe.
   */
  static final class Repeated implements AutoCloseable {
    private final OperatorHandle handle;
    private final IValueVector arguments;

    private Repeated(OperatorHandle handle, IValueVector arguments) {
      this.handle = handle;
      this.arguments = arguments;
    }

    /** Calls the operator, which returns one tensor. */
    Tensor call(Tensor first) {
      IValueVector stack = new IValueVector();
      stack.put(arguments);
      stack.put(0, new IValue(first.raw));
      handle.callBoxed(stack); // replaces the arguments by the result
      return new Tensor(new org.bytedeco.pytorch.Tensor(stack.get(0).toTensor()));
    }

    @Override
    public void close() {
      arguments.releaseReference();
    }
  }

  /** Calls an operator that returns one tensor. */
  Tensor callForTensor() {
    handle.callBoxed(stack); // replaces the arguments by the result
    return new Tensor(new org.bytedeco.pytorch.Tensor(stack.get(0).toTensor()));
  }

  /** Calls an operator that returns a list of tensors. */
  List<Tensor> callForList() {
    handle.callBoxed(stack); // replaces the arguments by the result
    List<Tensor> results = new ArrayList<>();
    TensorVector list = stack.get(0).toTensorVector();
    for (long i = 0; i < list.size(); i++) {
      results.add(new Tensor(list.get(i)));
    }
    return results;
  }
}
