package dev.vit4j.head;

import dev.vit4j.format.OnnxGraph;
import dev.vit4j.model.Args;
import dev.vit4j.model.OnnxLayers;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.Module;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The arguments of a {@link TipHead}.
 *
 * @param keys number M of training samples
 * @param alpha weight of their votes
 * @param beta sharpness of the similarity
 * @param logitScale factor of the cosines with the texts
 */
public record TipConfig(int keys, double alpha, double beta, double logitScale)
    implements HeadConfig {
  static final String KIND = "tip_adapter";

  private static final double MOST = 1e6;

  static TipConfig of(Args a) {
    return new TipConfig(
        a.integer("tip_keys", 1, 1, Integer.MAX_VALUE),
        a.number("tip_alpha", 1, 0, MOST),
        a.number("tip_beta", 5.5, 0, MOST),
        a.number(LOGIT_SCALE, 100, 0, MAX_SCALE));
  }

  @Override
  public Map<String, Object> toMap() {
    Map<String, Object> m = new LinkedHashMap<>();
    m.put("head", KIND);
    m.put("tip_keys", keys);
    m.put("tip_alpha", alpha);
    m.put("tip_beta", beta);
    m.put(LOGIT_SCALE, logitScale);
    return m;
  }

  /** With random keys and texts and without votes: they are loaded. */
  @Override
  public Module create(Init init, int dim, int classes) {
    double std = 1 / Math.sqrt(dim);
    return new TipHead(
        this,
        init.normal(std, keys, dim),
        init.zeros(keys, classes),
        init.normal(std, classes, dim));
  }

  @Override
  public String onnx(OnnxLayers layers, String path, String features) {
    OnnxGraph graph = layers.graph();
    String unit = Unit.onnx(layers, features);
    String name = path + "." + TipHead.KEYS;
    String keys = graph.weight(name, layers.at(name).transpose(0, 1));
    String affinity = graph.op("MatMul", unit, keys);
    String shifted = graph.op("Add", affinity, layers.number(-1));
    String near = graph.op("Exp", graph.op("Mul", shifted, layers.number(beta)));
    String votes = graph.op("MatMul", near, layers.weight(path + "." + TipHead.VALUES));
    String zeroShot = Texts.onnx(layers, path, unit, logitScale);
    return graph.op("Add", zeroShot, graph.op("Mul", votes, layers.number(alpha)));
  }
}
