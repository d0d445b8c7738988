package dev.vit4j.nn;

import dev.vit4j.distributed.Ranks;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.GradientHook;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Batch normalization by the statistics of the whole batch, over the workers of all ranks
 * (PyTorch's {@code nn.SyncBatchNorm}). Sums are added in the order of ranks and workers, so the
 * bits depend only on the number of all workers.
 *
 * <p>With x̂ = (x - mean) / √(var + eps) and the gradient g of x as if mean and var were constants,
 * the gradient of x is g - E[g] - x̂ E[g x̂], with means over the whole batch.
 *
 * <p>All layers of all replicas share one object, since JavaCPP has ten hooks for a process. A
 * worker's layers and their backward passes are called from a thread that has called {@link
 * #enter}; autograd runs the operations of a graph in the reverse order of their creation. All
 * workers that take part must run at the same time, since they wait for each other in every layer.
 */
public final class SyncStatistics implements AutoCloseable {
  private final WorkerMeeting meeting;
  private final List<Deque<Forward>> forwards = new ArrayList<>(); // by worker
  private final ThreadLocal<Integer> worker = ThreadLocal.withInitial(() -> 0);
  private final GradientHook hook = new GradientHook(this::gradient);

  /**
   * Creates the statistics of a model's layers; close them after the last backward pass.
   *
   * @param workers workers of each rank
   */
  public SyncStatistics(Ranks ranks, int workers) {
    this.meeting = new WorkerMeeting(ranks, workers);
    for (int i = 0; i < workers; i++) {
      forwards.add(new ArrayDeque<>());
    }
  }

  /** Sets how many workers of this rank have a shard of the next batch: the first ones. */
  public void expect(int workers) {
    meeting.expect(workers);
  }

  /** Makes this thread compute for a worker, counted from 0 in its rank. */
  public void enter(int worker) {
    this.worker.set(worker);
  }

  /**
   * Ends the waiting of the other workers after a failure of one, which cannot go on.
   *
   * @return the failure that came first, as it was thrown; libtorch keeps only the message of one
   *     in a backward pass
   */
  public RuntimeException failed(RuntimeException e) {
    meeting.fail(e);
    RuntimeException first = meeting.failure();
    return first == null ? e : first;
  }

  /**
   * What a backward pass needs.
   *
   * @param x input [B, C, H, W]
   * @param mean mean of each channel [C, 1]
   * @param deviation √(var + eps) of each channel [C, 1]
   * @param count values per channel of the whole batch
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
      Moments all = moments(channels(x));
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
      forwards
          .get(worker.get())
          .push(
              new Forward(
                  Scope.own(x.detach()),
                  Scope.own(mean.unsqueeze(1)),
                  Scope.own(deviation.unsqueeze(1)),
                  count));
    }
    return y;
  }

  private Tensor gradient(Tensor g) {
    try (Forward forward = forwards.get(worker.get()).pop();
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
      for (double[] of : meeting.exchange(worker.get(), sums)) {
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
  private record Moments(double count, double[] mean, double[] squares) {}

  /** Combines the moments of the workers in their order (Chan et al. 1979). */
  private Moments moments(Tensor wide) {
    int channels = (int) wide.size(0);
    double[] mean = new double[channels];
    double[] squares = new double[channels];
    double count = 0;
    for (double[] one : meeting.exchange(worker.get(), own(wide))) {
      if (one[0] == 0) {
        continue; // a worker without samples
      }
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

  /** Returns count, means and squares of this worker's samples. */
  private static double[] own(Tensor wide) {
    int channels = (int) wide.size(0);
    double[] own = new double[1 + 2 * channels];
    own[0] = wide.size(1);
    try (Scope scope = Scope.open()) {
      Tensor mean = wide.mean(1);
      Tensor deviation = wide.sub(mean.unsqueeze(1));
      Tensor squares = deviation.mul(deviation).sum(1);
      System.arraycopy(mean.to(DType.F64).toDoubles(), 0, own, 1, channels);
      System.arraycopy(squares.to(DType.F64).toDoubles(), 0, own, 1 + channels, channels);
    }
    return own;
  }

  @Override
  public void close() {
    forwards.forEach(of -> of.forEach(Forward::close));
    worker.remove();
    hook.close();
  }
}
