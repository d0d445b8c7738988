package dev.vit4j.infer;

import dev.vit4j.model.EncodesText;
import dev.vit4j.model.Model;
import dev.vit4j.parallel.WorkerPool;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.tensor.Threads;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes an image classifier of a model of images and texts (Radford et al. 2021, section 3.1.2):
 * the vector of a class is the mean of the normalized vectors of its prompts, normalized again.
 */
public final class ZeroShotHead {
  private static final int PIECE = 32; // texts in a batch

  private ZeroShotHead() {}

  /**
   * Computes the vectors of classes.
   *
   * @param prompts the prompts of each class, at least one
   * @param threads number of compute threads, at least 1
   * @param messages receives a message for each prompt that is truncated
   * @return [classes][E], normalized
   * @throws IllegalArgumentException if the model has no text tower, or a class has no prompt
   */
  public static float[][] vectors(
      WeightsFolder.Loaded loaded,
      List<List<String>> prompts,
      int threads,
      Consumer<String> messages) {
    EncodesText model = loaded.model().as(EncodesText.class);
    requirePrompts(prompts);
    List<String> all = prompts.stream().flatMap(List::stream).toList();
    float[][] features;
    try (WorkerPool pool = new WorkerPool("vit4j-text", threads)) {
      features =
          TextBatches.features(
              loaded, all, messages, (texts, tokens) -> run(model, texts, tokens, pool));
    }
    return means(features, prompts);
  }

  /** Returns the vector of each class from those of all prompts, in their order. */
  static float[][] means(float[][] features, List<List<String>> prompts) {
    float[][] vectors = new float[prompts.size()][];
    int at = 0;
    for (int c = 0; c < vectors.length; c++) {
      int count = prompts.get(c).size();
      vectors[c] = mean(features, at, at + count);
      at += count;
    }
    return vectors;
  }

  /**
   * Checks that each class has a prompt, and no prompt is empty.
   *
   * @throws IllegalArgumentException if not
   */
  static void requirePrompts(List<List<String>> prompts) {
    if (prompts.isEmpty()) {
      throw new IllegalArgumentException("there are no classes: give at least one");
    }
    for (List<String> ofClass : prompts) {
      if (ofClass.isEmpty()) {
        throw new IllegalArgumentException("a class has no prompt");
      }
      TextBatches.requireWords(ofClass);
    }
  }

  private static float[][] run(
      EncodesText model, int texts, ReadyModel.Input tokens, WorkerPool pool) {
    float[][] rows = new float[texts][];
    List<Callable<@Nullable Void>> work = new ArrayList<>();
    for (int begin = 0; begin < texts; begin += PIECE) {
      int from = begin;
      int to = Math.min(texts, from + PIECE);
      work.add(
          () -> {
            compute(model, tokens, from, to, rows);
            return null;
          });
    }
    try {
      pool.all(work);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // not thrown by models
    }
    return rows;
  }

  private static void compute(
      EncodesText model, ReadyModel.Input tokens, int from, int to, float[][] rows) {
    Threads.set(1);
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      Tensor features = model.textFeatures(tokens.of(from, to)); // [to - from, E]
      float[] flat = features.toFloats();
      int dim = flat.length / (to - from);
      for (int i = from; i < to; i++) {
        rows[i] = Arrays.copyOfRange(flat, (i - from) * dim, (i - from + 1) * dim);
      }
    }
  }

  private static float[] mean(float[][] features, int from, int to) {
    float[] sum = new float[features[from].length];
    for (int t = from; t < to; t++) {
      float[] unit = FeatureExtractor.normalized(features[t]);
      for (int i = 0; i < sum.length; i++) {
        sum[i] += unit[i];
      }
    }
    return FeatureExtractor.normalized(sum);
  }

  /**
   * Returns an image classifier that takes over the model.
   *
   * @param classes class names
   * @param vectors of the classes, as {@link #vectors} computes them
   */
  public static WeightsFolder.Loaded classifier(
      WeightsFolder.Loaded loaded, List<String> classes, float[][] vectors) {
    EncodesText model = loaded.model().as(EncodesText.class);
    float[] flat = new float[vectors.length * vectors[0].length];
    for (int c = 0; c < vectors.length; c++) {
      System.arraycopy(vectors[c], 0, flat, c * vectors[c].length, vectors[c].length);
    }
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      Model classifier = model.classifier(Tensor.of(flat, vectors.length, vectors[0].length));
      return new WeightsFolder.Loaded(classifier, loaded.preprocess(), classes, "classification");
    } finally {
      loaded.close();
    }
  }
}
