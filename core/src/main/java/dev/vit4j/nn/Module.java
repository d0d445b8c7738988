package dev.vit4j.nn;

import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Packed;
import dev.vit4j.tensor.PackedLinear;
import dev.vit4j.tensor.Packing;
import dev.vit4j.tensor.Precision;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Base class of layers and models: named parameters, buffers and child modules, under the names of
 * common checkpoints, and a forward function. A subclass registers them in its constructor and
 * implements {@link #forward}; callers use {@link #apply}.
 */
public abstract class Module implements AutoCloseable {
  private final Map<String, Tensor> parameters = new LinkedHashMap<>();
  private final Map<String, Tensor> buffers = new LinkedHashMap<>();
  private final Map<String, Module> children = new LinkedHashMap<>();
  private boolean training = true;
  private boolean frozen;
  private @Nullable Precision packed;
  private final List<Packed> packs = new ArrayList<>();
  private long linearWeights; // elements of packed weights of linear layers

  /** Computes the output; each subclass documents its shapes. */
  protected abstract Tensor forward(Tensor x);

  /** Runs the module and records the call in the thread's {@link Trace}, if one is active. */
  public final Tensor apply(Tensor x) {
    Trace trace = Trace.active();
    if (trace == null) {
      return forward(x);
    }
    int place = trace.enter(this, x);
    Tensor y = forward(x);
    trace.leave(place, x, y);
    return y;
  }

  // ---- registration

  /** Registers a trainable tensor; the module owns it. */
  protected final Tensor parameter(String name, Tensor tensor) {
    parameters.put(name, Scope.own(tensor).requiresGrad(true));
    return tensor;
  }

  /** Registers a tensor that is saved but not trained; the module owns it. */
  protected final Tensor buffer(String name, Tensor tensor) {
    buffers.put(name, Scope.own(tensor));
    return tensor;
  }

  /**
   * Registers a child module. The name may contain dots, such as {@code blocks.0}. The tensors of a
   * child without a name have their own names here; a name that ends with an underscore is joined
   * without a dot, such as {@code in_proj_} with {@code weight}.
   */
  protected final <M extends Module> M child(String name, M module) {
    children.put(name, module);
    return module;
  }

  // ---- parameters and state

  /** All trainable tensors, including frozen ones, by full name, in registration order. */
  public final Map<String, Tensor> parameters() {
    Map<String, Tensor> all = new LinkedHashMap<>();
    namedModules().forEach((m, path) -> m.parameters.forEach((n, t) -> all.put(path + n, t)));
    return all;
  }

  /** The trainable tensors of this module itself, without those of its children. */
  public final Map<String, Tensor> ownParameters() {
    return Collections.unmodifiableMap(parameters);
  }

  /** All buffers by full name. */
  public final Map<String, Tensor> buffers() {
    Map<String, Tensor> all = new LinkedHashMap<>();
    namedModules().forEach((m, path) -> m.buffers.forEach((n, t) -> all.put(path + n, t)));
    return all;
  }

  /** Parameters and buffers by full name: the content of a checkpoint. */
  public final Map<String, Tensor> state() {
    requirePlain("saved");
    return tensors();
  }

  private Map<String, Tensor> tensors() {
    Map<String, Tensor> all = new LinkedHashMap<>(parameters());
    all.putAll(buffers());
    return all;
  }

  /**
   * This module, whose name is empty, and all modules below it with their names, in registration
   * order. A tensor's name can be appended to each name.
   */
  public final Map<Module, String> namedModules() {
    Map<Module, String> all = new LinkedHashMap<>();
    collect("", all);
    return all;
  }

  private void collect(String path, Map<Module, String> into) {
    into.put(this, path);
    children.forEach((name, module) -> module.collect(path + prefix(name), into));
  }

  private static String prefix(String child) {
    return child.isEmpty() || child.endsWith("_") ? child : child + ".";
  }

  /** Number of parameters, including all children. */
  public final long parameterCount() {
    return parameters().values().stream().mapToLong(Tensor::count).sum();
  }

  /** Number of parameters that are not frozen. */
  public final long trainableCount() {
    return parameters().values().stream()
        .filter(Tensor::requiresGrad)
        .mapToLong(Tensor::count)
        .sum();
  }

  // ---- modes

  /** Whether dropout and batch statistics are active: training mode, and not frozen. */
  protected final boolean isTraining() {
    return training && !frozen;
  }

  /** Switches this module and its children to training or evaluation mode. */
  public final void train(boolean on) {
    if (on) {
      requirePlain("trained");
    }
    namedModules().keySet().forEach(m -> m.training = on);
  }

  /**
   * Freezes the named modules or parameters: no gradients, no dropout, and no update of batch norm
   * statistics, even in training mode. Everything else is trained.
   *
   * @param names name prefixes, such as {@code blocks.0} or {@code patch_embed.proj.bias}
   * @throws IllegalArgumentException if a name matches no parameter
   */
  public final void freeze(Collection<String> names) {
    requireParts("freeze", names);
    freeze(path -> names.stream().anyMatch(name -> isUnder(path, name)));
  }

  /**
   * Freezes everything but the named modules or parameters.
   *
   * @param names as for {@link #freeze}
   * @throws IllegalArgumentException if a name matches no parameter
   */
  public final void freezeAllBut(Collection<String> names) {
    requireParts("unfreeze", names);
    freeze(path -> names.stream().noneMatch(name -> isUnder(path, name)));
  }

  private void freeze(Predicate<String> isFrozen) {
    parameters().forEach((path, t) -> t.requiresGrad(!isFrozen.test(path)));
    namedModules().forEach((m, path) -> m.frozen = isFrozen.test(path.replaceFirst("\\.$", "")));
  }

  private void requireParts(String what, Collection<String> names) {
    for (String name : names) {
      if (parameters().keySet().stream().noneMatch(p -> isUnder(p, name))) {
        throw new IllegalArgumentException(
            "cannot %s '%s': no parameter name starts with it".formatted(what, name));
      }
    }
  }

  private static boolean isUnder(String path, String name) {
    return (path + ".").startsWith(name.endsWith(".") ? name : name + ".");
  }

  /** The device of the parameters; the CPU for a module without parameters. */
  public final Device device() {
    return parameters().values().stream().findFirst().map(Tensor::device).orElse(Device.CPU);
  }

  /** Moves all tensors to a device. */
  public final void to(Device device) {
    requirePlain("moved");
    try (Scope scope = Scope.open()) {
      state().values().forEach(t -> t.share(t.detach().to(device)));
    }
  }

  /**
   * Makes the parameters of this module share memory with those of another module of the same type.
   */
  public final void shareParametersOf(Module other) {
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> theirs = other.parameters();
      parameters()
          .forEach(
              (name, t) -> {
                t.share(theirs.get(name).detach());
                t.requiresGrad(theirs.get(name).requiresGrad());
              });
    }
  }

  // ---- packing

  /**
   * Optimizes this module for inference on the CPU; this cannot be undone. Every layer's weight is
   * reordered for oneDNN's kernels, norms are folded into convolutions, and in bf16 all other
   * parameters are rounded too. The original weights are freed: a packed module gives the same
   * results, but cannot be trained, saved, loaded or moved, and its parameters have shapes only.
   *
   * @throws IllegalArgumentException if {@link Packed#isAvailable} returns false; in int8 also if
   *     less than half of the parameters are weights of large linear layers
   */
  public final void pack(Packing packing) {
    Precision precision = packing.precision();
    requirePlain("packed again");
    if (!Packed.isAvailable(precision) || !device().equals(Device.CPU)) {
      throw new IllegalArgumentException(
          precision == Precision.INT8
              ? "int8 needs a CPU with AVX2 or AVX-512: use f32 or bf16"
              : "cannot pack for %s on %s: do not pack the model".formatted(precision, device()));
    }
    train(false);
    parameters().values().forEach(t -> t.requiresGrad(false));
    namedModules().keySet().forEach(m -> m.packOwn(packing)); // a convolution comes before its norm
    if (precision == Precision.BF16) {
      roundRest();
    }
    namedModules().keySet().forEach(m -> m.packed = precision);
    if (precision == Precision.INT8) {
      requireLinear();
    }
  }

  /** In int8 a model without many linear layers would be no faster. */
  private void requireLinear() {
    long linear = namedModules().keySet().stream().mapToLong(m -> m.linearWeights).sum();
    if (2 * linear < parameterCount()) {
      throw new IllegalArgumentException(
          "int8 is for large linear layers, which have %d of the model's %d parameters: use f32 or bf16"
              .formatted(linear, parameterCount()));
    }
  }

  /** Packs for operations that run on one thread each, see {@link #pack(Packing)}. */
  public final void pack(Precision precision) {
    pack(new Packing(precision, true));
  }

  private void roundRest() {
    try (Scope scope = Scope.open()) {
      for (Tensor t : tensors().values()) {
        if (t.dtype() == DType.F32) {
          t.share(t.to(DType.BF16));
        }
      }
    }
  }

  /** Packs this module itself; its children are packed afterwards. */
  protected void packOwn(Packing packing) {}

  /** Replaces a parameter by its packed weight and frees the parameter's memory. */
  protected final <P extends Packed> P replace(Tensor parameter, P packed) {
    try (Scope scope = Scope.open()) {
      parameter.share(Tensor.full(Double.NaN, Device.CPU, 1).expand(parameter.shape()));
    }
    packs.add(packed);
    linearWeights += packed instanceof PackedLinear ? parameter.count() : 0;
    return packed;
  }

  /** The precision that {@link #pack} was called with; null for a plain module. */
  public final @Nullable Precision packed() {
    return packed;
  }

  private void requirePlain(String what) {
    if (packed != null) {
      throw new IllegalStateException(
          "a packed model is for inference only and cannot be %s: open it again".formatted(what));
    }
  }

  // ---- loading

  /**
   * Copies tensors into the parameters and buffers of the same names.
   *
   * @param strict whether missing and unexpected names are errors; wrong shapes always are
   * @return the names that are missing or unexpected
   * @throws IllegalArgumentException listing every name that does not match; nothing is changed
   *     then
   */
  public final LoadReport load(Map<String, Tensor> source, boolean strict) {
    requirePlain("loaded");
    LoadReport report = requireFit(source, strict);
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      state()
          .forEach(
              (name, t) -> {
                if (source.containsKey(name)) {
                  t.copy_(source.get(name));
                }
              });
    }
    return report;
  }

  /**
   * As {@link #load} with exactly this module's names, but takes over tensors with the same memory
   * layout instead of copying them; the caller must not change them afterwards.
   */
  public final void take(Map<String, Tensor> source) {
    requirePlain("loaded");
    requireFit(source, true);
    Set<Long> taken = new HashSet<>();
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      state()
          .forEach(
              (name, t) -> {
                Tensor s = source.get(name).detach();
                if (t.liesAs(s) && taken.add(s.address())) {
                  t.share(s);
                } else {
                  t.copy_(s);
                }
              });
    }
  }

  /**
   * Checks whether {@link #load} would accept these tensors. Works on a model without memory
   * ({@link Init#shapesOnly}), before one with memory is created.
   *
   * @throws IllegalArgumentException listing every name that does not match
   */
  public final LoadReport requireFit(Map<String, Tensor> source, boolean strict) {
    Map<String, Tensor> mine = state();
    List<String> missing = new ArrayList<>(mine.keySet());
    missing.removeAll(source.keySet());
    List<String> unexpected = new ArrayList<>(source.keySet());
    unexpected.removeAll(mine.keySet());
    List<String> wrong = new ArrayList<>();
    mine.forEach(
        (name, t) -> {
          Tensor s = source.get(name);
          if (s != null && !Arrays.equals(s.shape(), t.shape())) {
            wrong.add(
                name
                    + " is "
                    + Arrays.toString(s.shape())
                    + ", the model's is "
                    + Arrays.toString(t.shape()));
          }
        });
    LoadReport report = new LoadReport(missing, unexpected, wrong);
    if (!wrong.isEmpty() || (strict && !report.isClean())) {
      throw new IllegalArgumentException("weights do not fit the model: " + report);
    }
    return report;
  }

  /** Frees the native memory of all parameters and buffers. */
  @Override
  public void close() {
    tensors().values().forEach(Tensor::close);
    namedModules().keySet().forEach(m -> m.packs.forEach(Packed::close));
  }
}
