package dev.vit4j.model.clip;

import dev.vit4j.format.OnnxGraph;
import dev.vit4j.model.Model;
import dev.vit4j.model.OnnxLayers;
import dev.vit4j.model.OnnxTransformer;
import dev.vit4j.nn.EncoderBlock;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the towers of a {@link Clip} as ONNX operators, in the order of their forward passes. */
record ClipOnnx(OnnxLayers layers) {
  private static final long TO_THE_END = Long.MAX_VALUE;
  private static final long I32 = 6; // a data type of ONNX

  /**
   * Pixels [B, C, H, W] to [B, E].
   *
   * @param trunk the image model of {@code vision_model_name}, if there is one
   */
  String image(VisionConfig c, String pixels, @Nullable Model trunk) {
    OnnxLayers visual = layers.child("visual");
    if (trunk != null) {
      String features = trunk.family().onnx(trunk, visual.child("trunk"), pixels);
      return visual.linear(features, "head.proj");
    }
    if (c.isSiglip()) {
      return siglip(visual, c, pixels);
    }
    return c.isResNet() ? new ClipResNetOnnx(visual, c).forward(pixels) : vit(visual, c, pixels);
  }

  private String siglip(OnnxLayers visual, VisionConfig c, String pixels) {
    String patches = patches(visual, c, pixels);
    String tokens = graph().op("Add", patches, visual.weight("positional_embedding"));
    String x = visual.layerNorm(blocks(visual, c, tokens), "ln_post", c.normEps());
    OnnxLayers pool = visual.child("attn_pool");
    String probe = pool.forEach(pool.weight("probe"), pixels); // [B, 1, D]
    OnnxTransformer transformer = new OnnxTransformer(pool);
    String y = transformer.attention(probe, x, "in_proj_", c.width(), c.heads());
    String pooled = pool.linear(pool.reshape(y, 0, c.width()), "out_proj");
    String hidden = pool.linear(pool.layerNorm(pooled, "ln", c.normEps()), "mlp.c_fc");
    return graph().op("Add", pooled, pool.linear(pool.activation(hidden, c.act()), "mlp.c_proj"));
  }

  private String vit(OnnxLayers visual, VisionConfig c, String pixels) {
    String x = blocks(visual, c, embed(visual, c, pixels)); // [B, N + 1, D]
    String normed = visual.layerNorm(x, "ln_post", c.normEps());
    String pooled = // [B, D]
        c.poolType().equals("avg")
            ? visual.mean(visual.slice(normed, 1, 1, TO_THE_END, 1), 1)
            : visual.reshape(visual.slice(normed, 1, 0, 1, 1), 0, c.width());
    return graph().op("MatMul", pooled, visual.weight("proj"));
  }

  private static String blocks(OnnxLayers visual, VisionConfig c, String tokens) {
    String x = tokens;
    OnnxTransformer transformer = new OnnxTransformer(visual);
    for (int i = 0; i < c.layers().get(0); i++) {
      x = transformer.encoderBlock(x, "transformer.resblocks." + i, ClipVit.blocks(c), "");
    }
    return x;
  }

  private static String patches(OnnxLayers visual, VisionConfig c, String pixels) {
    String grid = visual.convolution(pixels, "conv1", c.patchSize(), 0, 1); // [B, D, h, w]
    return visual.transpose(visual.reshape(grid, 0, c.width(), -1), 0, 2, 1);
  }

  private String embed(OnnxLayers visual, VisionConfig c, String pixels) {
    String patches = patches(visual, c, pixels);
    String token = visual.reshape(visual.weight("class_embedding"), 1, 1, c.width());
    String all = graph().op("Concat", Map.of("axis", 1L), visual.forEach(token, pixels), patches);
    String tokens = graph().op("Add", all, visual.weight("positional_embedding"));
    return c.lnPre() ? visual.layerNorm(tokens, "ln_pre", c.normEps()) : tokens;
  }

  /** Tokens [T, L] to [T, E]. */
  String text(TextConfig c, String ids) {
    Map<String, Long> first = Map.of("axis", 0L);
    String x = graph().op("Gather", first, layers.weight("token_embedding.weight"), ids);
    x = graph().op("Add", x, layers.weight("positional_embedding")); // [T, L, D]
    OnnxTransformer transformer = new OnnxTransformer(layers);
    String mask = c.causal() ? transformer.causalMask(c.contextLength()) : "";
    EncoderBlock.Config blocks = ClipText.blocks(c);
    for (int i = 0; i < c.layers(); i++) {
      x = transformer.encoderBlock(x, "transformer.resblocks." + i, blocks, mask);
    }
    String pooled = layers.layerNorm(read(c, x, ids), "ln_final", c.normEps()); // [T, D]
    String features = graph().op("MatMul", pooled, layers.weight("text_projection"));
    return c.projBias()
        ? graph().op("Add", features, layers.weight("text_projection_bias"))
        : features;
  }

  /** The token that is read of each text: [T, L, D] to [T, D]. */
  private String read(TextConfig c, String x, String ids) {
    if (c.poolType().equals("last")) {
      String last = layers.slice(x, 1, c.contextLength() - 1, TO_THE_END, 1);
      return layers.reshape(last, 0, c.width());
    }
    boolean byEnd = c.poolType().equals("eos");
    String wanted = byEnd ? graph().op("Equal", ids, graph().numbers(c.eosTokenId())) : ids;
    String numbers = graph().op("Cast", Map.of("to", I32), wanted);
    String place = graph().op("ArgMax", Map.of("axis", 1L, "keepdims", 1L), numbers); // [T, 1]
    return graph().op("GatherND", Map.of("batch_dims", 1L), x, place);
  }

  private OnnxGraph graph() {
    return layers.graph();
  }
}
