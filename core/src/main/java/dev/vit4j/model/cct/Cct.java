package dev.vit4j.model.cct;

import dev.vit4j.model.Classifies;
import dev.vit4j.model.Family;
import dev.vit4j.model.FeatureMaps;
import dev.vit4j.model.Model;
import dev.vit4j.model.TimmConfig;
import dev.vit4j.nn.Activation;
import dev.vit4j.nn.Attention;
import dev.vit4j.nn.Conv2d;
import dev.vit4j.nn.DropPath;
import dev.vit4j.nn.Dropout;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.LayerNorm;
import dev.vit4j.nn.Linear;
import dev.vit4j.nn.Module;
import dev.vit4j.nn.Trace;
import dev.vit4j.tensor.ImageOps;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The Compact Convolutional Transformer (Hassani et al. 2021, arXiv 2104.05704): a convolutional
 * tokenizer, a transformer encoder, and attention-based sequence pooling, for training from scratch
 * on small data sets of small images. Parameter names and values follow the authors' code,
 * SHI-Labs/Compact-Transformers. Names for {@link Trace}: {@code pixels}, {@code tokenizer}, {@code
 * tokens}, {@code block.i}, {@code block.i.attention}, {@code norm}, {@code pool} (a weight per
 * token), {@code features}, {@code logits}.
 */
public final class Cct extends Model implements Classifies, FeatureMaps {
  private static final double NORM_EPS = 1e-5;
  private static final int CONV_WIDTH = 64; // width of all convolutions but the last

  /** The CCT family. */
  public static final Family FAMILY = new CctFamily();

  private final CctConfig config;
  private final List<Conv2d> convs = new ArrayList<>();
  private final @Nullable Tensor positions; // [1, N, D]
  private final Linear attentionPool; // [D -> 1]
  private final Dropout dropout;
  private final List<Block> blocks = new ArrayList<>();
  private final LayerNorm norm;
  private final @Nullable Linear fc; // [D -> K]

  /** Creates a model with random weights. */
  public Cct(String name, CctConfig config, Init init) {
    super(name, config);
    this.config = config;
    int dim = config.embedDim();
    int in = config.inChans();
    for (int i = 0; i < config.convLayers(); i++) {
      int out = i == config.convLayers() - 1 ? dim : CONV_WIDTH;
      Tensor weight = init.kaimingNormalFanIn(out, in, 3, 3);
      convs.add(child("tokenizer.conv_layers." + i + ".0", new Conv2d(weight, 1, 1)));
      in = out;
    }
    String positional = "classifier.positional_emb";
    this.positions =
        switch (config.positions()) {
          case "learnable" -> parameter(positional, init.truncNormal(0.2, 1, config.tokens(), dim));
          case "sine" -> buffer(positional, sine(init, config.tokens(), dim));
          default -> null;
        };
    this.attentionPool = child("classifier.attention_pool", new Linear(init, dim, 1, true));
    this.dropout = child("classifier.dropout", new Dropout(config.dropRate()));
    for (int i = 0; i < config.depth(); i++) {
      blocks.add(child("classifier.blocks." + i, new Block(init, config, i)));
    }
    this.norm = child("classifier.norm", new LayerNorm(init, dim, NORM_EPS));
    int classes = config.numClasses();
    this.fc = classes > 0 ? child("classifier.fc", new Linear(init, dim, classes, true)) : null;
  }

  /** Sinusoidal position embeddings (Vaswani et al. 2017, section 3.5): [1, N, D]. */
  private static Tensor sine(Init init, int tokens, int dim) {
    float[] values = new float[tokens * dim];
    for (int p = 0; p < tokens; p++) {
      for (int i = 0; i < dim; i++) {
        int pair = i - i % 2;
        double angle = (float) (p / Math.pow(10000, (double) pair / dim));
        values[p * dim + i] = (float) (i % 2 == 0 ? Math.sin(angle) : Math.cos(angle));
      }
    }
    return Tensor.of(values, 1, tokens, dim).to(init.device());
  }

  /** Encoder layer; the MLP's output is added to the second norm's output, not to its input. */
  public static final class Block extends Module {
    private final LayerNorm preNorm;
    private final Attention attention;
    private final Linear linear1;
    private final Dropout dropout1;
    private final LayerNorm norm1;
    private final Linear linear2;
    private final Dropout dropout2;
    private final DropPath dropPath;

