package dev.vit4j.head;

import dev.vit4j.model.OnnxLayers;
import dev.vit4j.tensor.Tensor;

/** Comparison with the frozen text features of the classes, [K, D] of length 1. */
final class Texts {
  /** Name of the text features. */
  static final String TEXT = "text";

  private Texts() {}

  /** Cosines times the logit scale: x of length 1 [n, D] to [n, K]. */
  static Tensor scores(Tensor x, Tensor text, double logitScale) {
    return x.matmul(text.transpose(0, 1)).mul(logitScale);
  }

  /** As {@link #scores}, as ONNX operators. */
  static String onnx(OnnxLayers layers, String path, String x, double logitScale) {
    String name = path + "." + TEXT;
    String text = layers.graph().weight(name, layers.at(name).transpose(0, 1));
    String cosines = layers.graph().op("MatMul", x, text);
    return layers.graph().op("Mul", cosines, layers.number(logitScale));
  }
}
