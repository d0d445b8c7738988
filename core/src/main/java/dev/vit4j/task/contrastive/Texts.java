package dev.vit4j.task.contrastive;

import dev.vit4j.model.EncodesText;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.text.Tokenizer;
import java.util.Arrays;
import java.util.List;

/**
 * CLIP's tokens of texts, for a model.
 *
 * @param contextLength the longest text, in tokens
 * @param padId token after the end of a text
 */
record Texts(Tokenizer tokenizer, int contextLength, int padId) {
  /**
   * Returns the tokens of a model with CLIP's vocabulary.
   *
   * @throws IllegalArgumentException if the model's vocabulary is smaller
   */
  static Texts of(EncodesText model) {
    Tokenizer tokenizer = Tokenizer.clip();
    if (model.vocabSize() < tokenizer.vocabularySize()) {
      throw new IllegalArgumentException(
          "training uses CLIP's %,d tokens, but vocab_size of the model is %,d: set it to %d"
              .formatted(
                  tokenizer.vocabularySize(), model.vocabSize(), tokenizer.vocabularySize()));
    }
    return new Texts(tokenizer, model.contextLength(), model.padId());
  }

  /** Returns the tokens of a text without padding, truncated to the context length. */
  int[] tokens(String text) {
    return tokenizer.tokens(text, contextLength);
  }

  /**
   * Returns texts padded to the longest of them.
   *
   * @return [T, L], i64
   */
  Tensor tensor(List<int[]> texts, Device device) {
    int longest = texts.stream().mapToInt(t -> t.length).max().orElse(0);
    long[] ids = new long[Math.multiplyExact(texts.size(), longest)];
    Arrays.fill(ids, padId);
    for (int t = 0; t < texts.size(); t++) {
      int[] text = texts.get(t);
      for (int i = 0; i < text.length; i++) {
        ids[t * longest + i] = text[i];
      }
    }
    return Tensor.of(ids, texts.size(), longest).to(device);
  }
}
