package dev.vit4j.probe;

import dev.vit4j.format.AtomicFile;
import dev.vit4j.head.TipHead;
import dev.vit4j.nn.Module;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A classifier of feature vectors. Thread-safe.
 *
 * <p>A folder holds a probe: {@code probe.json} with {@link About}, and {@code probe.safetensors}
 * with its tensors, see {@link ProbeFolder}.
 */
public final class Probe implements AutoCloseable {
  private final About about;
  private final Module head;

  /**
   * What is known about a probe.
   *
   * @param kind name of the method, such as {@link LogisticRegression#KIND}
   * @param dim length of a feature vector
   * @param classes label of each score, ascending
   * @param names name of each score's class; empty if unknown
   * @param settings settings of the method
   * @param model name of the model that computed the training features; empty if unknown
   * @param fingerprint fingerprint of that model; empty if unknown
   * @param normalized whether all training features had length 1; null if unknown
   */
  public record About(
      String kind,
      int dim,
      List<Integer> classes,
      List<String> names,
      Map<String, Object> settings,
      String model,
      String fingerprint,
      @Nullable Boolean normalized) {
    static About of(String kind, Features train, int[] classes, Map<String, Object> settings) {
      Features.Origin origin = train.origin();
      List<Integer> labels = Arrays.stream(classes).boxed().toList();
      boolean named = origin.classes().size() > labels.get(labels.size() - 1);
      return new About(
          kind,
          train.dim(),
          labels,
          named ? labels.stream().map(origin.classes()::get).toList() : List.of(),
          settings,
          origin.model(),
          origin.fingerprint(),
          train.isNormalized());
    }

    /** Returns the name of a score's class, or else its label. */
    public String name(int column) {
      return names.isEmpty() ? classes.get(column).toString() : names.get(column);
    }
  }

  /**
   * A linear layer with the same scores, in the order of {@link About#classes}.
   *
   * @param weight [K][D]
   * @param bias [K]
   */
  public record Linear(float[][] weight, float[] bias) {}

  Probe(About about, Module head) {
    this.about = about;
    this.head = head;
  }

  /**
   * Opens a saved probe.
   *
   * @throws IOException if the folder has no probe, or a damaged one
   */
  public static Probe open(Path folder) throws IOException {
    return ProbeFolder.read(folder);
  }

  /**
   * Saves this probe to a folder, which is created.
   *
   * @throws IOException if the folder is not empty or cannot be written
   */
  public void save(Path folder) throws IOException {
    AtomicFile.requireEmptyFolder(folder);
    write(folder);
  }

  /** As {@link #save}, beside files that the folder has. */
  void write(Path folder) throws IOException {
    try (Scope scope = Scope.open()) {
      ProbeFolder.write(
          folder, about, head instanceof TipHead tip ? TipAdapter.saved(tip) : head.state());
    }
  }

  /** Returns what computes the scores. */
  Module head() {
    return head;
  }

  /** Returns what is known about this probe. */
  public About about() {
    return about;
  }

  /**
   * Returns a score for each class: logits of logistic regression and adapters, values of ridge
   * regression, shares of the votes of nearest neighbors.
   *
   * @param features [n][D]
   * @return [n][K], in the order of {@link About#classes}
   * @throws IllegalArgumentException if a vector has another length or a number is not finite
   */
  public float[][] scores(float[][] features) {
    if (features.length == 0) {
      return new float[0][];
    }
    Features checked = Features.of(features, new int[0]);
    requireFit(checked);
    float[] all = scores(checked, 0, features.length);
    int k = about.classes().size();
    float[][] scores = new float[features.length][];
    Arrays.setAll(scores, i -> Arrays.copyOfRange(all, i * k, (i + 1) * k));
    return scores;
  }

  /**
   * Returns the label with the highest score, the lowest label on ties.
   *
   * @param features [n][D]
   * @return [n]
   * @throws IllegalArgumentException as {@link #scores}
   */
  public int[] predict(float[][] features) {
    return Arrays.stream(scores(features))
        .mapToInt(row -> about.classes().get(best(row)))
        .toArray();
  }

  private static int best(float[] scores) {
    int best = 0;
    for (int i = 1; i < scores.length; i++) {
      best = scores[i] > scores[best] ? i : best;
    }
    return best;
  }

  /** Returns the scores of a range of vectors, [count * K]. */
  float[] scores(Features features, int from, int count) {
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      return head.apply(features.tensor(from, count)).toFloats();
    }
  }

  /**
   * Checks that features come from the model of the training features.
   *
   * @throws IllegalArgumentException if their length or the fingerprint of their model is different
   */
  public void requireFit(Features features) {
    Features.Origin own =
        new Features.Origin("the probe", about.model(), about.fingerprint(), List.of());
    features.requireSameModel(own, about.dim());
  }

  /** Returns the linear layer of logistic or ridge regression; empty for other probes. */
  public Optional<Linear> linear() {
    if (!(head instanceof dev.vit4j.nn.Linear)) {
      return Optional.empty();
    }
    int k = about.classes().size();
    Map<String, Tensor> state = head.state();
    float[] all = state.get(LinearHead.WEIGHT).toFloats();
    float[][] weight = new float[k][];
    Arrays.setAll(weight, i -> Arrays.copyOfRange(all, i * about.dim(), (i + 1) * about.dim()));
    return Optional.of(new Linear(weight, state.get(LinearHead.BIAS).toFloats()));
  }

  /** Frees the tensors. */
  @Override
  public void close() {
    head.close();
  }
}
