package dev.vit4j.nn;

import dev.vit4j.distributed.Ranks;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.GradientHook;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * Batch normalization by the statistics of the samples on all ranks (PyTorch's {@code
 * nn.SyncBatchNorm}).
 *
 * <p>With x̂ = (x - mean) / √(var + eps) and the gradient g of x as if mean and var were constants,
 * the gradient of x is g - E[g] - x̂ E[g x̂], with means over all ranks.
 *
 * <p>All layers of a model share one object, since JavaCPP has ten hooks for a process. Layers and
 * their backward passes are called from one thread; autograd runs the operations of a graph in the
 * reverse order of their creation.
 */
public final class SyncStatistics implements AutoCloseable {
  private final Ranks ranks;
  private final Deque<Forward> forwards = new ArrayDeque<>();
  private final GradientHook hook = new GradientHook(this::gradient);

  /** Creates the statistics of a model's layers; close them after the last backward pass. */
  public SyncStatistics(Ranks ranks) {
    this.ranks = ranks;
  }

  /**
   * What a backward pass needs.
   *
   * @param x input [B, C, H, W]
   * @param mean mean of each channel [C, 1]
   * @param deviation √(var + eps) of each channel [C, 1]
   * @param count values per channel on all ranks
   */
  private record Forward(Tensor x, Tensor mean, Tensor deviation, double count)
      implements AutoCloseable {
    @Override
    public void close() {
      x.close();
      mean.close();
      deviation.close();
    }
  }

  /**
   * Normalizes a batch in training mode and updates the running statistics.
   *
   * @param x [B, C, H, W]
   */
  Tensor normalize(
      Tensor x,
      Tensor weight,
      Tensor bias,
      Tensor runningMean,
      Tensor runningVar,
      double momentum,
      double eps) {
    Tensor mean;
    Tensor var;
    double count;
    try (NoGrad g = NoGrad.on()) {
      Moments all = Moments.of(channels(x), ranks);
      count = all.count();
      mean = Tensor.of(floats(all.mean(), 1), all.mean().length).to(x.device());
      var = Tensor.of(floats(all.squares(), 1 / count), all.mean().length).to(x.device());
      runningMean.copy_(runningMean.lerp(mean, momentum));
      runningVar.copy_(runningVar.lerp(var.mul(count / (count - 1)), momentum));
    }
    Tensor own = x.view(x.shape());
    Tensor y = Ops.batchNorm(own, weight, bias, mean, var, false, momentum, eps);
    if (own.requiresGrad()) {
      hook.register(own);
      Tensor deviation = var.add(eps).sqrt();
      forwards.push(
          new Forward(
              Scope.own(x.detach()),
              Scope.own(mean.unsqueeze(1)),
              Scope.own(deviation.unsqueeze(1)),
              count));
    }
    return y;
  }

  private Tensor gradient(Tensor g) {
    try (Forward forward = forwards.pop();
        Scope scope = Scope.open()) {
      if (!Arrays.equals(forward.x().shape(), g.shape())) {
        throw new IllegalStateException("the layers' backward passes are out of order");
      }
      Tensor wide = channels(g); // [C, B H W]
      Tensor xHat = channels(forward.x()).sub(forward.mean()).div(forward.deviation());
      double[] sums = new double[2 * (int) wide.size(0)];
      double[] first = wide.sum(1).to(DType.F64).toDoubles();
      double[] second = wide.mul(xHat).sum(1).to(DType.F64).toDoubles();
      System.arraycopy(first, 0, sums, 0, first.length);
      System.arraycopy(second, 0, sums, first.length, second.length);
      double[] all = new double[sums.length];
      for (double[] of : ranks.gather(sums)) {
        for (int i = 0; i < all.length; i++) {
          all[i] += of[i] / forward.count();
        }
      }
      Tensor means = Tensor.of(floats(all, 1), 2, first.length, 1).to(g.device());
      Tensor result = wide.sub(means.select(0, 0)).sub(xHat.mul(means.select(0, 1)));
      return scope.keep(shaped(result, g.shape()).to(g.dtype()));
    }
  }

  /** [B, C, H, W] to [C, B H W] in f32. */
  private static Tensor channels(Tensor x) {
    return x.to(DType.F32).transpose(0, 1).reshape(x.size(1), x.count() / x.size(1));
  }

  private static Tensor shaped(Tensor channels, long[] shape) {
    return channels.reshape(shape[1], shape[0], shape[2], shape[3]).transpose(0, 1).contiguous();
  }

  private static float[] floats(double[] values, double factor) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) (values[i] * factor);
    }
    return floats;
  }

  /**
   * Moments of each channel.
   *
   * @param squares sum of the squared deviations from the mean
   */
  private record Moments(double count, double[] mean, double[] squares) {

    /** Combines the moments of the ranks in their order (Chan et al. 1979). */
    static Moments of(Tensor wide, Ranks ranks) {
      int channels = (int) wide.size(0);
      double[] own = new double[1 + 2 * channels];
      try (Scope scope = Scope.open()) {
        Tensor mean = wide.mean(1);
        Tensor deviation = wide.sub(mean.unsqueeze(1));
        own[0] = wide.size(1);
        System.arraycopy(mean.to(DType.F64).toDoubles(), 0, own, 1, channels);
        System.arraycopy(
            deviation.mul(deviation).sum(1).to(DType.F64).toDoubles(),
            0,
            own,
            1 + channels,
            channels);
      }
      double[][] each = ranks.gather(own);
      double[] mean = new double[channels];
      double[] squares = new double[channels];
      double count = 0;
      for (double[] one : each) {
        double sum = count + one[0];
        for (int c = 0; c < channels; c++) {
          double delta = one[1 + c] - mean[c];
          mean[c] += delta * one[0] / sum;
          squares[c] += one[1 + channels + c] + delta * delta * count * one[0] / sum;
        }
        count = sum;
      }
      return new Moments(count, mean, squares);
    }
  }

  @Override
  public void close() {
    forwards.forEach(Forward::close);
    hook.close();
  }
}
