package dev.vit4j.model;

import dev.vit4j.format.OnnxGraph;
import dev.vit4j.nn.Activation;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The layers of {@code nn} as ONNX operators, in evaluation mode. A layer takes the name of its
 * input and the path of its parameters, such as {@code blocks.0.attn}, and gives the name of its
 * result.
 *
 * @param state parameters and buffers of the whole model
 * @param prefix what all paths are relative to, such as {@code backbone.}; empty for the model
 */
public record OnnxLayers(OnnxGraph graph, Map<String, Tensor> state, String prefix) {
  private static final double BATCH_NORM_EPS = 1e-5;

  /** The layers of a whole model. */
  public OnnxLayers(OnnxGraph graph, Map<String, Tensor> state) {
    this(graph, state, "");
  }

  /** The layers of a child module, such as {@code backbone}. */
  public OnnxLayers child(String name) {
    return new OnnxLayers(graph, state, prefix + name + ".");
  }

  /** Whether there is such a parameter or buffer. */
  public boolean has(String path) {
    return state.containsKey(prefix + path);
  }

  /** Adds a parameter or buffer as an initializer. */
  public String weight(String path) {
    return graph.weight(prefix + path, at(path));
  }

  /**
   * A parameter or buffer.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  public Tensor at(String path) {
    Tensor tensor = state.get(prefix + path);
    if (tensor == null) {
      throw new IllegalArgumentException("the model has no " + prefix + path);
    }
    return tensor;
  }

  /** Adds a constant for an operator. */
  public String number(double value) {
    return graph.weight("number_" + value, Tensor.of(new float[] {(float) value}, 1));
  }

  /** [..., in] to [..., out]. */
  public String linear(String x, String path) {
    return product(x, path + ".");
  }

  /**
   * As {@link #linear}.
   *
   * @param prefix of {@code weight} and {@code bias}, such as {@code attn.in_proj_}
   */
  String product(String x, String prefix) {
    Tensor weight = at(prefix + "weight");
    String transposed = graph.weight(this.prefix + prefix + "weight", weight.transpose(0, 1));
    String y = graph.op("MatMul", x, transposed);
    return has(prefix + "bias") ? graph.op("Add", y, weight(prefix + "bias")) : y;
  }

  public String layerNorm(String x, String path, double eps) {
    return graph.op(
        "LayerNormalization",
        Map.of("axis", -1L, "epsilon", eps),
        x,
        weight(path + ".weight"),
        weight(path + ".bias"));
  }

  public String activation(String x, Activation activation) {
    return switch (activation) {
      case RELU -> graph.op("Relu", x);
      case SILU -> graph.op("Mul", x, graph.op("Sigmoid", x));
      case QUICK_GELU -> graph.op("Mul", x, graph.op("Sigmoid", graph.op("Mul", x, number(1.702))));
      case GELU_TANH -> { // x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2
        String cube = graph.op("Mul", x, graph.op("Mul", x, x));
        String inner = graph.op("Add", x, graph.op("Mul", cube, number(0.044715)));
        String tanh = graph.op("Tanh", graph.op("Mul", inner, number(Math.sqrt(2 / Math.PI))));
        yield graph.op("Mul", graph.op("Mul", x, graph.op("Add", tanh, number(1))), number(0.5));
      }
      case GELU -> { // x (1 + erf(x / √2)) / 2
        String erf = graph.op("Erf", graph.op("Mul", x, number(Math.sqrt(0.5))));
        yield graph.op("Mul", graph.op("Mul", x, graph.op("Add", erf, number(1))), number(0.5));
      }
    };
  }

  /** Reshapes; 0 keeps a size, -1 infers it. */
  public String reshape(String x, long... shape) {
    return graph.op("Reshape", x, graph.numbers(shape));
  }

  public String transpose(String x, long... order) {
    return graph.op("Transpose", Map.of("perm", order), x);
  }

  /** A convolution, as {@code nn.Conv2d}. */
  public String convolution(String x, String path, long stride, long padding, long dilation) {
    return convolution(x, path, stride, padding, dilation, 1);
  }

