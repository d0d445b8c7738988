package dev.vit4j.cli;

import dev.vit4j.format.Count;
import dev.vit4j.metric.ClassificationResult;
import dev.vit4j.probe.Adapter;
import dev.vit4j.probe.AdapterTraining;
import dev.vit4j.probe.Features;
import dev.vit4j.probe.LogisticRegression;
import dev.vit4j.probe.Probe;
import dev.vit4j.probe.ProbeEvaluation;
import dev.vit4j.probe.Ridge;
import dev.vit4j.probe.Splits;
import dev.vit4j.probe.StrengthSweep;
import dev.vit4j.probe.TextClasses;
import dev.vit4j.probe.TipAdapter;
import dev.vit4j.probe.TipSweep;
import dev.vit4j.tensor.Generator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Trains the probe of {@code vit probe}'s options. */
final class ProbeFit {
  private static final int SPLITS = 5; // random validation splits of a sweep of Tip-Adapter
  private static final long INTERVAL = 10_000_000_000L; // nanoseconds

  private final ProbeHead head;
  private final ProbeOptions options;
  private final double validation;
  private final int threads;
  private final Output out;
  private final @Nullable TextClasses texts;
  private final List<Map<String, Object>> sweep = new ArrayList<>(); // tried values

  /**
   * Result of a training.
   *
   * @param trainLoss mean cross-entropy in nats; NaN for methods whose scores are not logits
   * @param json further keys
   */
  record Fitted(Probe probe, double trainLoss, Map<String, Object> json) {}

  /**
   * @param validation fraction of the training samples for validation
   * @param texts text features of the classes, of adapters
   */
  ProbeFit(
      ProbeHead head,
      ProbeOptions options,
      double validation,
      int threads,
      @Nullable TextClasses texts,
      Output out) {
    this.head = head;
    this.options = options;
    this.validation = validation;
    this.threads = threads;
    this.out = out;
    this.texts = texts;
  }

  /**
   * Trains on features; the test set is used for progress only.
   *
   * @param val validation features; null to hold out some of the training features
   */
  Fitted fit(Features train, @Nullable Features val, @Nullable Features test, long seed)
      throws IOException {
    return switch (head) {
      case LOGREG -> logistic(train, val, seed);
      case KNN -> new Fitted(options.nearest().fit(train), Double.NaN, Map.of());
      case RIDGE -> new Fitted(new Ridge(options.alpha).fit(train, threads), Double.NaN, Map.of());
      case TIP_ADAPTER -> {
        TipAdapter tip = tip(train, val, seed);
        Probe probe = tip.fit(train);
        yield new Fitted(
            probe, ProbeEvaluation.of(probe, train, threads).result().loss(), json(tip));
      }
      case ADAPTER, CLIP_ADAPTER, TIP_ADAPTER_F -> adapter(train, val, test, seed);
    };
  }

  private Fitted logistic(Features train, @Nullable Features val, long seed) throws IOException {
    double c = options.c;
    if (options.sweep) {
      Splits.Parts parts =
          val == null ? Splits.holdOut(train, validation, seed) : new Splits.Parts(train, val);
      c =
          new StrengthSweep(options.maxIterations, threads)
              .run(
                  parts.train(),
                  parts.held(),
                  one -> {
                    out.note(text("C = %.3g: validation top-1 %.3f%%", one.c(), 100 * one.top1()));
                    sweep.add(Json.of("c", one.c(), "val_top1", 100 * one.top1()));
                  })
              .c();
    }
    long[] said = {System.nanoTime()};
    LogisticRegression.Fitted fitted =
        new LogisticRegression(c, options.maxIterations)
            .fit(
                train,
                threads,
                (step, value) -> {
                  if (System.nanoTime() - said[0] >= INTERVAL) {
                    said[0] = System.nanoTime();
                    out.note(text("Iteration %d, objective: %.6f", step, value));
                  }
                });
    if (!fitted.converged()) {
      out.note(
          "The minimum was not reached in %s: use a larger --max-iter"
              .formatted(Count.of(fitted.iterations(), "iteration")));
    }
    Map<String, Object> json = Json.of("c", c, "objective", fitted.objective());
    json.put("iterations", fitted.iterations());
    json.put("converged", fitted.converged());
    json.put("sweep", sweep);
    return new Fitted(fitted.probe(), fitted.trainLoss(), json);
  }

  private TextClasses classes() {
    if (texts == null) {
      throw new IllegalStateException("text features are missing");
    }
    return texts;
  }

