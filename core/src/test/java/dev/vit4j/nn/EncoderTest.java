package dev.vit4j.nn;

import static dev.vit4j.TensorAssert.assertClose;
import static dev.vit4j.TensorAssert.normal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An encoder reads any sequence of tokens, as docs/transformer.md says. */
class EncoderTest {
  private static Encoder encoder(boolean causal) {
    EncoderBlock.Config config =
        new EncoderBlock.Config(
            32,
            4,
            64,
            true,
            true,
            null,
            Activation.GELU,
            1e-5,
            0.1,
            0,
            causal,
            EncoderBlock.Names.TIMM);
    Init init = Init.seeded(3).withNormal(0.3);
    List<EncoderBlock> blocks = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      EncoderBlock block = new EncoderBlock(EncoderBlock.Inits.same(init), config, 0);
      block.train(false);
      blocks.add(block);
    }
    return new Encoder(blocks, "");
  }

  @Test
  void wordsOfSentencesOfAnyLengthAreTokens() {
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      Encoder encoder = encoder(true);
      Tensor vocabulary = normal(1, 100, 32);
      long[] sentence = {7, 42, 99, 7, 0, 13, 5};
      Tensor all = encoder.forward(Ops.embedding(vocabulary, Tensor.of(sentence, 1, 7)));
      assertThat(all.shape()).containsExactly(1, 7, 32);
      Tensor start = Ops.embedding(vocabulary, Tensor.of(new long[] {7, 42, 99}, 1, 3));
      assertClose("first words", encoder.forward(start), all.narrow(1, 0, 3), 1e-5);
    }
  }

  /** Without positions and mask, the order of the tokens is the order of the results. */
  @Test
  void tokensAreASetIfNothingTellsTheirOrder() {
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      Encoder encoder = encoder(false);
      Tensor tokens = normal(2, 2, 9, 32);
      assertClose(
          "reversed", encoder.forward(tokens.flip(1)), encoder.forward(tokens).flip(1), 1e-5);
    }
  }
}
