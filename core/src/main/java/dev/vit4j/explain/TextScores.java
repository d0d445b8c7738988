package dev.vit4j.explain;

import dev.vit4j.infer.ZeroShotHead;
import dev.vit4j.model.EncodesText;
import dev.vit4j.nn.Trace;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.text.Tokenizer;
import dev.vit4j.weights.WeightsFolder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/** The logits of texts for an image, and what the text tower reads in a text. */
final class TextScores {
  /** Maximum number of texts: each needs a backward pass per image. */
  private static final int MOST_TEXTS = 16;

  private final EncodesText model;
  private final Tokenizer tokenizer;
  private final long[][] ids; // [T][L]
  private final float[][] vectors; // [T][E], normalized
  private final Device device;

  /**
   * Creates the scores of texts.
   *
   * @param ids tokens of each text, [T][L]
   * @param vectors normalized vectors of the texts, [T][E]
   * @param device where the model will compute
   */
  TextScores(
      EncodesText model, Tokenizer tokenizer, long[][] ids, float[][] vectors, Device device) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.ids = ids;
    this.vectors = vectors;
    this.device = device;
  }

  /**
   * Computes the vectors of texts.
   *
   * @param loaded on the CPU
   * @param device where the model will compute
   * @throws IllegalArgumentException if the model has no text tower, or a text is empty or given
   *     twice
   */
  static TextScores of(
      WeightsFolder.Loaded loaded, List<String> texts, Device device, Consumer<String> messages) {
    EncodesText model = loaded.model().as(EncodesText.class);
    if (texts.isEmpty()
        || texts.size() > MOST_TEXTS
        || new HashSet<>(texts).size() != texts.size()) {
      throw new IllegalArgumentException(
          "%d texts: give 1 to %d, all different".formatted(texts.size(), MOST_TEXTS));
    }
    float[][] vectors =
        ZeroShotHead.vectors(loaded, texts.stream().map(List::of).toList(), 1, messages);
    long[][] ids = new long[texts.size()][];
    try (Scope scope = Scope.open()) {
      long[] flat = loaded.tokens(texts, message -> {}).toLongs();
      int length = flat.length / ids.length;
      for (int t = 0; t < ids.length; t++) {
        ids[t] = Arrays.copyOfRange(flat, t * length, (t + 1) * length);
      }
    }
    Tokenizer tokenizer = Objects.requireNonNull(loaded.tokenizer());
    return new TextScores(model, tokenizer, ids, vectors, device);
  }

  /** Returns the vectors of the texts, normalized: [T, E]. */
  private Tensor vectors() {
    int dim = vectors[0].length;
    float[] flat = new float[vectors.length * dim];
    for (int t = 0; t < vectors.length; t++) {
      System.arraycopy(vectors[t], 0, flat, t * dim, dim);
    }
    return Tensor.of(flat, vectors.length, dim).to(device);
  }

  /** Returns the cosine of image features [1, E] with every text. */
  float[] similarities(Tensor image) {
    return Ops.normalize(image.detach()).matmul(vectors().transpose(0, 1)).toFloats();
  }

  /** Returns the logits of image features [1, E]: [1, T]. */
  Tensor logits(Tensor image) {
    return model.logitsPerImage(Ops.normalize(image), vectors());
  }

  /** Returns the probabilities of logits; with a bias (SigLIP) texts do not exclude each other. */
  Tensor probabilities(Tensor logits) {
    return model.logitBias() == null ? logits.softmax(-1) : logits.sigmoid();
  }

  /**
   * Returns the tokens of a text with their relevance for its similarity with an image.
   *
   * @param image features [1, E]
   */
  List<Explanation.Word> words(int text, Tensor image) {
    try (Scope scope = Scope.open();
        Trace trace = Trace.startWithGradientsFrom("text.tokens")) {
      Tensor tokens = Tensor.of(ids[text], 1, ids[text].length);
      int read = model.readPositions(tokens)[0];
      Tensor vector = Ops.normalize(model.textFeatures(tokens.to(device)));
      model.logitsPerImage(Ops.normalize(image.detach()), vector).sum().backward();
      float[] start = new float[ids[text].length];
      start[read] = 1;
      Tensor weights = Tensor.of(start, 1, start.length).to(device);
      List<Tensor> layers = Relevance.layers(trace.tensors(), "text.");
      float[] relevance = Relevance.through(layers, weights).sub(weights).toFloats();
      List<Explanation.Word> words = new ArrayList<>();
      for (int i = tokenizer.start() < 0 ? 0 : 1; i < relevance.length; i++) {
        if (ids[text][i] == tokenizer.end()) {
          break;
        }
        words.add(new Explanation.Word(tokenizer.decode((int) ids[text][i]), relevance[i]));
      }
      return words;
    }
  }
}
