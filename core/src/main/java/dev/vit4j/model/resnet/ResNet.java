package dev.vit4j.model.resnet;

import dev.vit4j.model.Classifies;
import dev.vit4j.model.Family;
import dev.vit4j.model.FeatureMaps;
import dev.vit4j.model.Model;
import dev.vit4j.model.TimmConfig;
import dev.vit4j.nn.BatchNorm2d;
import dev.vit4j.nn.Conv2d;
import dev.vit4j.nn.DropPath;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.Linear;
import dev.vit4j.nn.Module;
import dev.vit4j.nn.Trace;
import dev.vit4j.tensor.ImageOps;
import dev.vit4j.tensor.Packing;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The residual network (He et al. 2015, arXiv 1512.03385): a stem, stages of residual blocks,
 * global average pooling, a linear head. Parameter names and values follow torchvision's {@code
 * ResNet} (in a bottleneck, the 3x3 convolution has the stride); with three stages and the CIFAR
 * stem, it is the network of the paper's section 4.2. With shortcut A its head is named {@code
 * linear}, as in akamaster's weights. Images of any size are accepted. Names for {@link Trace}:
 * {@code pixels}, {@code conv1}, {@code stem}, {@code layer1} and so on, {@code features}, {@code
 * logits}.
 */
public final class ResNet extends Model implements Classifies, FeatureMaps {
  /** The ResNet family. */
  public static final Family FAMILY = new ResNetFamily();

  private final ResNetConfig config;
  private final Module conv1;
  private final Conv2d beforeNorm; // the stem's last convolution
  private final BatchNorm2d bn1;
  private final List<List<Block>> stages = new ArrayList<>();
  private final @Nullable Linear fc; // [features -> K]

  /** Creates a model with random weights. */
  public ResNet(String name, ResNetConfig config, Init source) {
    super(name, config);
    Init init = source.withUniform(); // the head as PyTorch's Linear
    this.config = config;
    int in = config.kind().stemChannels();
    if (config.deepStem()) {
      boolean tiered = config.stem().equals("deep_tiered");
      DeepStem stem = child("conv1", new DeepStem(init, config.inChans(), in, tiered));
      this.conv1 = stem;
      this.beforeNorm = stem.last();
    } else {
      boolean small = config.stem().equals("cifar");
      this.beforeNorm =
          child(
              "conv1",
              small
                  ? new Conv2d(init, config.inChans(), in, 3, 1, 1)
                  : new Conv2d(init, config.inChans(), in, 7, 2, 3));
      this.conv1 = beforeNorm;
    }
    this.bn1 = child("bn1", new BatchNorm2d(init, in));
    int index = 0;
    for (int s = 0; s < config.layers().size(); s++) {
      List<Block> stage = new ArrayList<>();
      for (int i = 0; i < config.layers().get(s); i++) {
        Block block = new Block(init, config, s, i, in, index++);
        stage.add(child("layer" + (s + 1) + "." + i, block));
        in = config.channels(s);
      }
      stages.add(stage);
    }
    this.fc =
        config.numClasses() == 0
            ? null
            : child(headName(), new Linear(init, in, config.numClasses(), true));
  }

  /**
   * x + f(x), with f two or three convolutions with norms (the paper's eq. 1); without residual:
   * f(x).
   */
  public static final class Block extends Module {
    private final List<Conv2d> convs = new ArrayList<>();
    private final List<BatchNorm2d> norms = new ArrayList<>();
    private final DropPath dropPath;
    private final @Nullable Conv2d downsample;
    private final @Nullable BatchNorm2d downsampleNorm;
    private final boolean residual;
    private final boolean averages; // the shortcut, to halve the image
    private final int stride;
    private final int newChannels; // channels that shortcut A fills with zeros

    /**
     * @param i place in the stage; the first block of later stages halves the picture unless it is
     *     dilated
     * @param in channels of the input
     * @param index index in the network; the drop path rate increases with it
     */
    Block(Init init, ResNetConfig c, int stage, int i, int in, int index) {
      int planes = c.planes(stage);
      int out = c.channels(stage);
      this.stride = i == 0 ? c.stride(stage) : 1;
      int dilation = c.dilation(stage, i);
      this.residual = c.residual();
      if (c.isBottleneck()) {
        int inner = c.kind().inner(stage);
        int groups = c.kind().cardinality();
        boolean first = c.kind().downsampleInBottleneck(); // the first convolution has the stride
        add(new Conv2d(init, in, inner, 1, first ? stride : 1, 0), new BatchNorm2d(init, inner));
        add(
            new Conv2d(init, inner, inner, 3, first ? 1 : stride, dilation, dilation, groups),
            new BatchNorm2d(init, inner));
        add(new Conv2d(init, inner, out, 1, 1, 0), last(init, c, out));
      } else {
        add(new Conv2d(init, in, planes, 3, stride, 1), new BatchNorm2d(init, planes));
        add(new Conv2d(init, planes, out, 3, 1, 1), last(init, c, out));
      }
      this.dropPath =
          child("drop_path", new DropPath(c.dropPathRate() * index / Math.max(1, c.blocks() - 1)));
      boolean reshapes = residual && (stride != 1 || in != out);
      boolean projects = reshapes && c.shortcut().equals("B");
      this.averages = c.kind().avgDown() && stride != 1;
      int place = c.kind().avgDown() ? 1 : 0; // in timm's Sequential
      this.downsample =
          projects
              ? child("downsample." + place, new Conv2d(init, in, out, 1, averages ? 1 : stride, 0))
              : null;
      this.downsampleNorm =
          projects ? child("downsample." + (place + 1), new BatchNorm2d(init, out)) : null;
      this.newChannels = reshapes && !projects ? out - in : 0;
    }

