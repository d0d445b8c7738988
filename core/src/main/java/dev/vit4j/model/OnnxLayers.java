package dev.vit4j.model;

import dev.vit4j.format.OnnxGraph;
import dev.vit4j.nn.Activation;
import dev.vit4j.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * Writes the layers of {@code nn} as ONNX operators, in evaluation mode. A method takes the name of
 * the input and the path of the parameters, such as {@code blocks.0.attn}, and returns the name of
 * the output.
 */
public record OnnxLayers(OnnxGraph graph, Map<String, Tensor> state) {

  /** Adds a parameter or buffer as an initializer. */
  public String weight(String path) {
    return graph.weight(path, at(path));
  }

  public Tensor at(String path) {
    Tensor tensor = state.get(path);
    if (tensor == null) {
      throw new IllegalArgumentException("the model has no " + path);
    }
    return tensor;
  }

  /** Adds a constant for an operator. */
  public String number(double value) {
    return graph.weight("number_" + value, Tensor.of(new float[] {(float) value}, 1));
  }

  /** [..., in] to [..., out]. */
  public String linear(String x, String path) {
    String transposed = graph.weight(path + ".weight", at(path + ".weight").transpose(0, 1));
    String y = graph.op("MatMul", x, transposed);
    return state.containsKey(path + ".bias") ? graph.op("Add", y, weight(path + ".bias")) : y;
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

  /** Multi-head self-attention, as {@code nn.Attention}: [B, N, D] to [B, N, D]. */
  public String attention(String x, String path, long dim, long heads) {
    long size = dim / heads; // of a head
    List<String> qkv = graph.split(linear(x, path + ".qkv"), 2, 3); // 3 x [B, N, D]
    String q = heads(qkv.get(0), heads, size, 0, 2, 1, 3); // [B, H, N, d]
    String k = heads(qkv.get(1), heads, size, 0, 2, 3, 1); // [B, H, d, N]
    String v = heads(qkv.get(2), heads, size, 0, 2, 1, 3); // [B, H, N, d]
    String scaled = graph.op("Mul", q, number(1 / Math.sqrt((double) size)));
    String scores = graph.op("MatMul", scaled, k); // [B, H, N, N]
    String y = graph.op("MatMul", graph.op("Softmax", Map.of("axis", -1L), scores), v);
    return linear(reshape(transpose(y, 0, 2, 1, 3), 0, 0, dim), path + ".proj");
  }

  private String heads(String x, long heads, long size, long... order) {
    return transpose(reshape(x, 0, 0, heads, size), order);
  }

  /** Reshapes; 0 keeps a size, -1 infers it. */
  public String reshape(String x, long... shape) {
    return graph.op("Reshape", x, graph.numbers(shape));
  }

  public String transpose(String x, long... order) {
    return graph.op("Transpose", Map.of("perm", order), x);
  }

  public String convolution(String x, String path, long stride, long padding) {
    Tensor weight = at(path + ".weight"); // [out, in, kh, kw]
    return graph.op(
        "Conv",
        Map.of(
            "kernel_shape",
            new long[] {weight.size(2), weight.size(3)},
            "strides",
            new long[] {stride, stride},
            "pads",
            new long[] {padding, padding, padding, padding}),
        x,
        weight(path + ".weight"));
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
