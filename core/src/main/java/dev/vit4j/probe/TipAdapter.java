package dev.vit4j.probe;

import dev.vit4j.head.TipConfig;
import dev.vit4j.head.TipHead;
import dev.vit4j.head.Unit;
import dev.vit4j.nn.Module;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tip-Adapter (Zhang et al. 2022): CLIP's zero-shot classifier, to which similar training samples
 * add votes. It needs no training; Tip-Adapter-F trains the stored features as keys.
 *
 * @param alpha weight of the votes, at least 0; the paper's default is 1
 * @param beta sharpness of the similarity, above 0; the paper's default is 5.5
 * @param text text features of the classes
 */
public record TipAdapter(double alpha, double beta, TextClasses text) {
  /** Kind of the probes. */
  public static final String KIND = "tip-adapter";

  /** Name of the saved classes of the keys, i64 [M]. */
  static final String COLUMNS = "columns";

  /** Checks the ranges. */
  public TipAdapter {
    if (!(alpha >= 0) || !(beta > 0) || Double.isInfinite(alpha) || Double.isInfinite(beta)) {
      throw new IllegalArgumentException(
          "alpha must be at least 0 and beta above 0, not %s and %s".formatted(alpha, beta));
    }
  }

  /**
   * Stores the training samples.
   *
   * @throws IllegalArgumentException if features and texts do not fit
   */
  public Probe fit(Features train) {
    return new Probe(about(train), head(train));
  }

  /**
   * Stores the training samples and trains their features (Tip-Adapter-F).
   *
   * @param validation selects the best epoch; null for the last
   * @param test evaluated for {@link AdapterTraining.Progress} only; may be null
   * @throws IllegalArgumentException if features and texts do not fit
   */
  public AdapterTraining.Fitted fit(
      Features train,
      @Nullable Features validation,
      @Nullable Features test,
      AdapterTraining training,
      AdapterTraining.Progress progress)
      throws IOException {
    TipHead head = head(train);
    return training.fit(new Probe(about(train), head), head, train, validation, test, progress);
  }

  private TipHead head(Features train) {
    text.requireFit(train);
    try (Scope scope = Scope.open()) {
      Tensor keys = Scope.own(Unit.rows(train.tensor()));
      long[] labels = Arrays.stream(train.labels()).asLongStream().toArray();
      Tensor votes = votes(Tensor.of(labels, labels.length), text.features().size());
      TipConfig config = new TipConfig(labels.length, alpha, beta, text.logitScale());
      return new TipHead(config, keys, votes, text.unit());
    }
  }

  private Probe.About about(Features train) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("alpha", alpha);
    settings.put("beta", beta);
    settings.put("logit_scale", text.logitScale());
    return Probe.About.of(KIND, train, Adapter.all(text), settings);
  }

  /** Columns i64 [M] as one-hot rows [M, K]. */
  private static Tensor votes(Tensor columns, int classes) {
    return Tensor.full(0, columns.device(), columns.size(0), classes).addAt_(columns, 1);
  }

  static Module read(Stored stored) throws IOException {
    int dim = stored.about().dim();
    int classes = stored.about().classes().size();
    Tensor keys = stored.tensor(TipHead.KEYS, -1, dim);
    int count = (int) keys.size(0);
    TipConfig config =
        new TipConfig(
            count, stored.number("alpha"), stored.number("beta"), stored.number("logit_scale"));
    Tensor text = stored.tensor(TipHead.TEXT, classes, dim);
    try (Scope scope = Scope.open();
        Tensor columns = stored.columns(COLUMNS, count, classes)) {
      return new TipHead(config, keys, votes(columns, classes), text);
    }
  }

  /** Returns the tensors to save: the votes are one-hot, so their columns are enough. */
  static Map<String, Tensor> saved(TipHead head) {
    Map<String, Tensor> tensors = new LinkedHashMap<>(head.state());
    tensors.put(COLUMNS, tensors.remove(TipHead.VALUES).argmax(1));
    return tensors;
  }
}
