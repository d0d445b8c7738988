package dev.vit4j.model.mvit;

import dev.vit4j.format.OnnxGraph;
import dev.vit4j.model.OnnxLayers;
import dev.vit4j.nn.Activation;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Writes an {@link Mvit} as ONNX operators, in the order of its forward pass. */
record MvitOnnx(OnnxLayers layers, MvitConfig config) {
  /** Pixels [B, C, H, W] to logits [B, K], or to features without a head. */
  String forward(String pixels) {
    String grid =
        layers.convolution(
            pixels, "patch_embed.proj", config.patchStride(), config.patchKernel() / 2, 1);
    String x = layers.transpose(layers.reshape(grid, 0, config.embedDim(), -1), 0, 2, 1);
    if (config.classToken()) {
      x = concat(1, layers.forEach(layers.weight("cls_token"), pixels), x);
    }
    for (MvitConfig.Block block : config.blocks()) {
      x = block(x, block);
    }
    x = norm(x, "norm");
    String features =
        config.globalPool().equals("token")
            ? layers.reshape(token(x, 1), 0, config.features())
            : layers.mean(grid(x, 1), 1);
    return config.numClasses() > 0 ? layers.linear(features, "head.fc") : features;
  }

  private String block(String x, MvitConfig.Block c) {
    String path = c.name() + ".";
    String normed = norm(x, path + "norm1");
    boolean widens = c.attnDim() != c.dim();
    String shortcut = widens ? layers.linear(normed, path + "shortcut_proj_attn") : x;
    String y = graph().op("Add", pooled(shortcut, c), attention(normed, c)); // [B, Nq, A]
    String normed2 = norm(y, path + "norm2");
    boolean widensLater = c.outDim() != c.attnDim();
    String shortcut2 = widensLater ? layers.linear(normed2, path + "shortcut_proj_mlp") : y;
    String hidden = layers.activation(layers.linear(normed2, path + "mlp.fc1"), Activation.GELU);
    return graph().op("Add", shortcut2, layers.linear(hidden, path + "mlp.fc2"));
  }

  /** The max-pooled shortcut: [B, N, A] to [B, Nq, A]. */
  private String pooled(String x, MvitConfig.Block c) {
    if (c.strideQ() == 1) {
      return x;
    }
    String planes = planes(grid(x, 1), c);
    String tokens =
        layers.transpose(layers.reshape(layers.maxPool(planes), 0, c.attnDim(), -1), 0, 2, 1);
    return config.classToken() ? concat(1, token(x, 1), tokens) : tokens;
  }

  private String attention(String x, MvitConfig.Block c) {
    String path = c.name() + ".attn.";
    List<String> qkv = graph().split(layers.linear(x, path + "qkv"), 2, 3); // 3 x [B, N, A]
    String q = pool(qkv.get(0), path, "q", c.strideQ(), c); // [B, H, Nq, d]
    String k = pool(qkv.get(1), path, "k", c.strideKv(), c); // [B, H, Nk, d]
    String v = pool(qkv.get(2), path, "v", c.strideKv(), c);
    String scaled = graph().op("Mul", q, layers.number(1 / Math.sqrt((double) c.headDim())));
    String products = graph().op("MatMul", scaled, layers.transpose(k, 0, 1, 3, 2));
    String scores = graph().op("Add", products, positions(q, path, c)); // [B, H, Nq, Nk]
    String weights = graph().op("Softmax", Map.of("axis", -1L), scores);
    String y = graph().op("Add", graph().op("MatMul", weights, v), q);
    String merged = layers.reshape(layers.transpose(y, 0, 2, 1, 3), 0, -1, c.attnDim());
    return layers.linear(merged, path + "proj");
  }

  /** Convolution over the grid, the same for all heads, and norm: [B, N, A] to [B, H, N', d]. */
  private String pool(String x, String path, String what, int stride, MvitConfig.Block c) {
    String name = path + "pool_" + what + ".weight";
    Tensor kernels = layers.at(name);
    Tensor[] heads = new Tensor[c.heads()];
    Arrays.fill(heads, kernels);
    String weight = graph().weight(layers.prefix() + name, Ops.cat(0, heads)); // [A, 1, 3, 3]
    String planes = layers.depthwise(planes(grid(x, 1), c), weight, c.attnDim(), 3, stride);
    String split = layers.reshape(planes, 0, c.heads(), c.headDim(), -1);
    String tokens = layers.transpose(split, 0, 1, 3, 2); // [B, H, N', d]
    if (config.classToken()) {
      String token = layers.reshape(token(x, 1), 0, c.heads(), 1, c.headDim());
      tokens = concat(2, token, tokens);
    }
    return norm(tokens, path + "norm_" + what);
  }

  /** What relative positions add to the scores: [B, H, Nq, Nk]. */
  private String positions(String q, String path, MvitConfig.Block c) {
    int rows = c.queryRows();
    int columns = c.queryColumns();
    long queries = (long) rows * columns;
    long keys = (long) c.keyRows() * c.keyColumns();
    String grid = layers.reshape(grid(q, 2), 0, c.heads(), rows, columns, c.headDim());
    String byRow = distances(path + "rel_pos_h", rows, c.keyRows()); // [rows, d, h]
    String byColumn = distances(path + "rel_pos_w", columns, c.keyColumns());
    String h = graph().op("MatMul", grid, byRow); // [B, H, rows, columns, h]
    String turned = layers.transpose(grid, 0, 1, 3, 2, 4); // [B, H, columns, rows, d]
    String w = layers.transpose(graph().op("MatMul", turned, byColumn), 0, 1, 3, 2, 4);
    String both =
        graph()
            .op(
                "Add",
                layers.reshape(h, 0, c.heads(), queries, c.keyRows(), 1),
                layers.reshape(w, 0, c.heads(), queries, 1, c.keyColumns()));
    String scores = layers.reshape(both, 0, c.heads(), queries, keys);
    return config.classToken()
        ? graph().op("Pad", scores, graph().numbers(0, 0, 1, 1, 0, 0, 0, 0))
        : scores;
  }

  private String distances(String path, int queries, int keys) {
    long[] index = RelativePositions.of(queries, keys);
    Tensor chosen = layers.at(path).indexSelect(0, Tensor.of(index, index.length));
    return graph()
        .weight(
            layers.prefix() + path, chosen.reshape(queries, keys, chosen.size(1)).transpose(1, 2));
  }

  private String planes(String tokens, MvitConfig.Block c) {
    return layers.reshape(layers.transpose(tokens, 0, 2, 1), 0, c.attnDim(), c.rows(), c.columns());
  }

  /** The tokens without the class token. */
  private String grid(String x, long axis) {
    return config.classToken() ? layers.slice(x, axis, 1, Integer.MAX_VALUE, 1) : x;
  }

  private String token(String x, long axis) {
    return layers.slice(x, axis, 0, 1, 1);
  }

  private String concat(long axis, String... parts) {
    return graph().op("Concat", Map.of("axis", axis), parts);
  }

  private String norm(String x, String path) {
    return layers.layerNorm(x, path, Mvit.NORM_EPS);
  }

  private OnnxGraph graph() {
    return layers.graph();
  }
}
