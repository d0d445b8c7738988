package dev.vit4j.tensor;

import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.global.torch;

/** Arithmetic, reductions and random fills, inherited by {@link Tensor}. */
abstract sealed class Arithmetic permits Tensor {
  final org.bytedeco.pytorch.Tensor raw;

  Arithmetic(org.bytedeco.pytorch.Tensor raw) {
    this.raw = raw;
  }

  abstract Tensor self();

  public Tensor add(Tensor other) {
    return new Tensor(raw.add(other.raw));
  }

  public Tensor sub(Tensor other) {
    return new Tensor(raw.sub(other.raw));
  }

  public Tensor mul(Tensor other) {
    return new Tensor(raw.mul(other.raw));
  }

  public Tensor div(Tensor other) {
    return new Tensor(raw.div(other.raw));
  }

  public Tensor add(double value) {
    return new Tensor(raw.add(new Scalar(value)));
  }

  public Tensor mul(double value) {
    return new Tensor(raw.mul(new Scalar(value)));
  }

  public Tensor add_(Tensor other) {
    raw.add_(other.raw);
    return self();
  }

  public Tensor mul_(Tensor other) {
    raw.mul_(other.raw);
    return self();
  }

  public Tensor mul_(double value) {
    raw.mul_(new Scalar(value));
    return self();
  }

  public Tensor add_(double value) {
    raw.add_(new Scalar(value));
    return self();
  }

  /** Clamps all elements to [min, max], in place. */
  public Tensor clamp_(double min, double max) {
    raw.clamp_(new ScalarOptional(new Scalar(min)), new ScalarOptional(new Scalar(max)));
    return self();
  }

  /** Sets negative elements to 0, in place. */
  public Tensor relu_() {
    torch.relu_(raw);
    return self();
  }

  public Tensor fill_(double value) {
    raw.fill_(new Scalar(value));
    return self();
  }

  /** 1 where both are equal, else 0, in f32; sizes of 1 are repeated. */
  public Tensor eq(Tensor other) {
    return new Tensor(raw.eq(other.raw).to(ScalarTypes.of(DType.F32)));
  }

  /** Element-wise {@code x == value}: 1 or 0, as f32. */
  public Tensor eq(double value) {
    return new Tensor(raw.eq(new Scalar(value)).to(ScalarTypes.of(DType.F32)));
  }

  /** Number of elements that equal the corresponding element of another tensor. */
  public long countEqual(Tensor other) {
    try (Scope scope = Scope.open()) {
      return raw.eq(other.raw).sum().item_long();
    }
  }

  /** Element-wise {@code x > value}, as bool. */
  public Tensor gt(double value) {
    return new Tensor(raw.gt(new Scalar(value)));
  }

  /** The Heaviside step at a threshold: 1 where {@code x >= threshold}, else 0, in x's type. */
  public Tensor step(double threshold) {
    org.bytedeco.pytorch.Tensor steps = torch.empty_like(raw.detach());
    return new Tensor(torch.ge_out(steps, raw.detach(), new Scalar(threshold)));
  }

  /** Interpolates linearly: {@code x + weight (end - x)}. */
  public Tensor lerp(Tensor end, double weight) {
    return new Tensor(raw.lerp(end.raw, new Scalar(weight)));
  }

  /** {@code value - x}. */
  public Tensor rsub(double value) {
    return new Tensor(torch.rsub(raw, new Scalar(value)));
  }

  /** Copies the elements of another tensor into this one, converting type and device as needed. */
  public Tensor copy_(Tensor source) {
    raw.copy_(source.raw);
    return self();
  }

  public Tensor matmul(Tensor other) {
    return Ops.matmul(self(), other);
  }

  public Tensor softmax(int dim) {
    return new Tensor(raw.softmax(dim));
  }

  public Tensor logSoftmax(int dim) {
    return new Tensor(raw.log_softmax(dim));
  }

  public Tensor sigmoid() {
    return new Tensor(raw.sigmoid());
  }

  public Tensor abs() {
    return new Tensor(raw.abs());
  }

  public Tensor atan() {
    return new Tensor(raw.atan());
  }

  public Tensor exp() {
    return new Tensor(raw.exp());
  }

  public Tensor sqrt() {
    return new Tensor(raw.sqrt());
  }

  public Tensor sum() {
    return new Tensor(raw.sum());
  }

  /** Sum over one dimension, which is removed. */
  public Tensor sum(int dim) {
    return new Tensor(raw.sum(new long[] {dim}, false, new ScalarTypeOptional()));
  }

  /** Mean over one dimension, which is removed. */
  public Tensor mean(int dim) {
    return new Tensor(raw.mean(new long[] {dim}, false, new ScalarTypeOptional()));
  }

  /** Mean of all elements. */
  public Tensor mean() {
    return new Tensor(raw.mean());
  }

  /** Index of the largest element along a dimension, which is removed. */
  public Tensor argmax(int dim) {
    return new Tensor(raw.argmax(new LongOptional(dim), false));
  }

  /** Largest absolute value. */
  public double maxAbs() {
    try (Scope s = Scope.open()) {
      return raw.numel() == 0 ? 0 : raw.abs().max().item_double();
    }
  }

  /** Euclidean norm over all elements. */
  public double norm() {
    try (Scope s = Scope.open()) {
      return raw.norm().item_double();
    }
  }

  /** Euclidean norms along a dimension, which is removed. */
  public Tensor norm(int dim) {
    return new Tensor(
        torch.linalg_vector_norm(
            raw, new Scalar(2.0), new long[] {dim}, false, new ScalarTypeOptional()));
  }

  /** Whether every element is finite. */
  public boolean allFinite() {
    try (Scope s = Scope.open()) {
      return torch.isfinite(raw).all().item_bool();
    }
  }

  // ---- random fills

  /** Fills with samples from a normal distribution. */
  public Tensor normal_(double mean, double std, Generator generator) {
    raw.normal_(mean, std, generator.optional());
    return self();
  }

  /** Fills with samples from the uniform distribution over [from, to). */
  public Tensor uniform_(double from, double to, Generator generator) {
    raw.uniform_(from, to, generator.optional());
    return self();
  }

  /** Sets each element to 1 with the given probability, else to 0. */
  public Tensor bernoulli_(double probability, Generator generator) {
    raw.bernoulli_(probability, generator.optional());
    return self();
  }
}
