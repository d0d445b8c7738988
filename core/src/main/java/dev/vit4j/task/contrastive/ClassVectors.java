package dev.vit4j.task.contrastive;

import dev.vit4j.model.EncodesText;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The text vector of each class: the mean of the normalized vectors of its captions, normalized
 * (Radford et al. 2021, section 3.1.4).
 */
final class ClassVectors {
  private static final int TEXTS_AT_ONCE = 256;

  private ClassVectors() {}

  /**
   * Computes the vectors of all classes.
   *
   * @return [K, E], f32, on the device
   */
  static Tensor of(EncodesText model, Texts texts, ClassCaptions captions, Device device) {
    try (Scope scope = Scope.open()) {
      List<Tensor> classes = new ArrayList<>();
      List<int[]> waiting = new ArrayList<>();
      int templates = captions.of(0).size();
      for (int c = 0; c < captions.classes(); c++) {
        waiting.addAll(captions.of(c));
        if (waiting.size() >= TEXTS_AT_ONCE || c == captions.classes() - 1) {
          classes.add(means(model, texts.tensor(waiting, device), templates));
          waiting.clear();
        }
      }
      return scope.keep(Ops.cat(0, classes.toArray(Tensor[]::new)));
    }
  }

  /** Returns the vectors of some classes from the tokens [K templates, L] of their captions. */
  private static Tensor means(EncodesText model, Tensor tokens, int templates) {
    Tensor vectors = Ops.normalize(model.textFeatures(tokens).to(DType.F32));
    return Ops.normalize(vectors.reshape(-1, templates, vectors.size(1)).mean(1));
  }
}
