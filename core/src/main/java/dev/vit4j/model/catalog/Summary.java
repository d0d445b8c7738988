package dev.vit4j.model.catalog;

import dev.vit4j.model.Inside;
import dev.vit4j.model.Model;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.Module;
import dev.vit4j.nn.Trace;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.MacCounter;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Summary of a model's layers, computed from shapes only: no weights are read and nothing is
 * computed, so that even large models need no memory. The columns are torchinfo's; multiply-adds
 * count every matrix product, convolution and attention (torchinfo counts a linear layer once per
 * image instead of once per token).
 *
 * @param model name of the model
 * @param patches how the image is divided into patches and tokens; empty if it is not
 * @param input shape of the batch
 * @param output shape of the logits or features
 * @param layers every call of a module, in execution order
 * @param tensors every parameter, in registration order
 * @param multAdds multiply-adds of a forward pass of the batch
 * @param activations number of output elements of layers with weights, in a forward pass
 */
public record Summary(
    String model,
    String patches,
    long[] input,
    long[] output,
    List<Layer> layers,
    List<Parameter> tensors,
    long multAdds,
    long activations) {
  private static final int BYTES = 4; // f32

  /** Which parameters of a layer are trainable. */
  public enum Trainable {
    ALL,
    SOME,
    NONE,
    NO_PARAMETERS
  }

  /**
   * A layer or module.
   *
   * @param path such as {@code blocks.0.attn}; empty for the model itself
   * @param type its class
   * @param depth how deep inside the model, 0 for the model
   * @param ownParameters number of parameters, without children
   * @param parameters number of parameters, with all children
   * @param again whether it was called before; its parameters are counted there
   */
  public record Layer(
      String path,
      String type,
      int depth,
      long[] input,
      long[] output,
      long ownParameters,
      long parameters,
      Trainable trainable,
      boolean again) {}

  /**
   * One parameter tensor.
   *
   * @param count number of elements
   */
  public record Parameter(String name, long[] shape, long count, boolean trainable) {}

  /**
   * Summarizes a model of the catalog.
   *
   * @param args constructor arguments that override the catalog's
   */
  public static Summary of(String name, Map<String, ?> args, int batchSize) {
    return of(Models.create(name, args, Init.shapesOnly()), batchSize);
  }

  /**
   * Summarizes a model; a model with weights is rebuilt without memory.
   *
   * @param batchSize images in the batch, at least 1
   */
  public static Summary of(Model model, int batchSize) {
    if (batchSize < 1) {
      throw new IllegalArgumentException("batch size must be at least 1, not " + batchSize);
    }
    Model shapes = Models.create(model.name(), model.args(), Init.shapesOnly());
    Set<String> frozen = new HashSet<>();
    model.parameters().forEach((name, t) -> addIf(!t.requiresGrad(), name, frozen));
    shapes.parameters().forEach((name, t) -> t.requiresGrad(!frozen.contains(name)));
    shapes.train(false);
    long[] input = {batchSize, model.channels(), model.height(), model.width()};
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open();
        Trace trace = Trace.start();
        MacCounter macs = MacCounter.start()) {
      Tensor y = shapes.apply(Tensor.empty(DType.F32, Device.META, input));
      List<Layer> layers = layers(shapes, trace.calls());
      return new Summary(
          model.name(),
          patches(shapes),
          input,
          y.shape(),
          layers,
          tensors(shapes),
          macs.total(),
          layers.stream()
              .filter(l -> l.ownParameters() > 0 && isLeaf(l, layers))
              .mapToLong(l -> count(l.output()))
              .sum());
    }
  }

  private static String patches(Model model) {
    Inside.Patches patches = model.family().inside(model).patches();
    return patches == null ? "" : patches.about();
  }

  private static void addIf(boolean condition, String name, Set<String> to) {
    if (condition) {
      to.add(name);
    }
  }

  private static List<Layer> layers(Module model, List<Trace.Call> calls) {
    Map<Module, String> paths = model.namedModules();
    Set<Module> seen = new HashSet<>();
    List<Layer> layers = new ArrayList<>();
    for (Trace.Call call : calls) {
      String prefix = paths.getOrDefault(call.module(), "?.");
      layers.add(layer(call, prefix, !seen.add(call.module())));
    }
    return layers;
  }

  private static Layer layer(Trace.Call call, String prefix, boolean again) {
    long own = call.module().ownParameters().values().stream().mapToLong(Tensor::count).sum();
    long[] output = call.output() == null ? new long[0] : call.output();
    return new Layer(
        prefix.isEmpty() ? "" : prefix.substring(0, prefix.length() - 1),
        call.module().getClass().getSimpleName(),
        call.depth(),
        call.input(),
        output,
        own,
        call.module().parameterCount(),
        trainable(call.module().parameters()),
        again);
  }

  private static Trainable trainable(Map<String, Tensor> parameters) {
    long learning = parameters.values().stream().filter(Tensor::requiresGrad).count();
    if (parameters.isEmpty()) {
      return Trainable.NO_PARAMETERS;
    }
    return learning == 0
        ? Trainable.NONE
        : learning == parameters.size() ? Trainable.ALL : Trainable.SOME;
  }

  private static boolean isLeaf(Layer layer, List<Layer> layers) {
    return layers.stream().noneMatch(l -> l.path().startsWith(layer.path() + "."));
  }

  private static List<Parameter> tensors(Module model) {
    List<Parameter> tensors = new ArrayList<>();
    model
        .parameters()
        .forEach((n, t) -> tensors.add(new Parameter(n, t.shape(), t.count(), t.requiresGrad())));
    return tensors;
  }

  private static long count(long[] shape) {
    long n = 1;
    for (long s : shape) {
      n *= s;
    }
    return n;
  }

  /** Number of parameters. */
  public long params() {
    return tensors.stream().mapToLong(Parameter::count).sum();
  }

  /** Number of trainable parameters. */
  public long trainable() {
    return tensors.stream().filter(Parameter::trainable).mapToLong(Parameter::count).sum();
  }

  /** Number of frozen parameters. */
  public long frozen() {
    return params() - trainable();
  }

  /** Size of the parameters in megabytes of 10^6 bytes, in f32. */
  public double sizeMb() {
    return params() * BYTES / 1e6;
  }

  /** Size of the input in megabytes of 10^6 bytes, in f32. */
  public double inputMb() {
    return count(input) * BYTES / 1e6;
  }

  /** Size of the activations and their gradients in megabytes, as torchinfo estimates it. */
  public double passMb() {
    return 2.0 * activations * BYTES / 1e6;
  }

  /**
   * Estimated memory of a training step with AdamW in megabytes, in f32: input, activations and
   * their gradients, parameters, and for each trainable one its gradient and two moments.
   */
  public double trainingMb() {
    return inputMb() + passMb() + sizeMb() + 3.0 * trainable() * BYTES / 1e6;
  }
}
