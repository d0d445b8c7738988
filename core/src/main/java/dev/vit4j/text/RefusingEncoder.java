package dev.vit4j.text;

import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Stands for a tokenizer of another kind.
 *
 * @param reason one line
 */
record RefusingEncoder(String reason) implements Encoder {
  @Override
  public void encode(String text, IntConsumer ids) {
    throw new IllegalArgumentException(reason);
  }

  @Override
  public String decode(int[] ids) {
    throw new IllegalArgumentException(reason);
  }

  @Override
  public @Nullable Integer id(String token) {
    return null;
  }

  @Override
  public int size() {
    return 0;
  }
}
