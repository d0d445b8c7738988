package dev.vit4j.probe;

import dev.vit4j.tensor.Tensor;
import java.util.Map;

/** A head that compares image features with frozen text features and can be trained. */
interface TextHead extends Head {
  /** Name of the saved text features, f32 [K, D] of length 1. */
  String TEXT = "text";

  /** Returns the tensors to train, without those that stay fixed. */
  Map<String, Tensor> parameters();
}
