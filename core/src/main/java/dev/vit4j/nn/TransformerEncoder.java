package dev.vit4j.nn;

import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The encoder of the original transformer (Vaswani et al. 2017), whose norms follow the residual
 * additions: PyTorch's {@code nn.TransformerEncoder} with its defaults and a final norm, as {@code
 * nn.Transformer} builds it. Parameter names are PyTorch's, so a state dict of {@code
 * nn.TransformerEncoder} can be loaded. It reads any sequence of tokens. Names for {@link Trace}:
 * {@code block.i}, {@code block.i.attention}, {@code norm}.
 */
public final class TransformerEncoder extends Module {
  private static final double NORM_EPS = 1e-5;

  private final List<Layer> layers = new ArrayList<>();
  private final LayerNorm norm;

  /**
   * The sizes of an encoder.
   *
   * @param dim width D of the tokens, divisible by {@code heads}
   * @param depth number of layers, at least 1
   * @param heads number of attention heads
   * @param hidden width of the feed-forward layer
   * @param dropout dropout on attention probabilities, in the feed-forward layer, and after both
   */
  public record Config(int dim, int depth, int heads, int hidden, double dropout) {}

  /** Creates an encoder; linear layers are initialized as {@code init} sets. */
  public TransformerEncoder(Init init, Config config) {
    for (int i = 0; i < config.depth(); i++) {
      layers.add(child("layers." + i, new Layer(init, config)));
    }
    this.norm = child("norm", new LayerNorm(init, config.dim(), NORM_EPS));
  }

  /**
   * norm1(x + attention(x)), then norm2(x + feedForward(x)): PyTorch's {@code
   * nn.TransformerEncoderLayer}.
   */
  private static final class Layer extends Module {
    private final Attention attention;
    private final Linear linear1;
    private final Dropout dropout;
    private final Linear linear2;
    private final LayerNorm norm1;
    private final LayerNorm norm2;

    Layer(Init init, Config c) {
      EncoderBlock.Config block =
          new EncoderBlock.Config(
              c.dim(),
              c.heads(),
              c.hidden(),
              true,
              true,
              null,
              Activation.RELU,
              NORM_EPS,
              c.dropout(),
              c.dropout(),
              false,
              EncoderBlock.Names.OPEN_CLIP);
      this.attention =
          child("self_attn", new Attention(EncoderBlock.Inits.same(init), block)); // with dropout1
      this.linear1 = child("linear1", new Linear(init, c.dim(), c.hidden(), true));
      this.dropout = child("dropout", new Dropout(c.dropout()));
      this.linear2 = child("linear2", new Linear(init, c.hidden(), c.dim(), true));
      this.norm1 = child("norm1", new LayerNorm(init, c.dim(), NORM_EPS));
      this.norm2 = child("norm2", new LayerNorm(init, c.dim(), NORM_EPS));
    }

    /** [B, N, D] to [B, N, D]. */
    @Override
    protected Tensor forward(Tensor x) {
      Tensor mixed = norm1.apply(x.add(attention.apply(x)));
      Tensor hidden = dropout.apply(linear1.apply(mixed, Activation.RELU)); // [B, N, hidden]
      return norm2.apply(mixed.add(dropout.apply(linear2.apply(hidden))));
    }
  }

  /** [B, N, D] to [B, N, D]. */
  @Override
  protected Tensor forward(Tensor tokens) {
    Tensor x = tokens;
    for (int i = 0; i < layers.size(); i++) {
      String name = "block." + i;
      Trace.at(name + ".");
      x = layers.get(i).apply(x);
      Trace.record(name, x);
    }
    x = norm.apply(x);
    Trace.record("norm", x);
    return x;
  }
}
