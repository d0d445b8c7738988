package dev.vit4j.head;

import dev.vit4j.model.OnnxLayers;
import dev.vit4j.tensor.Tensor;
import java.util.Map;

/** Vectors of length 1. */
public final class Unit {
  private static final double EPS = 1e-24; // a zero vector stays one
  private static final double LEAST = 1e-12; // its root

  private Unit() {}

  /** Divides each row by its Euclidean norm: [n, D]. */
  public static Tensor rows(Tensor x) {
    return x.div(x.mul(x).sum(1).add(EPS).sqrt().unsqueeze(1));
  }

  /** As {@link #rows}, as ONNX operators. */
  public static String onnx(OnnxLayers layers, String x) {
    Map<String, ?> each = Map.of("axes", new long[] {1}, "keepdims", 1L);
    String norms = layers.graph().op("ReduceL2", each, x);
    return layers.graph().op("Div", x, layers.graph().op("Max", norms, layers.number(LEAST)));
  }
}
