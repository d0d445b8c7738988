package dev.vit4j.metric;

import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Retrieval between images and their captions: how often the right one is among the k with the
 * highest cosine, over the whole set. Equal captions are one caption, right for each of their
 * images; among others, a tie counts as a mistake. Stores the vectors, and compares them in blocks.
 */
public final class RetrievalResult {
  private static final int[] KS = {1, 5, 10};
  private static final int BLOCK = 512;

  private final List<float[]> images = new ArrayList<>();
  private final List<float[]> texts = new ArrayList<>(); // of captions that differ
  private final Map<String, Integer> captions = new HashMap<>();
  private final List<Set<Integer>> captionsOf = new ArrayList<>(); // by image
  private final List<Set<Integer>> imagesOf = new ArrayList<>(); // by caption
  private double loss;

  /**
   * What was found for an image.
   *
   * @param image index of the image, in the order of adding
   * @param rank number of wrong captions with at least the score of the best right one
   * @param caption the caption with the highest score
   */
  public record Found(int image, int rank, String caption) {}

  /**
   * Answers to queries.
   *
   * @param first the answer with the highest score, by query
   * @param rank number of wrong answers with at least the score of the best right one, by query
   */
  private record Ranks(int[] first, int[] rank) {
    double recall(int k) {
      return rank.length == 0
          ? Double.NaN
          : (double) Arrays.stream(rank).filter(r -> r < k).count() / rank.length;
    }
  }

  /**
   * Adds an image.
   *
   * @param image normalized vector [E]
   * @param own its captions
   * @param vectors normalized vector [E] of each caption
   */
  public void add(float[] image, List<String> own, List<float[]> vectors) {
    int index = images.size();
    images.add(image);
    Set<Integer> ids = new LinkedHashSet<>();
    for (int i = 0; i < own.size(); i++) {
      Integer known = captions.putIfAbsent(own.get(i), texts.size());
      int id = known == null ? texts.size() : known;
      if (known == null) {
        texts.add(vectors.get(i));
        imagesOf.add(new LinkedHashSet<>());
      }
      ids.add(id);
      imagesOf.get(id).add(index);
    }
    captionsOf.add(ids);
  }

  /** Adds the sum of losses of some images. */
  public void addLoss(double sum) {
    loss += sum;
  }

  /** Returns the number of images. */
  public int images() {
    return images.size();
  }

  /** Returns the number of captions that differ. */
  public int captions() {
    return texts.size();
  }

  /** Returns the mean loss over the images. */
  public double loss() {
    return images.isEmpty() ? Double.NaN : loss / images.size();
  }

  /** Returns the recalls in percent by the keys of {@link Metric}, and the loss. */
  public Map<String, Double> values() {
    Map<String, Double> values = new LinkedHashMap<>();
    Ranks forImages = ranks(images, texts, captionsOf);
    Ranks forTexts = ranks(texts, images, imagesOf);
    for (int k : KS) {
      values.put("image_to_text_R@" + k, 100 * forImages.recall(k));
    }
    for (int k : KS) {
      values.put("text_to_image_R@" + k, 100 * forTexts.recall(k));
    }
    values.put(Metric.LOSS.key(), loss());
    return values;
  }

  /** Returns what was found for each image. */
  public List<Found> found() {
    String[] names = new String[texts.size()];
    captions.forEach((caption, id) -> names[id] = caption);
    Ranks ranks = ranks(images, texts, captionsOf);
    return IntStream.range(0, images.size())
        .mapToObj(i -> new Found(i, ranks.rank[i], names[ranks.first[i]]))
        .toList();
  }

  /**
   * Ranks the right answers of each query.
   *
   * @param right indices of the right answers, by query
   */
  private static Ranks ranks(
      List<float[]> queries, List<float[]> answers, List<Set<Integer>> right) {
    int[] first = new int[queries.size()];
    int[] rank = new int[queries.size()];
    for (int from = 0; from < queries.size(); from += BLOCK) {
      int count = Math.min(BLOCK, queries.size() - from);
      float[] best = new float[count]; // score of the best right answer
      Arrays.fill(best, Float.NEGATIVE_INFINITY);
      for (int q = 0; q < count; q++) {
        for (int answer : right.get(from + q)) {
          best[q] = Math.max(best[q], dot(queries.get(from + q), answers.get(answer)));
        }
      }
      float[] highest = new float[count];
      Arrays.fill(highest, Float.NEGATIVE_INFINITY);
      try (Scope scope = Scope.open()) {
        Tensor block = block(queries, from);
        for (int other = 0; other < answers.size(); other += BLOCK) {
          Tensor others = block(answers, other);
          float[] scores = Ops.matmul(block, others.transpose(0, 1)).toFloats();
          int wide = (int) others.size(0);
          for (int i = 0; i < scores.length; i++) {
            int q = i / wide;
            int answer = other + i % wide;
            if (scores[i] >= best[q] && !right.get(from + q).contains(answer)) {
              rank[from + q]++;
            }
            if (scores[i] > highest[q]) {
              highest[q] = scores[i];
              first[from + q] = answer;
            }
          }
        }
      }
    }
    return new Ranks(first, rank);
  }

  private static Tensor block(List<float[]> vectors, int from) {
    int count = Math.min(BLOCK, vectors.size() - from);
    int width = vectors.get(from).length;
    float[] flat = new float[count * width];
    for (int i = 0; i < count; i++) {
      System.arraycopy(vectors.get(from + i), 0, flat, i * width, width);
    }
    return Tensor.of(flat, count, width);
  }

  private static float dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return (float) sum;
  }
}
