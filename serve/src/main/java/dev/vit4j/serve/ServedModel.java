package dev.vit4j.serve;

import dev.vit4j.image.Image;
import dev.vit4j.infer.Answering;
import dev.vit4j.infer.FeatureExtractor;
import dev.vit4j.infer.ModelFingerprint;
import dev.vit4j.infer.PatchAnswer;
import dev.vit4j.infer.PatchAnswering;
import dev.vit4j.infer.PatchSegmenter;
import dev.vit4j.infer.Predictor;
import dev.vit4j.infer.ReadyModel;
import dev.vit4j.infer.SegmentAnswering;
import dev.vit4j.infer.Segmenter;
import dev.vit4j.infer.TextEncoder;
import dev.vit4j.model.Encodes;
import dev.vit4j.model.EncodesText;
import dev.vit4j.task.catalog.Tasks;
import dev.vit4j.tensor.Device;
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
  static final String SEARCH = "search";

  private final String name;
  private final WeightsFolder.Loaded loaded;
  private final ReadyModel ready;
  private final String task;
  private final @Nullable Scored<?> predicting;
  private final @Nullable Pass<float[]> embedding;
  private final @Nullable ZeroShot zeroShot;
  private final Batcher.@Nullable Pass<String, float[]> texts;
  private final String fingerprint; // empty if nothing is searched
  private boolean searched;
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
      String name,
      Path path,
      WeightsFolder.Loaded loaded,
      ServeOptions options,
      IntConsumer sizes) {
    this.name = name;
    this.loaded = loaded;
    this.fingerprint = options.search() == null ? "" : ModelFingerprint.of(loaded);
    this.ready =
        new ReadyModel(loaded.model(), options.device(), options.precision(), options.threads());
    boolean hasTexts = loaded.model() instanceof EncodesText;
    boolean hasClasses = hasTexts ? !loaded.classes().isEmpty() : loaded.model().numClasses() > 0;
    this.task = hasClasses || hasTexts ? Tasks.of(loaded).name() : "";
    TextEncoder encoder = hasTexts ? TextEncoder.of(loaded, ready, message -> {}) : null;
    this.zeroShot = encoder == null ? null : new ZeroShot(this, encoder);
    this.texts = encoder == null ? null : texts -> List.of(encoder.features(texts));
    this.predicting =
        hasClasses ? Scored.of(Tasks.of(loaded).answering(loaded, ready, Integer.MAX_VALUE)) : null;
    this.embedding =
        loaded.model() instanceof Encodes
            ? Pass.of(Predictor.of(FeatureExtractor.of(loaded, ready), 1, 1))
            : null;
    this.explaining = new Explaining(path, options.opener(), options.device());
    this.batcher =
        new Batcher(
            name,
            options.device().equals(Device.CPU) ? options.threads() : 1,
            options.bounds().batch(),
            sizes,
            ready::undivided);
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
    WeightsFolder.Loaded loaded = options.opener().open(path);
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
    if (zeroShot != null) {
      can.add(ZEROSHOT);
    }
    if (masked() != null) {
      can.add(SEGMENT);
    }
    if (embedding != null) {
      can.add(EMBEDDINGS);
    }
    if (searched) {
      can.add(SEARCH);
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

  /** Returns how vectors of texts are computed, not normalized. */
  Batcher.Pass<String, float[]> texts() {
    return need(texts, "texts");
  }

  /** Returns classifiers by labels. */
  ZeroShot zeroShot() {
    return need(zeroShot, ZEROSHOT);
  }

  /**
   * Predictions of a class for each pixel.
   *
   * @param work scores
   * @param mask makes masks of scores
   */
  record Masked<A>(Work<A> work, List<String> classes, Mask<A> mask) {
    /** Makes a mask in the size of an image. */
    @FunctionalInterface
    interface Mask<A> {
      Image of(A answer, int height, int width);
    }
  }

  /** Returns the predictions of a class for each pixel. */
  Masked<?> segmenting() {
    return need(masked(), SEGMENT);
  }

  private @Nullable Masked<?> masked() {
    return predicting == null ? null : masked(predicting);
  }

  @SuppressWarnings("unchecked") // the pass computes what the answering answers
  private @Nullable Masked<?> masked(Scored<?> scored) {
    Work<?> work = work(scored.pass);
    if (scored.answering instanceof SegmentAnswering of) {
      Segmenter segmenter = of.segmenter();
      return new Masked<>((Work<float[]>) work, segmenter.classes(), segmenter::mask);
    }
    if (scored.answering instanceof PatchAnswering of) {
      PatchSegmenter segmenter = of.segmenter();
      return new Masked<>((Work<PatchAnswer>) work, segmenter.classes(), segmenter::mask);
    }
    return null;
  }

  /** Returns the length of a feature vector; 0 if there are none. */
  int dim() {
    return embedding == null ? 0 : loaded.model().timmConfig().numFeatures();
  }

  /** Returns the fingerprint of the weights, if a feature file is searched. */
  String fingerprint() {
    return fingerprint;
  }

  /** The features that are searched are those of this model. */
  void isSearched() {
    searched = true;
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
