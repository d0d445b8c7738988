package dev.vit4j.format;

import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Builds an ONNX model: each added operator returns the name of its result, which later operators
 * take as input. Operator set 17, the first with LayerNormalization (ONNX 1.12).
 *
 * <p>The file is one protocol-buffers message (onnx.proto3). ModelProto: 1 ir_version, 2
 * producer_name, 7 graph, 8 opset_import {2 version}, 14 metadata_props {1 key, 2 value}.
 * GraphProto: 1 node {1 input, 2 output, 3 name, 4 op_type, 5 attribute}, 2 name, 5 initializer, 11
 * input, 12 output. TensorProto: 1 dims, 2 data_type (1 f32, 7 i64), 8 name, 9 raw_data,
 * little-endian. AttributeProto: 1 name, 2 f, 3 i, 4 s, 8 ints, 20 type (1 float, 2 int, 3 string,
 * 7 ints).
 */
public final class OnnxGraph {
  /** Operator set version. */
  public static final int OPSET = 17;

  private static final int IR_VERSION = 8; // ONNX 1.12's
  private static final int F32 = 1;
  private static final int I64 = 7;
  private static final int OVERHEAD = 1 << 20; // bytes for versions and names
  private static final String BATCH = "batch"; // the dynamic dimension

  private final String name;
  private final ProtoMessage nodes = new ProtoMessage();
  private final ProtoMessage ends = new ProtoMessage();
  private final ProtoMessage metadata = new ProtoMessage();
  private final Map<String, Tensor> weights = new LinkedHashMap<>();
  private final Map<String, long[]> numbers = new LinkedHashMap<>();
  private int count;

  /** Creates an empty graph. */
  public OnnxGraph(String name) {
    this.name = name;
  }

  /** Adds an input of the model: f32 [batch, shape]. */
  public String input(String name, long... shape) {
    ends.message(11, valueInfo(name, F32, shape));
    return name;
  }

  /** Adds an input of whole numbers: i64 [batch, shape]. */
  public String inputOfNumbers(String name, long... shape) {
    ends.message(11, valueInfo(name, I64, shape));
    return name;
  }

  /** Declares a result as an output of the model: f32 [batch, shape]. */
  public void output(String result, String name, long... shape) {
    node(name, "Identity", List.of(result), Map.of());
    ends.message(12, valueInfo(name, F32, shape));
  }

  /** Adds an f32 tensor as an initializer. It is read when the file is written. */
  public String weight(String name, Tensor tensor) {
    weights.put(name, tensor);
    return name;
  }

  /** Adds a constant list of integers, for use as an operator's input. */
  public String numbers(long... values) {
    String key = "numbers_" + numbers.size();
    numbers.put(key, values);
    return key;
  }

  /** Adds an operator with one result and no attributes. */
  public String op(String type, String... inputs) {
    return op(type, Map.of(), inputs);
  }

  /**
   * Adds an operator with one result.
   *
   * @param attributes a Double, a Long, a long[] or a String each
   * @param inputs names; an empty one leaves an optional input out
   */
  public String op(String type, Map<String, ?> attributes, String... inputs) {
    String result = result(type);
    node(result, type, List.of(inputs), attributes);
    return result;
  }

