package dev.vit4j.probe;

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
      Tensor columns = Scope.own(Tensor.of(labels, labels.length));
      return new TipHead(keys, columns, text.unit(), alpha, beta, text.logitScale());
    }
  }

  private Probe.About about(Features train) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("alpha", alpha);
    settings.put("beta", beta);
    settings.put("logit_scale", text.logitScale());
    return Probe.About.of(KIND, train, Adapter.all(text), settings);
  }

  static Head read(Stored stored) throws IOException {
    int dim = stored.about().dim();
    int classes = stored.about().classes().size();
    Tensor keys = stored.tensor(TipHead.KEYS, -1, dim);
    return new TipHead(
        keys,
        stored.columns(TipHead.COLUMNS, keys.size(0), classes),
        stored.tensor(TextHead.TEXT, classes, dim),
        stored.number("alpha"),
        stored.number("beta"),
        stored.number("logit_scale"));
  }
}
