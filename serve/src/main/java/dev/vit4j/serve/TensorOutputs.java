package dev.vit4j.serve;

import dev.vit4j.image.Image;
import dev.vit4j.infer.ReadyModel;
import dev.vit4j.input.FitToModel;
import dev.vit4j.input.Preprocess;
import dev.vit4j.model.Classifies;
import dev.vit4j.model.Encodes;
import dev.vit4j.model.Segments;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.weights.ProblemType;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The tensors that a model computes for clients of the Open Inference Protocol: {@code logits},
 * {@code probabilities} and {@code embedding}.
 */
final class TensorOutputs {
  static final String LOGITS = "logits";
  static final String PROBABILITIES = "probabilities";
  static final String EMBEDDING = "embedding";

  /** Larger numbers are no normalized pixels, and overflow in the layers of a model. */
  private static final float LARGEST = 1e6f;

  /**
   * An output of one image.
   *
   * @param shape without the batch
   */
  record Output(String name, List<Integer> shape) {
    /** Number of values for an image. */
    int count() {
      return shape.stream().reduce(1, Math::multiplyExact);
    }
  }

  /** What is computed for an image: what was not asked for is null. */
  @SuppressWarnings("ArrayRecordComponent")
  record Values(float @Nullable [] logits, float @Nullable [] embedding) {}

  private final ServedModel served;
  private final FitToModel fit;
  private final List<Output> outputs = new ArrayList<>();
  private final List<Batcher.Pass<Image, Values>> ofImages = new ArrayList<>();
  private final List<Batcher.Pass<float[], Values>> ofPixels = new ArrayList<>();

  TensorOutputs(ServedModel served) {
    this.served = served;
    this.fit = new FitToModel(preprocess());
    int classes = served.loaded().model().numClasses();
    if (classes > 0 && served.loaded().model() instanceof Classifies) {
      outputs.add(new Output(LOGITS, List.of(classes)));
      outputs.add(new Output(PROBABILITIES, List.of(classes)));
    } else if (served.loaded().model() instanceof Segments) {
      outputs.add(
          new Output(LOGITS, List.of(classes, preprocess().height(), preprocess().width())));
    }
    if (served.loaded().model() instanceof Encodes) {
      outputs.add(
          new Output(EMBEDDING, List.of(served.loaded().model().timmConfig().numFeatures())));
    }
    for (int wanted = 0; wanted < 4; wanted++) { // logits or not, embedding or not
      boolean logits = (wanted & 1) != 0;
      boolean embedding = (wanted & 2) != 0;
      ofImages.add(
          images ->
              values(
                  images.size(),
                  (from, to) -> fit.batch(images.subList(from, to), served.ready().device()),
                  logits,
                  embedding));
      ofPixels.add(
          pixels ->
              values(
                  pixels.size(), (from, to) -> batch(pixels.subList(from, to)), logits, embedding));
    }
  }

  private Preprocess preprocess() {
    return served.loaded().preprocess();
  }

  /** Returns the outputs of the model; empty if it has none of this kind. */
  List<Output> outputs() {
    return List.copyOf(outputs);
  }

  /** Returns an output of the model. */
  Output named(String name) {
    return outputs.stream().filter(output -> output.name().equals(name)).findFirst().orElseThrow();
  }

  /** Returns the shape of the input of one image: [channels, height, width]. */
  List<Integer> inputShape() {
    return List.of(preprocess().channels(), preprocess().height(), preprocess().width());
  }

  /** Returns the work for encoded images. */
  Work<Values> ofImages(boolean logits, boolean embedding) {
    return new Work<>(
        picture -> picture.read(fit), ofImages.get(index(logits, embedding)), served.batcher());
  }

  /** Returns the pass for normalized images, [C * H * W] each. */
  Batcher.Pass<float[], Values> ofPixels(boolean logits, boolean embedding) {
    return ofPixels.get(index(logits, embedding));
  }

  private static int index(boolean logits, boolean embedding) {
    return (logits ? 1 : 0) + (embedding ? 2 : 0);
  }

  private List<Values> values(
      int images, ReadyModel.Input input, boolean logits, boolean embedding) {
    float @Nullable [][] scores = logits ? served.ready().apply(images, input, x -> x) : null;
    float @Nullable [][] features = embedding ? served.ready().features(images, input) : null;
    List<Values> all = new ArrayList<>();
    for (int i = 0; i < images; i++) {
      all.add(new Values(scores == null ? null : scores[i], features == null ? null : features[i]));
    }
    return all;
  }

  private Tensor batch(List<float[]> pixels) {
    int size = pixels.get(0).length;
    float[] all = new float[Math.multiplyExact(pixels.size(), size)];
    for (int i = 0; i < pixels.size(); i++) {
      System.arraycopy(pixels.get(i), 0, all, i * size, size);
    }
    return Tensor.of(
            all,
            pixels.size(),
            preprocess().channels(),
            preprocess().height(),
            preprocess().width())
        .to(served.ready().device());
  }

  /**
   * Checks normalized pixels that a client sent.
   *
   * @throws Problem with status 400 if they are no numbers, or so large that the model overflows
   */
  static void requireNormalized(float[] pixels) {
    for (float value : pixels) {
      if (!(Math.abs(value) <= LARGEST)) {
        throw new Problem(
            Problem.BAD_REQUEST,
            "a value is %s: normalized pixels are numbers of at most %.0e"
                .formatted(value, LARGEST));
      }
    }
  }

  /** Returns the values of an output for one image. */
  float[] of(Output output, Values values) {
    return switch (output.name()) {
      case LOGITS -> Objects.requireNonNull(values.logits());
      case PROBABILITIES -> probabilities(Objects.requireNonNull(values.logits()));
      default -> Objects.requireNonNull(values.embedding());
    };
  }

  private float[] probabilities(float[] logits) {
    ProblemType type = served.loaded().problemType();
    try (Scope scope = Scope.open()) {
      return type.scores(Tensor.of(logits, 1, logits.length)).toFloats();
    }
  }
}
