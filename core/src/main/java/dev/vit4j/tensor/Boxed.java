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
 * A call through libtorch's dispatcher by the operator's name, for those that JavaCPP has no method
 * for (names that begin with {@code _}, other namespaces). Arguments go in the schema's order.
 */
final class Boxed {
  // Of every list argument met so far, by operator and place. JavaCPP copies all of a schema's
  // arguments at every look and never frees them: 3 KiB a time, so each is looked at once.
  private static final Map<String, Type.TypePtr> ELEMENTS = new ConcurrentHashMap<>();

  // Looking an operator up costs more than a small one takes.
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

  /** A list of tensors; its element type is the one that the schema asks for at this place. */
  Boxed list(Iterable<Tensor> tensors) {
    GenericList list = list();
    for (Tensor t : tensors) {
      list.push_back(new IValue(t.raw));
    }
    stack.push_back(new IValue(list));
    return this;
  }

  /** A list of whole numbers, or an empty list of anything. */
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

  /** Calls an operator that gives one tensor. */
  Tensor callForTensor() {
    handle.callBoxed(stack); // leaves the result in place of the arguments
    return new Tensor(new org.bytedeco.pytorch.Tensor(stack.get(0).toTensor()));
  }

  /** Calls an operator that gives a list of tensors. */
  List<Tensor> callForList() {
    handle.callBoxed(stack); // leaves the result in place of the arguments
    List<Tensor> results = new ArrayList<>();
    TensorVector list = stack.get(0).toTensorVector();
    for (long i = 0; i < list.size(); i++) {
      results.add(new Tensor(list.get(i)));
    }
    return results;
  }
}