    /** Creates the layer of this index; the drop path rate increases with the index. */
    Block(Init init, CctConfig c, int index) {
      int dim = c.embedDim();
      this.preNorm = child("pre_norm", new LayerNorm(init, dim, NORM_EPS));
      this.attention =
          child(
              "self_attn",
              new Attention(init, dim, c.numHeads(), false, true, c.attnDropRate(), c.dropRate()));
      this.linear1 = child("linear1", new Linear(init, dim, c.hiddenDim(), true));
      this.dropout1 = child("dropout1", new Dropout(c.dropRate()));
      this.norm1 = child("norm1", new LayerNorm(init, dim, NORM_EPS));
      this.linear2 = child("linear2", new Linear(init, c.hiddenDim(), dim, true));
      this.dropout2 = child("dropout2", new Dropout(c.dropRate()));
      double rate = c.depth() == 1 ? 0 : c.dropPathRate() * index / (c.depth() - 1);
      this.dropPath = child("drop_path", new DropPath(rate));
    }

    /** [B, N, D] to [B, N, D]. */
    @Override
    protected Tensor forward(Tensor x) {
      Tensor mixed = x.add(dropPath.apply(attention.apply(preNorm.apply(x))));
      Tensor y = norm1.apply(mixed);
      Tensor h = dropout1.apply(linear1.apply(y, Activation.GELU)); // [B, N, hidden]
      return y.add(dropPath.apply(dropout2.apply(linear2.apply(h))));
    }
  }

  /** [B, C, H, W] to logits [B, K], or to features if the model has no head. */
  @Override
  protected Tensor forward(Tensor x) {
    Tensor logits = scores(features(x)); // [B, K]
    Trace.record("logits", logits);
    return logits;
  }

  @Override
  public Tensor scores(Tensor features) {
    return fc == null ? features : fc.apply(features);
  }

  /** The weighted sum of the tokens by sequence pooling: [B, D]. */
  @Override
  public Tensor features(Tensor x) {
    Tensor tokens = encode(x); // [B, N, D]
    Tensor weights = attentionPool.apply(tokens).softmax(1).transpose(1, 2); // [B, 1, N]
    Trace.record("pool", weights);
    Tensor features = weights.matmul(tokens).flatten(1, 2); // [B, D]
    Trace.record("features", features);
    return features;
  }

  /** The tokens after the norm, before pooling: [B, D, h, w]. */
  @Override
  public Tensor featureMap(Tensor x) {
    int[] grid = config.grid();
    Tensor planes = encode(x).transpose(1, 2); // [B, D, N]
    return planes.reshape(x.size(0), config.embedDim(), grid[0], grid[1]);
  }

  @Override
  public int mapChannels() {
    return config.embedDim();
  }

  @Override
  public int[] mapStride() {
    int stride = 1 << config.convLayers(); // every convolution is followed by a max-pool
    return new int[] {stride, stride};
  }

  /** Maps pixels to the tokens after the last norm: [B, N, D]. */
  private Tensor encode(Tensor x) {
    checkInput(x);
    Tensor tokens = tokens(x); // [B, N, D]
    Trace.record("tokens", tokens);
    for (int i = 0; i < blocks.size(); i++) {
      Trace.at("block." + i + ".");
      tokens = blocks.get(i).apply(tokens);
      Trace.record("block." + i, tokens);
    }
    tokens = norm.apply(tokens);
    Trace.record("norm", tokens);
    return tokens;
  }

  /** Maps images to tokens with position embeddings: [B, N, D]. */
  private Tensor tokens(Tensor x) {
    Tensor y = x;
    for (Conv2d conv : convs) {
      y = ImageOps.maxPool2d(conv.apply(y).relu_(), 3, 2, 1); // half the height and width
    }
    Trace.record("tokenizer", y); // [B, D, h, w]
    Tensor tokens = y.flatten(2, 3).transpose(1, 2); // [B, N, D]
    return dropout.apply(positions == null ? tokens : tokens.add(positions));
  }

  /** The configuration of the model. */
  public CctConfig config() {
    return config;
  }

  @Override
  public Family family() {
    return FAMILY;
  }

  /** timm has no such model, so the architecture is our name. */
  @Override
  public TimmConfig timmConfig() {
    return new TimmConfig(
        name(),
        args(),
        config.embedDim(),
        "seq",
        "tokenizer.conv_layers.0.0",
        "classifier.fc",
        false);
  }
}
