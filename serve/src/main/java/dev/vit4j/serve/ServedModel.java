package dev.vit4j.serve;

import dev.vit4j.image.Image;
import dev.vit4j.infer.Answering;
import dev.vit4j.infer.FeatureExtractor;
import dev.vit4j.infer.Predictor;
import dev.vit4j.infer.ReadyModel;
import dev.vit4j.infer.TextEncoder;
import dev.vit4j.model.Encodes;
import dev.vit4j.model.EncodesText;
import dev.vit4j.task.catalog.Tasks;
import dev.vit4j.weights.ModelSource;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A model that is served. Its weights are in memory once, packed; everything but explanations is
 * computed with them, in batches of what is queued.
 */
final class ServedModel implements AutoCloseable {
  /** What a model can do, in the words of {@code /v1/models}. */
  static final String PREDICT = "predict";

  static final String EXPLAIN = "explain";
  static final String ZEROSHOT = "zeroshot";
  static final String SEGMENT = "segment";
  static final String EMBEDDINGS = "embeddings";

  private final String name;
  private final WeightsFolder.Loaded loaded;
  private final ReadyModel ready;
  private final String task;
  private final @Nullable Scored<?> predicting;
  private final @Nullable Pass<float[]> embedding;
  private final @Nullable TextEncoder texts;
  private final Batcher batcher;
  private final Explaining explaining;

  /** How images become inputs of the model, and these results. */
  private record Pass<A>(Predictor.Fit fit, Batcher.Pass<Image, A> pass) {
    static <A> Pass<A> of(Predictor<A> predictor) {
      return new Pass<>(predictor.fit(), predictor.model()::apply);
    }
  }

  /** Predictions of the model's task. */
  private record Scored<A>(Answering<A> answering, Pass<A> pass) {
    static <A> Scored<A> of(Answering<A> answering) {
      return new Scored<>(answering, Pass.of(Predictor.of(answering, 1, 1)));
    }
  }

  private ServedModel(
      String name, Path path, WeightsFolder.Loaded loaded, ServeOptions options, IntConsumer sizes) {
    this.name = name;
    this.loaded = loaded;
    this.ready =
        new ReadyModel(loaded.model(), options.device(), options.precision(), options.threads());
    boolean hasTexts = loaded.model() instanceof EncodesText;
    boolean hasClasses = hasTexts ? !loaded.classes().isEmpty() : loaded.model().numClasses() > 0;
    this.task = hasClasses || hasTexts ? Tasks.of(loaded).name() : "";
    this.texts = hasTexts ? TextEncoder.of(loaded, ready, message -> {}) : null;
    this.predicting =
        hasClasses ? Scored.of(Tasks.of(loaded).answering(loaded, ready, Integer.MAX_VALUE)) : null;
    this.embedding =
        loaded.model() instanceof Encodes
            ? Pass.of(Predictor.of(FeatureExtractor.of(loaded, ready), 1, 1))
            : null;
    this.explaining = new Explaining(path, options.device());
    this.batcher = new Batcher(name, options.bounds().batch(), sizes);
  }

  /**
   * Opens a model and runs it once.
   *
   * @param sizes receives the number of inputs of each batch
   * @throws IOException if it is missing or damaged
   * @throws IllegalArgumentException if it cannot be used
   */
  static ServedModel open(String name, Path path, ServeOptions options, IntConsumer sizes)
      throws IOException {
    WeightsFolder.Loaded loaded = ModelSource.open(path);
    try {
      ServedModel model = new ServedModel(name, path, loaded, options, sizes);
      model.warmUp();
      return model;
    } catch (RuntimeException e) {
      loaded.close();
      throw e;
    }
  }

  /** The first pass of a model is slower, since libraries are loaded and compiled. */
  private void warmUp() {
    Image black =
        new Image(
            loaded.preprocess().width(),
            loaded.preprocess().height(),
            loaded.preprocess().channels(),
            new byte
                [loaded.preprocess().width()
                    * loaded.preprocess().height()
                    * loaded.preprocess().channels()]);
    if (predicting != null) {
      predicting.pass.pass.run(List.of(black));
    } else if (embedding != null) {
      embedding.pass.run(List.of(black));
    }
  }

  String name() {
    return name;
  }

  /** The model with its classes and preprocessing; its weights are packed. */
  WeightsFolder.Loaded loaded() {
    return loaded;
  }

  /** Runs the model on prepared tensors. */
  ReadyModel ready() {
    return ready;
  }

  /** Returns the name of the task; empty for a model without a head. */
  String task() {
    return task;
  }

  Batcher batcher() {
    return batcher;
  }

  Explaining explaining() {
    return explaining;
  }

  /** Returns what the model can do. */
  List<String> capabilities() {
    List<String> can = new ArrayList<>();
    if (predicting != null) {
      can.add(PREDICT);
    }
    if (explaining.isPossible(loaded)) {
      can.add(EXPLAIN);
    }
    if (texts != null) {
      can.add(ZEROSHOT);
    }
    if (embedding != null) {
      can.add(EMBEDDINGS);
    }
    return can;
  }

  /** Returns the predictions of the task. */
  Answering<?> answering() {
    return need(predicting, PREDICT).answering;
  }

  Work<?> predicting() {
    return work(need(predicting, PREDICT).pass);
  }

  private <A> Work<A> work(Pass<A> pass) {
    return new Work<>(pass.fit, pass.pass, batcher);
  }

  /** Returns how features are computed. */
  Work<float[]> embedding() {
    return work(need(embedding, EMBEDDINGS));
  }

  TextEncoder texts() {
    return need(texts, ZEROSHOT);
  }

  private <T> T need(@Nullable T ability, String word) {
    if (ability == null) {
      throw new Problem(
          Problem.BAD_REQUEST,
          "the model %s cannot do '%s', it can do: %s"
              .formatted(name, word, String.join(", ", capabilities())));
    }
    return ability;
  }

  /** Computes what is queued, and frees the model. */
  @Override
  public void close() {
    batcher.close();
    explaining.close();
    ready.close();
  }
}
