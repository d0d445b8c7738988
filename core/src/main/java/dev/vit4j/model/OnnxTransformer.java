package dev.vit4j.model;

import dev.vit4j.format.OnnxGraph;
import dev.vit4j.nn.Activation;
import dev.vit4j.nn.EncoderBlock;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The parts of a transformer as ONNX operators, in evaluation mode.
 *
 * @param layers simple layers, and what all paths are relative to
 */
public record OnnxTransformer(OnnxLayers layers) {
  private static final int LONGEST = 8192; // tokens of a causal model

  /** Multi-head self-attention, as {@code nn.Attention}: [B, N, D] to [B, N, D]. */
  public String attention(String x, String path, long dim, long heads) {
    List<String> qkv = layers.graph().split(layers.linear(x, path + ".qkv"), 2, 3); // 3 x [B, N, D]
    return layers.linear(
        attention(qkv.get(0), qkv.get(1), qkv.get(2), dim, heads, ""), path + ".proj");
  }

  /**
   * The attention of queries [B, M, D] to keys and values [B, N, D]: [B, M, D].
   *
   * @param mask added to the scores [B, H, M, N]; empty for none
   */
  public String attention(String q, String k, String v, long dim, long heads, String mask) {
    long size = dim / heads; // of a head
    String queries = heads(q, heads, size, 0, 2, 1, 3); // [B, H, M, d]
    String keys = heads(k, heads, size, 0, 2, 3, 1); // [B, H, d, N]
    String values = heads(v, heads, size, 0, 2, 1, 3); // [B, H, N, d]
    String scaled = layers.graph().op("Mul", queries, layers.number(1 / Math.sqrt((double) size)));
    String scores = layers.graph().op("MatMul", scaled, keys); // [B, H, M, N]
    String masked = mask.isEmpty() ? scores : layers.graph().op("Add", scores, mask);
    String y =
        layers
            .graph()
            .op("MatMul", layers.graph().op("Softmax", Map.of("axis", -1L), masked), values);
    return layers.reshape(layers.transpose(y, 0, 2, 1, 3), 0, 0, dim);
  }

  /**
   * Attention to other tokens than those of the queries, before its projection, as {@code
   * torch.nn.MultiheadAttention}.
   *
   * @param x queries [B, M, D]
   * @param others keys and values [B, N, D]
   * @param prefix of the joined {@code weight} [3D, D] and {@code bias}, such as {@code in_proj_}
   * @return [B, M, D]
   */
  public String attention(String x, String others, String prefix, long dim, long heads) {
    List<String> parts = new ArrayList<>();
    for (int third = 0; third < 3; third++) {
      String name = layers.prefix() + prefix + "qkv".charAt(third) + "_";
      Tensor weight = layers.at(prefix + "weight").narrow(0, third * dim, dim).transpose(0, 1);
      Tensor bias = layers.at(prefix + "bias").narrow(0, third * dim, dim);
      OnnxGraph graph = layers.graph();
      String product =
          graph.op("MatMul", third == 0 ? x : others, graph.weight(name + "weight", weight));
      parts.add(graph.op("Add", product, graph.weight(name + "bias", bias)));
    }
    return attention(parts.get(0), parts.get(1), parts.get(2), dim, heads, "");
  }

  private String heads(String x, long heads, long size, long... order) {
    return layers.transpose(layers.reshape(x, 0, 0, heads, size), order);
  }

  /**
   * A transformer layer, as {@code nn.EncoderBlock}: [B, N, D] to [B, N, D].
   *
   * @param mask of {@link #causalMask}; empty for none
   */
  public String encoderBlock(String x, String path, EncoderBlock.Config c, String mask) {
    EncoderBlock.Names names = c.names();
    String normed = layers.layerNorm(x, path + "." + names.norm1(), c.normEps());
    String qkvPath = path + ".attn." + names.qkv();
    boolean joined = qkvPath.endsWith("_"); // in_proj_weight, without a dot
    List<String> qkv =
        layers.graph().split(layers.product(normed, joined ? qkvPath : qkvPath + "."), 2, 3);
    String q = normed(qkv.get(0), path + ".attn.q_norm", c);
    String k = normed(qkv.get(1), path + ".attn.k_norm", c);
    String mixed = attention(q, k, qkv.get(2), c.dim(), c.heads(), mask);
    String projected = layers.linear(mixed, path + ".attn." + names.proj());
    String y = layers.graph().op("Add", x, scaled(projected, path + "." + names.ls1()));
    String hidden =
        layers.linear(
            layers.layerNorm(y, path + "." + names.norm2(), c.normEps()),
            path + ".mlp." + names.fc1());
    String acted = c.gated() ? gate(hidden, c) : layers.activation(hidden, c.act());
    String mlp = layers.linear(acted, path + ".mlp." + names.fc2());
    return layers.graph().op("Add", y, scaled(mlp, path + "." + names.ls2()));
  }

  /** Normalizes every head of queries or keys [B, N, D], if the model does. */
  private String normed(String x, String path, EncoderBlock.Config c) {
    if (!c.qkNorm()) {
      return x;
    }
    String heads = layers.reshape(x, 0, 0, c.heads(), c.dim() / c.heads());
    return layers.reshape(layers.layerNorm(heads, path, c.normEps()), 0, 0, c.dim());
  }

  /** As {@code nn.GluMlp}: act(a) b for the halves a and b of the hidden layer. */
  private String gate(String hidden, EncoderBlock.Config c) {
    List<String> halves = layers.graph().split(hidden, 2, 2);
    return layers.graph().op("Mul", layers.activation(halves.get(0), c.act()), halves.get(1));
  }

  /**
   * Attention pooling, as {@code nn.AttentionPoolLatent}: [B, N, D] to [B, D].
   *
   * @param heads number of attention heads, a divisor of D
   */
  public String attentionPool(
      String x, String path, long dim, long heads, Activation act, double normEps) {
    String query = layers.linear(layers.weight(path + ".latent"), path + ".q"); // [1, 1, D]
    List<String> kv = layers.graph().split(layers.linear(x, path + ".kv"), 2, 2);
    String read =
        attention(layers.forEach(query, x), kv.get(0), kv.get(1), dim, heads, ""); // [B, 1, D]
    String pooled = layers.reshape(layers.linear(read, path + ".proj"), 0, dim);
    String hidden =
        layers.linear(layers.layerNorm(pooled, path + ".norm", normEps), path + ".mlp.fc1");
    String mlp = layers.linear(layers.activation(hidden, act), path + ".mlp.fc2");
    return layers.graph().op("Add", pooled, mlp);
  }

  private String scaled(String x, String path) {
    return layers.has(path + ".gamma")
        ? layers.graph().op("Mul", x, layers.weight(path + ".gamma"))
        : x;
  }

  /**
   * A mask that lets tokens attend only to themselves and those before them: [N, N].
   *
   * @throws IllegalArgumentException if it were too large for the file
   */
  public String causalMask(int length) {
    if (length > LONGEST) {
      throw new IllegalArgumentException(
          "sequences of %d tokens are too long for ONNX: up to %d".formatted(length, LONGEST));
    }
    float[] mask = new float[length * length];
    for (int query = 0; query < length; query++) {
      for (int key = query + 1; key < length; key++) {
        mask[query * length + key] = Float.NEGATIVE_INFINITY;
      }
    }
    return layers.graph().weight("causal_mask", Tensor.of(mask, length, length));
  }
}