  /** A convolution in groups of channels, as {@code nn.Conv2d}. */
  public String convolution(
      String x, String path, long stride, long padding, long dilation, long groups) {
    Tensor weight = at(path + ".weight"); // [out, in / groups, kh, kw]
    List<String> inputs = new ArrayList<>(List.of(x, weight(path + ".weight")));
    if (has(path + ".bias")) {
      inputs.add(weight(path + ".bias"));
    }
    return graph.op(
        "Conv",
        Map.of(
            "kernel_shape",
            new long[] {weight.size(2), weight.size(3)},
            "strides",
            new long[] {stride, stride},
            "pads",
            new long[] {padding, padding, padding, padding},
            "dilations",
            new long[] {dilation, dilation},
            "group",
            groups),
        inputs.toArray(new String[0]));
  }

  /** Projects square patches that do not overlap: [B, C, H, W] to [B, D, H / side, W / side]. */
  public String patches(String x, String path, long side) {
    long[] square = {side, side};
    Map<String, long[]> sizes = Map.of("kernel_shape", square, "strides", square);
    return graph.op("Conv", sizes, x, weight(path + ".weight"), weight(path + ".bias"));
  }

  /**
   * A convolution of every channel with its own kernel, as {@code nn.DepthwiseConv2d}.
   *
   * @param weight name of the kernels [channels, 1, kernel, kernel]
   */
  public String depthwise(String x, String weight, long channels, long kernel, long stride) {
    long pad = kernel / 2;
    return graph.op(
        "Conv",
        Map.of(
            "kernel_shape", new long[] {kernel, kernel},
            "strides", new long[] {stride, stride},
            "pads", new long[] {pad, pad, pad, pad},
            "group", channels),
        x,
        weight);
  }

  /** Batch normalization with the running statistics, as {@code nn.BatchNorm2d}. */
  public String batchNorm(String x, String path) {
    return graph.op(
        "BatchNormalization",
        Map.of("epsilon", BATCH_NORM_EPS),
        x,
        weight(path + ".weight"),
        weight(path + ".bias"),
        weight(path + ".running_mean"),
        weight(path + ".running_var"));
  }

  /**
   * [B, C, h, w] to [B, C, height, width], bilinearly between pixel centers, as {@code
   * Ops.resizeBilinear}.
   *
   * @param like a tensor of the same batch size B
   */
  public String resizeBilinear(String x, String like, long channels, long height, long width) {
    String rest = graph.numbers(channels, height, width);
    String size = graph.op("Concat", Map.of("axis", 0L), batchSize(like), rest);
    Map<String, String> how =
        Map.of("mode", "linear", "coordinate_transformation_mode", "half_pixel");
    return graph.op("Resize", how, x, "", "", size); // neither a region nor scales
  }

  /**
   * Repeats a parameter for every image.
   *
   * @param values reshaped to [1, T, D]
   * @param like a tensor of the batch size B
   * @return [B, T, D]
   */
  public String forEach(String values, String like) {
    String shape = graph.op("Concat", Map.of("axis", 0L), batchSize(like), graph.numbers(1, 1));
    return graph.op("Expand", values, shape);
  }

  /** The size of the first dimension: [1]. */
  public String batchSize(String x) {
    return slice(graph.op("Shape", x), 0, 0, 1, 1);
  }

  /** Mean over squares of pixels, as {@code ImageOps.avgPool2d}. */
  public String averagePool(String x, long size) {
    long[] square = {size, size};
    return graph.op("AveragePool", Map.of("kernel_shape", square, "strides", square), x);
  }

  /** Mean over 2x2 pixels, with shorter windows at the end, as {@code ImageOps.halve}. */
  public String halve(String x) {
    Map<String, Object> windows =
        Map.of("kernel_shape", new long[] {2, 2}, "strides", new long[] {2, 2}, "ceil_mode", 1L);
    return graph.op("AveragePool", windows, x);
  }

  /** 3x3 max-pooling with stride 2. */
  public String maxPool(String x) {
    return graph.op(
        "MaxPool",
        Map.of(
            "kernel_shape", new long[] {3, 3},
            "strides", new long[] {2, 2},
            "pads", new long[] {1, 1, 1, 1}),
        x);
  }

  /** Mean over axes, which are removed. */
  public String mean(String x, long... axes) {
    return graph.op("ReduceMean", Map.of("axes", axes, "keepdims", 0L), x);
  }

  /** Slices an axis, with a step. */
  public String slice(String x, long axis, long from, long to, long step) {
    return graph.op(
        "Slice",
        x,
        graph.numbers(from),
        graph.numbers(to),
        graph.numbers(axis),
        graph.numbers(step));
  }
}