  /** Returns the adapter with the values of the options, or the best of a sweep. */
  private TipAdapter tip(Features train, @Nullable Features val, long seed) throws IOException {
    if (!options.sweep) {
      return new TipAdapter(options.alpha, options.beta, classes());
    }
    List<Splits.Parts> splits = new ArrayList<>();
    if (val != null) {
      splits.add(new Splits.Parts(train, val));
    }
    for (int i = 0; val == null && i < SPLITS; i++) {
      splits.add(Splits.holdOut(train, validation, Generator.mix(seed, i)));
    }
    AdapterTraining training = options.training(head, seed);
    TipSweep.Fit fit =
        head == ProbeHead.TIP_ADAPTER
            ? TipAdapter::fit
            : (tip, some) ->
                tip.fit(some, null, null, training, AdapterTraining.Progress.NONE).probe();
    TipSweep.Found found =
        new TipSweep(classes(), threads)
            .run(
                splits,
                fit,
                tried -> {
                  Map<String, Object> row = Json.of("alpha", tried.alpha(), "beta", tried.beta());
                  row.put("val_top1", 100 * tried.top1());
                  sweep.add(row);
                  out.note(
                      text(
                          "alpha %s, beta %s: validation accuracy %.2f %%",
                          tried.alpha(), tried.beta(), 100 * tried.top1()));
                });
    out.note(text("Best: alpha %s, beta %s", found.best().alpha(), found.best().beta()));
    return found.best();
  }

  private Fitted adapter(Features train, @Nullable Features val, @Nullable Features test, long seed)
      throws IOException {
    int[] counts = new int[train.classes().length];
    int[] classes = train.classes();
    for (int label : train.labels()) {
      counts[Arrays.binarySearch(classes, label)]++;
    }
    boolean enough = Arrays.stream(counts).allMatch(n -> n > 1);
    if (val == null && validation > 0 && !enough) {
      out.note("A class has one sample only: no validation split, the last epoch is kept");
    }
    Features learned = train;
    Features held = val;
    if (val == null && validation > 0 && enough) {
      Splits.Parts parts = Splits.holdOut(train, validation, seed);
      learned = parts.train();
      held = parts.held();
    }
    AdapterTraining training = options.training(head, seed);
    TipAdapter tip = head == ProbeHead.TIP_ADAPTER_F ? tip(train, val, seed) : null;
    if (tip != null && options.sweep) { // which has compared whole trainings
      learned = train;
      held = null;
    }
    AdapterTraining.Fitted fitted = adapter(tip, learned, held, test, training);
    int epochs = fitted.epochs();
    int best = fitted.bestEpoch();
    if (learned != train) {
      out.note(
          text(
              "Training on all %s for %s",
              Count.of(train.size(), "sample"), Count.of(best, "epoch")));
      fitted.probe().close();
      fitted = adapter(tip, train, null, test, training.forEpochs(best));
    }
    Map<String, Object> json = Json.of("epochs", epochs, "best_epoch", best);
    if (tip != null) {
      json.putAll(json(tip));
    }
    return new Fitted(fitted.probe(), fitted.trainLoss(), json);
  }

  /** Returns the keys of a Tip-Adapter. */
  private Map<String, Object> json(TipAdapter tip) {
    Map<String, Object> json = Json.of("alpha", tip.alpha(), "beta", tip.beta());
    json.put("sweep", sweep);
    return json;
  }

  private AdapterTraining.Fitted adapter(
      @Nullable TipAdapter tip,
      Features train,
      @Nullable Features held,
      @Nullable Features test,
      AdapterTraining training)
      throws IOException {
    return tip != null
        ? tip.fit(train, held, test, training, new Epochs())
        : new Adapter(options.layers(head, train.dim()), classes())
            .fit(train, held, test, training, new Epochs());
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  /** Prints the loss with each evaluation, and at least every ten seconds. */
  private final class Epochs implements AdapterTraining.Progress {
    private long said = System.nanoTime();
    private double loss;

    @Override
    public void step(int epoch, double mean) {
      loss = mean;
      if (System.nanoTime() - said >= INTERVAL) {
        said = System.nanoTime();
        out.note(text("Epoch %d, Loss: %.3f", epoch, mean));
      }
    }

    @Override
    public void evaluated(
        int epoch, @Nullable ClassificationResult val, @Nullable ClassificationResult test) {
      out.note(text("Epoch %d, Loss: %.3f", epoch, loss));
      if (val != null) {
        out.note(text("Validation accuracy: %.2f %%", 100 * val.top1()));
      }
      if (test != null) {
        out.note(
            text(
                "Accuracy of the network on the %s: %.2f %%",
                Count.of(test.count(), "test image"), 100 * test.top1()));
      }
    }
  }
}
