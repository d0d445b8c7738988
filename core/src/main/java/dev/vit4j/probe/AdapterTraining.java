package dev.vit4j.probe;

import dev.vit4j.metric.ClassificationResult;
import dev.vit4j.nn.Module;
import dev.vit4j.optim.Adam;
import dev.vit4j.optim.Gradients;
import dev.vit4j.optim.Optimizer;
import dev.vit4j.optim.Sgd;
import dev.vit4j.tensor.Generator;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.tensor.Threads;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How an adapter is trained: cross-entropy of its logits, on one thread, so that the same seed
 * gives the same bits on any number of cores.
 *
 * @param optimizer algorithm
 * @param lr learning rate, above 0
 * @param cosine whether the learning rate falls to 0 along a cosine, step by step, or is constant
 * @param weightDecay weight decay, at least 0
 * @param epochs maximum number of epochs, at least 1
 * @param batchSize samples per step, at least 1
 * @param evaluateEvery number of epochs between evaluations, at least 1
 * @param patience number of evaluations without a better validation result after which the training
 *     ends; 0 for none
 * @param seed seed of the initial weights and of the order of the samples
 */
public record AdapterTraining(
    Algorithm optimizer,
    double lr,
    boolean cosine,
    double weightDecay,
    int epochs,
    int batchSize,
    int evaluateEvery,
    int patience,
    long seed) {
  private static final double MOMENTUM = 0.9;
  private static final double EPS = 1e-8;

  /** Optimizers of adapters. */
  public enum Algorithm {
    /** SGD with momentum 0.9. */
    SGD,
    /** AdamW with betas 0.9 and 0.999. */
    ADAMW
  }

  /** Checks the ranges. */
  public AdapterTraining {
    if (!(lr > 0) || Double.isInfinite(lr) || !(weightDecay >= 0)) {
      throw new IllegalArgumentException(
          "lr must be above 0 and weight_decay at least 0, not %s and %s"
              .formatted(lr, weightDecay));
    }
    if (epochs < 1 || batchSize < 1 || evaluateEvery < 1 || patience < 0) {
      throw new IllegalArgumentException(
          "epochs, batch size and evaluation interval must be at least 1 and patience at least 0, not %d, %d, %d and %d"
              .formatted(epochs, batchSize, evaluateEvery, patience));
    }
  }

  /**
   * Returns the same training with a known number of epochs, for when a validation split has found
   * it and all samples are to be used.
   */
  public AdapterTraining forEpochs(int number) {
    return new AdapterTraining(
        optimizer, lr, cosine, weightDecay, number, batchSize, number, 0, seed);
  }

  /** Receives the progress of a training, which it can stop by an exception. */
  public interface Progress extends ProbeProgress {
    /** Ignores everything. */
    Progress NONE =
        new Progress() {
          @Override
          public void step(int epoch, double loss) {}

          @Override
          public void evaluated(
              int epoch,
              @Nullable ClassificationResult validation,
              @Nullable ClassificationResult test) {}
        };

    /**
     * Called after an evaluation.
     *
     * @param validation result on the validation split; null without one
     * @param test result on the test set; null without one
     */
    void evaluated(
        int epoch, @Nullable ClassificationResult validation, @Nullable ClassificationResult test)
        throws IOException;
  }

  /**
   * A trained adapter.
   *
   * @param trainLoss mean loss of the training samples in nats, with the returned weights
   * @param epochs number of epochs that were trained
   * @param bestEpoch epoch of the returned weights: the best on the validation split (highest
   *     accuracy, then lowest loss), or the last without one
   */
  public record Fitted(Probe probe, double trainLoss, int epochs, int bestEpoch) {}

  /** Trains the parameters of a head, which the returned probe owns. */
  Fitted fit(
      Probe probe,
      Module head,
      Features train,
      @Nullable Features validation,
      @Nullable Features test,
      Progress progress)
      throws IOException {
    int before = Threads.get();
    Threads.set(1);
    Map<String, Tensor> parameters = new LinkedHashMap<>(head.parameters());
    parameters.values().forEach(p -> p.requiresGrad(true));
    Best best = new Best(parameters);
    try (Optimizer steps = optimizer(parameters);
        Scope scope = Scope.open()) {
      Run run = new Run(head, List.copyOf(parameters.values()), steps, train);
      int epoch = 0;
      while (epoch < epochs && (patience == 0 || best.since < patience)) {
        epoch++;
        progress.step(epoch, run.epoch(epoch));
        if (epoch % evaluateEvery == 0 || epoch == epochs) {
          ClassificationResult onValidation = evaluate(probe, validation);
          progress.evaluated(epoch, onValidation, evaluate(probe, test));
          best.offer(epoch, onValidation);
        }
      }
      best.restore();
      double loss = ProbeEvaluation.of(probe, train, 1).result().loss();
      return new Fitted(probe, loss, epoch, best.epoch);
    } finally {
      Threads.set(before);
      parameters.values().forEach(p -> p.requiresGrad(false));
      best.close();
    }
  }

  private static @Nullable ClassificationResult evaluate(Probe probe, @Nullable Features on)
      throws IOException {
    return on == null ? null : ProbeEvaluation.of(probe, on, 1).result();
  }

  private Optimizer optimizer(Map<String, Tensor> parameters) {
    Optimizer.Group group =
        new Optimizer.Group(
            List.copyOf(parameters.keySet()), List.copyOf(parameters.values()), weightDecay, 1);
    return switch (optimizer) {
      case SGD -> new Sgd(List.of(group), MOMENTUM, 0, false);
      case ADAMW -> new Adam(List.of(group), 0.9, 0.999, EPS, true, false);
    };
  }

  /** The steps over the training samples. */
  private final class Run {
    private final Module head;
    private final List<Tensor> parameters;
    private final Optimizer steps;
    private final Tensor x; // [N, D]
    private final long[] labels;
    private long step;

    Run(Module head, List<Tensor> parameters, Optimizer steps, Features train) {
      this.head = head;
      this.parameters = parameters;
      this.steps = steps;
      this.x = train.tensor();
      this.labels = Arrays.stream(train.labels()).asLongStream().toArray();
    }

    /** Trains an epoch and returns the mean loss over its samples. */
    double epoch(int epoch) {
      int[] order = new int[labels.length];
      Arrays.setAll(order, i -> i);
      Splits.shuffle(order, Generator.mix(seed, epoch));
      double sum = 0;
      for (int from = 0; from < order.length; from += batchSize) {
        int[] rows = Arrays.copyOfRange(order, from, Math.min(order.length, from + batchSize));
        sum += step(rows) * rows.length;
      }
      if (!Double.isFinite(sum)) {
        throw new IllegalArgumentException(
            "the loss is %s in epoch %d: use a smaller lr than %s".formatted(sum, epoch, lr));
      }
      return sum / order.length;
    }

    private double step(int[] rows) {
      try (Scope scope = Scope.open()) {
        Tensor at = Tensor.of(Arrays.stream(rows).asLongStream().toArray(), rows.length);
        long[] of = Arrays.stream(rows).mapToLong(i -> labels[i]).toArray();
        Tensor logits = head.apply(x.indexSelect(0, at)); // [n, K]
        Tensor loss = Ops.crossEntropy(logits, Tensor.of(of, of.length), 0);
        Gradients.clear(parameters);
        loss.backward();
        steps.step(rate());
        return loss.item();
      }
    }

    private double rate() {
      long total = (long) epochs * ((labels.length + batchSize - 1) / batchSize);
      double share = (double) step++ / total;
      return cosine ? lr * (1 + Math.cos(Math.PI * share)) / 2 : lr;
    }
  }

  /** The best parameters so far. */
  private static final class Best implements AutoCloseable {
    private final Map<String, Tensor> parameters;
    private final Map<String, Tensor> kept = new LinkedHashMap<>();
    private double top1 = -1;
    private double loss;
    private int epoch;
    private int since;

    Best(Map<String, Tensor> parameters) {
      this.parameters = parameters;
    }

    void offer(int now, @Nullable ClassificationResult found) {
      boolean better =
          found == null || found.top1() > top1 || (found.top1() == top1 && found.loss() < loss);
      since = better ? 0 : since + 1;
      if (!better) {
        return;
      }
      epoch = now;
      if (found != null) {
        top1 = found.top1();
        loss = found.loss();
        close();
        try (Scope scope = Scope.open()) {
          parameters.forEach((name, t) -> kept.put(name, Scope.own(t.detach().copy())));
        }
      }
    }

    void restore() {
      try (NoGrad g = NoGrad.on()) {
        kept.forEach((name, t) -> parameters.get(name).copy_(t));
      }
    }

    @Override
    public void close() {
      kept.values().forEach(Tensor::close);
      kept.clear();
    }
  }
}
