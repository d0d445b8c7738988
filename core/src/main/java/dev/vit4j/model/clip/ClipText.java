package dev.vit4j.model.clip;

import dev.vit4j.nn.Encoder;
import dev.vit4j.nn.EncoderBlock;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.LayerNorm;
import dev.vit4j.nn.Module;
import dev.vit4j.nn.Trace;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The text tower of CLIP (Radford et al. 2021; open_clip's {@code TextTransformer}): a transformer
 * whose tokens attend to the tokens before them, read at the end token. Its parameters have no
 * prefix, as in open_clip's {@code CLIP}. Names for {@link Trace}: {@code text.tokens}, {@code
 * text.block.i}, {@code text.block.i.attention}.
 */
final class ClipText extends Module {
  private final TextConfig config;
  private final Embedding tokenEmbedding;
  private final Tensor positionalEmbedding; // [L, D]
  private final Encoder encoder;
  private final LayerNorm lnFinal;
  private final Tensor textProjection; // [D, E]
  private final @Nullable Tensor textProjectionBias; // [E]

  /** The vectors of the vocabulary. */
  private static final class Embedding extends Module {
    private final Tensor weight; // [V, D]

    Embedding(Tensor weight) {
      this.weight = parameter("weight", weight);
    }

    /** [T, L] to [T, L, D]. */
    @Override
    protected Tensor forward(Tensor ids) {
      return Ops.embedding(weight, ids);
    }
  }

  /** Initializes as open_clip. */
  ClipText(Init init, TextConfig c) {
    this.config = c;
    int width = c.width();
    double std = 1 / Math.sqrt((double) width);
    this.positionalEmbedding =
        parameter("positional_embedding", init.normal(0.01, c.contextLength(), width));
    this.textProjection = parameter("text_projection", init.normal(std, width, c.embedDim()));
    this.textProjectionBias =
        c.projBias() ? parameter("text_projection_bias", init.zeros(c.embedDim())) : null;
    this.tokenEmbedding =
        child("token_embedding", new Embedding(init.normal(0.02, c.vocabSize(), width)));
    Init out = init.withNormal(std / Math.sqrt(2.0 * c.layers()));
    EncoderBlock.Inits inits =
        new EncoderBlock.Inits(
            init.withNormal(std), out, init.withNormal(std / Math.sqrt(2.0)), out);
    List<EncoderBlock> blocks = new ArrayList<>();
    for (int i = 0; i < c.layers(); i++) {
      blocks.add(child("transformer.resblocks." + i, new EncoderBlock(inits, blocks(c), 0)));
    }
    this.encoder = new Encoder(blocks, "text.");
    this.lnFinal = child("ln_final", new LayerNorm(init, width, c.normEps()));
  }

  static EncoderBlock.Config blocks(TextConfig c) {
    return new EncoderBlock.Config(
        c.width(),
        c.heads(),
        (int) (c.width() * c.mlpRatio()),
        true,
        true,
        c.lsInitValue(),
        c.act(),
        c.normEps(),
        0,
        0,
        c.causal(),
        EncoderBlock.Names.OPEN_CLIP);
  }

  /** Tokens [T, L] to [T, E]. */
  @Override
  protected Tensor forward(Tensor ids) {
    int[] read = positions(ids);
    long length = ids.size(1);
    if (config.causal() && !Trace.isOn()) { // later tokens do not influence those that are read
      length = 1;
      for (int position : read) {
        length = Math.max(length, position + 1);
      }
    }
    Tensor x =
        tokenEmbedding
            .apply(ids.narrow(1, 0, length))
            .add(positionalEmbedding.narrow(0, 0, length)); // [T, L, D]
    Trace.record("text.tokens", x);
    Tensor last = encoder.forward(x);
    Tensor features = Ops.matmul(lnFinal.apply(rows(last, read)), textProjection);
    return textProjectionBias == null ? features : features.add(textProjectionBias);
  }

  /** Selects one token of each text: [T, L, D] to [T, D]. */
  private static Tensor rows(Tensor tokens, int[] positions) {
    long length = tokens.size(1);
    long[] flat = new long[positions.length];
    for (int t = 0; t < flat.length; t++) {
      flat[t] = t * length + positions[t];
    }
    Tensor indices = Tensor.of(flat, flat.length).to(tokens.device());
    return Ops.embedding(tokens.reshape(-1, tokens.size(2)), indices);
  }

  /** Returns the position of the token that is read in each text. */
  int[] positions(Tensor ids) {
    int length = (int) ids.size(1);
    long[] all = ids.toLongs();
    int[] positions = new int[(int) ids.size(0)];
    for (int t = 0; t < positions.length; t++) {
      positions[t] = position(all, t * length, length);
    }
    return positions;
  }

  private int position(long[] ids, int from, int length) {
    int largest = 0;
    int end = -1;
    for (int i = 0; i < length; i++) {
      long id = ids[from + i];
      if (id < 0 || id >= config.vocabSize()) {
        throw new IllegalArgumentException(
            "token %d is not in the vocabulary of %d tokens: use the tokenizer of this model"
                .formatted(id, config.vocabSize()));
      }
      largest = id > ids[from + largest] ? i : largest;
      end = end < 0 && id == config.eosTokenId() ? i : end;
    }
    return switch (config.poolType()) {
      case "last" -> length - 1;
      case "eos" -> Math.max(0, end); // as transformers: the first token if there is no end
      default -> largest;
    };
  }
}
