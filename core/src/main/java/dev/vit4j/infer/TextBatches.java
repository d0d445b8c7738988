package dev.vit4j.infer;

import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.weights.WeightsFolder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/** Runs a text tower on any number of texts. */
final class TextBatches {
  private static final int PIECE = 512; // texts that are tokenized at once

  private TextBatches() {}

  /** Runs the text tower on tokens, as {@link ReadyModel#textFeatures}. */
  interface Tower {
    float[][] run(int texts, ReadyModel.Input tokens);
  }

  /**
   * Returns the vectors of texts in their order, not normalized.
   *
   * @param messages receives a message for each text that is truncated
   * @throws IllegalArgumentException if a text is empty or too long to be tokenized
   * @throws IllegalStateException if the vectors contain NaN or infinity
   */
  static float[][] features(
      WeightsFolder.Loaded loaded, List<String> texts, Consumer<String> messages, Tower tower) {
    requireWords(texts);
    float[][] all = new float[texts.size()][];
    for (int from = 0; from < all.length; from += PIECE) {
      List<String> some = texts.subList(from, Math.min(all.length, from + PIECE));
      try (NoGrad g = NoGrad.on();
          Scope scope = Scope.open()) {
        Tensor ids = loaded.tokens(some, messages);
        piece(ids.toLongs(), some.size(), tower, all, from);
      }
    }
    return all;
  }

  /** Rejects empty texts. */
  static void requireWords(List<String> texts) {
    if (texts.stream().anyMatch(String::isBlank)) {
      throw new IllegalArgumentException("a text is empty: give at least one word");
    }
  }

  private static void piece(long[] flat, int texts, Tower tower, float[][] all, int at) {
    int length = flat.length / texts;
    List<Integer> order = order(flat, length);
    float[][] sorted = tower.run(texts, (from, to) -> rows(flat, length, order.subList(from, to)));
    for (int i = 0; i < texts; i++) {
      Rows.requireNumbers(sorted[i]);
      all[at + order.get(i)] = sorted[i];
    }
  }

  /**
   * Returns the texts by their length, because the longest text of a batch decides how many tokens
   * are computed. Equal tokens at the end are padding.
   */
  private static List<Integer> order(long[] flat, int length) {
    int[] used = new int[flat.length / length];
    List<Integer> order = new ArrayList<>();
    for (int t = 0; t < used.length; t++) {
      int from = t * length;
      int end = from + length - 1;
      while (end > from && flat[end - 1] == flat[from + length - 1]) {
        end--;
      }
      used[t] = end - from;
      order.add(t);
    }
    order.sort(Comparator.comparingInt(t -> used[t]));
    return order;
  }

  private static Tensor rows(long[] flat, int length, List<Integer> texts) {
    long[] some = new long[texts.size() * length];
    for (int i = 0; i < texts.size(); i++) {
      System.arraycopy(flat, texts.get(i) * length, some, i * length, length);
    }
    return Tensor.of(some, texts.size(), length);
  }
}
