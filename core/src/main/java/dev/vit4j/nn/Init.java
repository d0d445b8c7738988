package dev.vit4j.nn;

import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Generator;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Initializes parameters as {@code torch.nn.init} and timm do. The same seed gives the same
 * weights. With {@link #shapesOnly}, tensors have shapes but no memory, which is enough for
 * summaries.
 */
public final class Init {
  /** Standard deviation of a standard normal truncated at ±2. */
  private static final double CUT_STD = 0.8796256610342398;

  private final Device device;
  private final @Nullable Generator generator; // null: values are uninitialized

  /** Initialization of linear layers. */
  private enum Linears {
    TRUNC_NORMAL,
    TRUNC_NORMAL_TF,
    XAVIER,
    UNIFORM,
    NORMAL
  }

  private final Linears linears;
  private final double std; // of normal weights, and of the biases of Xavier-initialized layers

  private Init(Device device, @Nullable Generator generator, Linears linears, double std) {
    this.device = device;
    this.generator = generator;
    this.linears = linears;
    this.std = std;
  }

  /** Returns an initializer with this seed. */
  public static Init seeded(long seed) {
    return new Init(Device.CPU, new Generator(seed), Linears.TRUNC_NORMAL, 0);
  }

  /**
   * Returns an initializer that leaves values uninitialized, for a model that is loaded afterwards.
   */
  public static Init unset() {
    return new Init(Device.CPU, null, Linears.TRUNC_NORMAL, 0);
  }

  /** Returns an initializer that creates tensors without memory. */
  public static Init shapesOnly() {
    return new Init(Device.META, null, Linears.TRUNC_NORMAL, 0);
  }

  /**
   * Returns this initializer with Xavier weights for linear layers: timm's {@code
   * weight_init='jax'}.
   */
  public Init withXavier() {
    return withXavier(0);
  }

  /**
   * As {@link #withXavier()}, with biases from a normal distribution of this standard deviation.
   */
  public Init withXavier(double biasStd) {
    return new Init(device, generator, Linears.XAVIER, biasStd);
  }

  /**
   * Returns this initializer with PyTorch's default for linear layers: weights and biases uniform
   * in ±1/√in.
   */
  public Init withUniform() {
    return new Init(device, generator, Linears.UNIFORM, 0);
  }

  /**
   * Returns this initializer with normal weights of this standard deviation and zero biases for
   * linear layers.
   */
  public Init withNormal(double weightStd) {
    return new Init(device, generator, Linears.NORMAL, weightStd);
  }

  /**
   * Returns this initializer with TensorFlow's truncated normal of standard deviation 0.02 for
   * linear layers: timm's {@code trunc_normal_tf_}.
   */
  public Init withTruncNormalTf() {
    return new Init(device, generator, Linears.TRUNC_NORMAL_TF, 0);
  }

  /** Weights of a linear layer: by default truncated normal with standard deviation 0.02. */
  public Tensor linear(long out, long in) {
    return switch (linears) {
      case TRUNC_NORMAL -> truncNormal(0.02, out, in);
      case TRUNC_NORMAL_TF -> truncNormalTf(0.02, out, in);
      case XAVIER -> xavierUniform(out, in);
      case UNIFORM -> uniform(1 / Math.sqrt((double) in), out, in);
      case NORMAL -> normal(std, out, in);
    };
  }

  /** Biases of a linear layer: by default zero. */
  public Tensor linearBias(long out, long in) {
    if (linears == Linears.UNIFORM) {
      return uniform(1 / Math.sqrt((double) in), out);
    }
    boolean random = linears == Linears.XAVIER && std != 0;
    return random ? normal(std, out) : zeros(out);
  }

  /** Returns the device on which tensors are created. */
  public Device device() {
    return device;
  }

  public Tensor zeros(long... shape) {
    return Tensor.full(0, device, shape);
  }

  public Tensor ones(long... shape) {
    return Tensor.full(1, device, shape);
  }

  public Tensor full(double value, long... shape) {
    return Tensor.full(value, device, shape);
  }

  /** Normal distribution with mean 0. */
  public Tensor normal(double std, long... shape) {
    Tensor w = empty(shape);
    return generator == null ? w : w.normal_(0, std, generator);
  }

  /** Normal distribution clamped to [-2, 2], as timm's {@code trunc_normal_}. */
  public Tensor truncNormal(double std, long... shape) {
    Tensor w = normal(std, shape);
    return generator == null ? w : w.clamp_(-2, 2); // untouched pages use no memory
  }

  /**
   * Truncated normal with standard deviation √(1 / fanIn), truncated at two standard deviations
   * (LeCun et al. 1998; JAX's and timm's {@code lecun_normal}). Shape [out, in, ...].
   */
  public Tensor leCunNormal(long... shape) {
    return truncNormalTf(1 / CUT_STD / Math.sqrt((double) fanIn(shape)), shape);
  }

  /**
   * Normal distribution truncated at two standard deviations, which makes its own standard
   * deviation 0.88 of the given one, as timm's {@code trunc_normal_tf_}.
   */
  public Tensor truncNormalTf(double std, long... shape) {
    Tensor w = empty(shape);
    if (generator == null) {
      return w;
    }
    float[] values = new float[(int) w.count()];
    try (Scope scope = Scope.open()) {
      for (int i = 0; i < values.length; ) {
        for (float x : empty(values.length - i).normal_(0, 1, generator).toFloats()) {
          if (Math.abs(x) <= 2) {
            values[i++] = (float) (x * std);
          }
        }
      }
      w.copy_(Tensor.of(values, shape));
    }
    return w;
  }

  /** Uniform in ±√(6 / (fanIn + fanOut)) (Glorot and Bengio 2010). Shape [out, in, ...]. */
  public Tensor xavierUniform(long... shape) {
    return uniform(Math.sqrt(6.0 / (fanIn(shape) + fanOut(shape))), shape);
  }

  /** Normal with standard deviation √(2 / fanOut) (He et al. 2015; torchvision's ResNet). */
  public Tensor kaimingNormalFanOut(long... shape) {
    return normal(Math.sqrt(2.0 / fanOut(shape)), shape);
  }

  /**
   * Normal with standard deviation √(2 / fanIn) (He et al. 2015; PyTorch's {@code
   * kaiming_normal_}).
   */
  public Tensor kaimingNormalFanIn(long... shape) {
    return normal(Math.sqrt(2.0 / fanIn(shape)), shape);
  }

  /**
   * Uniform in ±bound. PyTorch's default for Linear and Conv2d is bound 1/√fanIn, for weight and
   * bias.
   */
  public Tensor uniform(double bound, long... shape) {
    Tensor w = empty(shape);
    return generator == null ? w : w.uniform_(-bound, bound, generator);
  }

  /** Fan-in: the product of all sizes but the first. */
  static long fanIn(long... shape) {
    long n = 1;
    for (int i = 1; i < shape.length; i++) {
      n *= shape[i];
    }
    return n;
  }

  /** Fan-out: the first size times the kernel area. */
  static long fanOut(long... shape) {
    return shape[0] * fanIn(shape) / shape[1];
  }

  private Tensor empty(long... shape) {
    return Tensor.empty(DType.F32, device, shape);
  }
}
