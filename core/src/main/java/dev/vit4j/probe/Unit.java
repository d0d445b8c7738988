package dev.vit4j.probe;

import dev.vit4j.tensor.Tensor;

/** Vectors of length 1. */
final class Unit {
  private static final double EPS = 1e-24; // a zero vector stays one

  private Unit() {}

  /** Divides each row by its Euclidean norm: [n, D]. */
  static Tensor rows(Tensor x) {
    return x.div(x.mul(x).sum(1).add(EPS).sqrt().unsqueeze(1));
  }
}