    private void add(Conv2d conv, BatchNorm2d norm) {
      convs.add(child("conv" + (convs.size() + 1), conv));
      norms.add(child("bn" + (norms.size() + 1), norm));
    }

    private static BatchNorm2d last(Init init, ResNetConfig c, int channels) {
      return new BatchNorm2d(init, channels, c.zeroInitLast() ? 0 : 1);
    }

    /** [B, in, H, W] to [B, out, H / stride, W / stride]. */
    @Override
    protected Tensor forward(Tensor x) {
      Tensor y = x;
      int last = convs.size() - 1;
      for (int i = 0; i < last; i++) {
        y = norms.get(i).apply(convs.get(i).apply(y)).relu_();
      }
      y = norms.get(last).apply(convs.get(last).apply(y));
      // In place: a norm's backward pass reads its input, not its output.
      return residual ? dropPath.apply(y).add_(shortcut(x)).relu_() : y.relu_();
    }

    @Override
    protected void packOwn(Packing packing) {
      for (int i = 0; i < convs.size(); i++) {
        convs.get(i).fold(norms.get(i));
      }
      if (downsample != null && downsampleNorm != null) {
        downsample.fold(downsampleNorm);
      }
    }

    private Tensor shortcut(Tensor x) {
      if (downsample != null && downsampleNorm != null) {
        return downsampleNorm.apply(downsample.apply(averages ? ImageOps.halve(x) : x));
      }
      return newChannels == 0 ? x : ImageOps.padChannels(every(x, stride), newChannels);
    }

    /** Every {@code stride}-th pixel of [B, C, H, W]. */
    private static Tensor every(Tensor x, int stride) {
      return stride == 1 ? x : x.every(2, stride).every(3, stride);
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

  /** Global average pooling over the last stage's output: [B, D]. */
  @Override
  public Tensor features(Tensor x) {
    Tensor features = featureMap(x).flatten(2, 3).mean(2);
    Trace.record("features", features);
    return features;
  }

  /** The last stage's output: [B, D, H / stride, W / stride], rounded up, for any H and W. */
  @Override
  public Tensor featureMap(Tensor x) {
    checkInput(x);
    Tensor y = conv1.apply(x); // [B, width, H', W']
    Trace.record("conv1", y);
    y = bn1.apply(y).relu_();
    if (config.stemPool()) {
      y = ImageOps.maxPool2d(y, 3, 2, 1);
    }
    Trace.record("stem", y);
    for (int s = 0; s < stages.size(); s++) {
      for (Block block : stages.get(s)) {
        try (Scope scope = Scope.open()) { // frees the block's intermediate results
          y = scope.keep(block.apply(y)); // [B, channels(s), H' / 2^s, W' / 2^s]
        }
      }
      Trace.record("layer" + (s + 1), y);
    }
    return y;
  }

  @Override
  public int mapChannels() {
    return config.numFeatures();
  }

  @Override
  public int[] mapStride() {
    int stem = (config.stem().equals("cifar") ? 1 : 2) * (config.stemPool() ? 2 : 1);
    int stride = stem;
    for (int s = 0; s < stages.size(); s++) {
      stride *= config.stride(s);
    }
    return new int[] {stride, stride};
  }

  @Override
  protected void packOwn(Packing packing) {
    beforeNorm.fold(bn1);
  }

  /** The configuration of the model. */
  public ResNetConfig config() {
    return config;
  }

  @Override
  public Family family() {
    return FAMILY;
  }

  private String headName() {
    return config.shortcut().equals("A") ? "linear" : "fc";
  }

  /** timm's name and arguments if timm can build the model, else ours. */
  @Override
  public TimmConfig timmConfig() {
    ResNetTimm timm = new ResNetTimm(config);
    return new TimmConfig(
        timm.canBuild() ? timm.architecture() : name(),
        timm.canBuild() ? timm.modelArgs() : args(),
        config.numFeatures(),
        "avg",
        config.deepStem() ? "conv1.0" : "conv1",
        headName(),
        false);
  }
}
