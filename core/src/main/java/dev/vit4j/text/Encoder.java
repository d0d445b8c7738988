package dev.vit4j.text;

import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** What differs between kinds of tokenizers. Thread-safe. */
interface Encoder {
  /**
   * Encodes a text, without the tokens around it.
   *
   * @param text without unpaired surrogates
   */
  void encode(String text, IntConsumer ids);

  /**
   * Returns the text of tokens.
   *
   * @throws IllegalArgumentException if there is no such token
   */
  String decode(int[] ids);

  /** Returns the id of a token of the vocabulary, or null. */
  @Nullable Integer id(String token);

  /** The largest id + 1. */
  int size();
}
