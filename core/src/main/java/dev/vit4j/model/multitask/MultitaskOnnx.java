package dev.vit4j.model.multitask;

import dev.vit4j.format.OnnxGraph;
import dev.vit4j.model.Model;
import dev.vit4j.model.OnnxLayers;
import dev.vit4j.model.OnnxTransformer;
import dev.vit4j.nn.Activation;
import dev.vit4j.nn.SinCos2d;
import java.util.Map;

/** Writes a {@link MultitaskVit} as ONNX operators, in the order of its forward pass. */
record MultitaskOnnx(OnnxLayers layers, MultitaskVit model) {
  private static final double NORM_EPS = 1e-5;

  /** Pixels [B, C, H, W] to a score per class and pixel, [B, K, H, W]. */
  String forward(String pixels) {
    MultitaskConfig c = model.config();
    String x = tokens(pixels); // [B, P, D]
    if (layers.has("proj.weight")) {
      x = layers.linear(x, "proj");
    }
    if (c.posEmbed().equals("sincos2d")) {
      String name = "positions";
      x = graph().op("Add", x, graph().weight(name, SinCos2d.of(rows(), columns(), model.dim())));
    }
    if (!c.encoder().equals("none")) {
      x = encoder(x);
    }
    String classes = layers.linear(x, "label_head"); // [B, P, K]
    String hidden = layers.activation(layers.linear(x, "mask_head.fc1"), Activation.RELU);
    String masks = layers.linear(hidden, "mask_head.fc2"); // [B, P, pixels · M]
    return image(classes, graph().op("Sigmoid", masks), pixels);
  }

  private String tokens(String pixels) {
    MultitaskConfig c = model.config();
    long side = c.patchSize();
    long patches = (long) rows() * columns();
    Model backbone = model.backbone();
    if (backbone == null) {
      String grid = layers.patches(pixels, "patch_embed.proj", side);
      return layers.transpose(layers.reshape(grid, 0, c.embedDim(), patches), 0, 2, 1);
    }
    OnnxLayers own = layers.child("backbone");
    if (c.isPatchwise()) {
      String split = layers.reshape(pixels, 0, c.inChans(), rows(), side, columns(), side);
      String each =
          layers.reshape(layers.transpose(split, 0, 2, 4, 1, 3, 5), -1, c.inChans(), side, side);
      String map = backbone.family().onnxOfFeatureMap(backbone, own, each);
      return layers.reshape(
          pooled(map, model.cells() / c.poolSize()), -1, patches, model.features());
    }
    String map = backbone.family().onnxOfFeatureMap(backbone, own, pixels);
    String grid = pooled(map, model.cells());
    return layers.transpose(layers.reshape(grid, 0, model.features(), patches), 0, 2, 1);
  }

  private String pooled(String map, int size) {
    return size == 1 ? map : layers.averagePool(map, size);
  }

  private String encoder(String tokens) {
    MultitaskConfig c = model.config();
    String x = tokens;
    for (int i = 0; i < c.depth(); i++) {
      OnnxLayers layer = layers.child("encoder").child("layers." + i);
      String mixed =
          new OnnxTransformer(layer)
              .attention(x, x, "self_attn.in_proj_", model.dim(), c.numHeads());
      String y = graph().op("Add", x, layer.linear(mixed, "self_attn.out_proj"));
      y = layer.layerNorm(y, "norm1", NORM_EPS);
      String hidden = layer.activation(layer.linear(y, "linear1"), Activation.RELU);
      x = layer.layerNorm(graph().op("Add", y, layer.linear(hidden, "linear2")), "norm2", NORM_EPS);
    }
    return layers.child("encoder").layerNorm(x, "norm", NORM_EPS);
  }

  /** Distributes the masks [B, P, pixels · M] over the classes with the highest scores. */
  private String image(String classes, String masks, String pixels) {
    MultitaskConfig c = model.config();
    long k = c.numClasses();
    long m = c.masks();
    long patches = (long) rows() * columns();
    long side = c.patchSize();
    String soft = layers.transpose(layers.reshape(masks, 0, patches, c.pixels(), m), 0, 1, 3, 2);
    String best = graph().topK(classes, m).get(1); // [B, P, M]
    String to = repeated(layers.reshape(best, 0, 0, m, 1), pixels, patches, m, c.pixels());
    String zeros = repeated(layers.number(0), pixels, patches, k, c.pixels());
    String planes = graph().op("ScatterElements", Map.of("axis", 2L), zeros, to, soft);
    String split = layers.reshape(planes, 0, rows(), columns(), k, side, side);
    return layers.reshape(
        layers.transpose(split, 0, 3, 1, 4, 2, 5), 0, k, rows() * side, columns() * side);
  }

  /** Repeats a value to [B, sizes...]. */
  private String repeated(String value, String like, long... sizes) {
    String shape =
        graph().op("Concat", Map.of("axis", 0L), layers.batchSize(like), graph().numbers(sizes));
    return graph().op("Expand", value, shape);
  }

  private int rows() {
    return model.config().imgSize()[0] / model.config().patchSize();
  }

  private int columns() {
    return model.config().imgSize()[1] / model.config().patchSize();
  }

  private OnnxGraph graph() {
    return layers.graph();
  }
}