  /** Splits a tensor into equal parts along an axis. */
  public List<String> split(String x, long axis, int parts) {
    List<String> results = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      results.add(result("Split"));
    }
    node(results, "Split", List.of(x), Map.of("axis", axis));
    return results;
  }

  /** The k largest elements along the last axis, in descending order, and their indices. */
  public List<String> topK(String x, long k) {
    List<String> results = List.of(result("TopK"), result("TopK"));
    node(results, "TopK", List.of(x, numbers(k)), Map.of());
    return results;
  }

  /** Adds an entry to the file's metadata. */
  public void metadata(String key, String value) {
    metadata.message(14, new ProtoMessage().text(1, key).text(2, value));
  }

  private String result(String type) {
    return "%s_%d".formatted(type, count++);
  }

  private void node(String result, String type, List<String> inputs, Map<String, ?> attributes) {
    node(List.of(result), type, inputs, attributes);
  }

  private void node(
      List<String> results, String type, List<String> inputs, Map<String, ?> attributes) {
    ProtoMessage node = new ProtoMessage();
    inputs.forEach(x -> node.text(1, x));
    results.forEach(y -> node.text(2, y));
    node.text(3, results.get(0)).text(4, type);
    attributes.forEach((key, value) -> node.message(5, attribute(key, value)));
    nodes.message(1, node);
  }

  private static ProtoMessage attribute(String key, Object value) {
    ProtoMessage attribute = new ProtoMessage().text(1, key);
    if (value instanceof Double d) {
      return attribute.decimal(2, d.floatValue()).number(20, 1);
    }
    if (value instanceof String s) {
      return attribute.text(4, s).number(20, 3);
    }
    if (value instanceof Long i) {
      return attribute.number(3, i).number(20, 2);
    }
    for (long i : (long[]) value) {
      attribute.number(8, i);
    }
    return attribute.number(20, 7);
  }

  private static ProtoMessage valueInfo(String name, int type, long... shape) {
    ProtoMessage dims = new ProtoMessage().message(1, new ProtoMessage().text(2, BATCH));
    for (long size : shape) {
      dims.message(1, new ProtoMessage().number(1, size));
    }
    ProtoMessage tensor = new ProtoMessage().number(1, type).message(2, dims);
    return new ProtoMessage().text(1, name).message(2, new ProtoMessage().message(1, tensor));
  }

  // ---- writing

  /**
   * Checks the size of the model without writing it.
   *
   * @throws FormatException if it exceeds the format's limit of 2 GiB
   */
  public void requireFits(Path file) throws IOException {
    long size = (long) nodes.size() + ends.size() + metadata.size();
    for (Map.Entry<String, Tensor> w : weights.entrySet()) {
      size += header(w.getKey(), w.getValue()).size() + bytes(w.getValue());
    }
    for (Map.Entry<String, long[]> n : numbers.entrySet()) {
      size += tensor(n.getKey(), n.getValue()).size();
    }
    if (size > Integer.MAX_VALUE - OVERHEAD) {
      throw new FormatException(
          file.toString(),
          -1,
          "a model of %d MB: ONNX files are limited to 2 GiB".formatted(size / 1000000));
    }
  }

  /**
   * Writes the model.
   *
   * @throws FormatException if it exceeds the format's limit of 2 GiB
   */
  public void write(Path file) throws IOException {
    requireFits(file);
    ProtoMessage begin = new ProtoMessage().number(1, IR_VERSION).text(2, "vit4j");
    ProtoMessage end = new ProtoMessage().message(8, new ProtoMessage().number(2, OPSET));
    ProtoMessage title = new ProtoMessage().text(2, name);
    numbers.forEach((key, values) -> title.message(5, tensor(key, values)));
    long size = (long) nodes.size() + title.size() + ends.size();
    for (Map.Entry<String, Tensor> w : weights.entrySet()) {
      size += header(w.getKey(), w.getValue()).size() + bytes(w.getValue());
    }
    begin.open(7, size);
    AtomicFile.write(
        file,
        out -> {
          out.write(begin.toBytes());
          out.write(nodes.toBytes());
          out.write(title.toBytes());
          for (Map.Entry<String, Tensor> w : weights.entrySet()) {
            out.write(header(w.getKey(), w.getValue()).toBytes());
            write(w.getValue(), out);
          }
          out.write(ends.toBytes());
          out.write(end.toBytes());
          out.write(metadata.toBytes());
        });
  }

  private static void write(Tensor tensor, OutputStream out) throws IOException {
    try (Scope scope = Scope.open()) {
      WritableByteChannel channel = Channels.newChannel(out);
      ByteBuffer bytes = tensor.toBytes();
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
  }

  /** An initializer without its data, which follows. */
  private static ProtoMessage header(String name, Tensor tensor) {
    if (tensor.dtype() != DType.F32) {
      throw new IllegalArgumentException(name + " is " + tensor.dtype() + ", not F32");
    }
    ProtoMessage head = new ProtoMessage();
    for (long size : tensor.shape()) {
      head.number(1, size);
    }
    head.number(2, F32).text(8, name).open(9, bytes(tensor));
    ProtoMessage whole = new ProtoMessage().open(5, head.size() + bytes(tensor));
    return whole.append(head);
  }

  private static ProtoMessage tensor(String name, long... values) {
    ByteBuffer raw = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (long v : values) {
      raw.putLong(v);
    }
    return new ProtoMessage()
        .number(1, values.length)
        .number(2, I64)
        .text(8, name)
        .raw(9, raw.array());
  }

  private static long bytes(Tensor tensor) {
    return 4 * tensor.count();
  }
}
