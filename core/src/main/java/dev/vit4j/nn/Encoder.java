package dev.vit4j.nn;

import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.util.List;

/**
 * Runs the blocks of a transformer one after the other. On the threads of a {@link TokenTeam} each
 * thread processes a share of the tokens. Names for {@link Trace}: {@code block.i} and {@code
 * block.i.attention}, after a prefix.
 *
 * @param blocks at least one; they are children of the model
 * @param prefix of the names in a trace; often empty
 */
public record Encoder(List<EncoderBlock> blocks, String prefix) {
  /** [B, N, D] to [B, N, D]. */
  public Tensor forward(Tensor tokens) {
    return TokenTeam.all(run(blocks.size() - 1, beforeLast(tokens)), 1);
  }

  /**
   * Computes only the first {@code count} tokens of {@link #forward}, the others only as far as
   * these depend on them: [B, N, D] to [B, count, D].
   */
  public Tensor forwardFirst(Tensor tokens, int count) {
    // With a team, the first thread's share contains these tokens, and only its result is used.
    return blocks.get(blocks.size() - 1).forwardFirst(beforeLast(tokens), count);
  }

  private Tensor beforeLast(Tensor tokens) {
    Tensor x = TokenTeam.share(tokens, 1);
    for (int i = 0; i < blocks.size() - 1; i++) {
      x = run(i, x);
    }
    return x;
  }

  private Tensor run(int index, Tensor tokens) {
    String name = prefix + "block." + index;
    Trace.at(name + ".");
    try (Scope scope = Scope.open()) { // frees the block's intermediate results
      Tensor y = blocks.get(index).apply(tokens);
      Trace.record(name, y);
      return scope.keep(y);
    }
  }
}
