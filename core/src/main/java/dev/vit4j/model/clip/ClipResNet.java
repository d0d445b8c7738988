package dev.vit4j.model.clip;

import dev.vit4j.nn.BatchNorm2d;
import dev.vit4j.nn.Conv2d;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.Module;
import dev.vit4j.nn.Trace;
import dev.vit4j.tensor.ImageOps;
import dev.vit4j.tensor.Packing;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ResNet of CLIP (Radford et al. 2021; open_clip's {@code ModifiedResNet}): a stem of three
 * convolutions, average pooling before every convolution that would have a stride, and attention
 * pooling at the end. Names for {@link Trace}: {@code stem}, {@code layer1} to {@code layer4}.
 */
final class ClipResNet extends Module {
  private static final int EXPANSION = 4;

  private final List<Conv2d> convs = new ArrayList<>();
  private final List<BatchNorm2d> norms = new ArrayList<>();
  private final List<List<Block>> stages = new ArrayList<>();
  private final AttentionPool attnpool;

  ClipResNet(Init init, VisionConfig c) {
    int width = c.width();
    stem(init, c.inChans(), width / 2, 2);
    stem(init, width / 2, width / 2, 1);
    stem(init, width / 2, width, 1);
    int in = width;
    for (int s = 0; s < c.layers().size(); s++) {
      int planes = width << s;
      List<Block> stage = new ArrayList<>();
      for (int i = 0; i < c.layers().get(s); i++) {
        Block block = new Block(init, in, planes, i == 0 && s > 0 ? 2 : 1);
        stage.add(child("layer" + (s + 1) + "." + i, block));
        in = planes * EXPANSION;
      }
      stages.add(stage);
    }
    int positions = 1 + c.grid()[0] * c.grid()[1];
    this.attnpool =
        child("attnpool", new AttentionPool(init, positions, in, c.heads(), c.embedDim()));
  }

  private void stem(Init init, int in, int out, int stride) {
    convs.add(child("conv" + (convs.size() + 1), new Conv2d(init, in, out, 3, stride, 1)));
    norms.add(child("bn" + (norms.size() + 1), new BatchNorm2d(init, out)));
  }

  /** A bottleneck whose stride is an average pooling. */
  private static final class Block extends Module {
    private final List<Conv2d> convs = new ArrayList<>();
    private final List<BatchNorm2d> norms = new ArrayList<>();
    private final @Nullable Conv2d downsample;
    private final @Nullable BatchNorm2d downsampleNorm;
    private final int stride;

    Block(Init init, int in, int planes, int stride) {
      int out = planes * EXPANSION;
      this.stride = stride;
      add(new Conv2d(init, in, planes, 1, 1, 0), new BatchNorm2d(init, planes));
      add(new Conv2d(init, planes, planes, 3, 1, 1), new BatchNorm2d(init, planes));
      // The last norm begins at 0, so that the block begins as the identity.
      add(new Conv2d(init, planes, out, 1, 1, 0), new BatchNorm2d(init, out, 0));
      boolean projects = stride > 1 || in != out;
      this.downsample = projects ? child("downsample.0", new Conv2d(init, in, out, 1, 1, 0)) : null;
      this.downsampleNorm = projects ? child("downsample.1", new BatchNorm2d(init, out)) : null;
    }

    private void add(Conv2d conv, BatchNorm2d norm) {
      convs.add(child("conv" + (convs.size() + 1), conv));
      norms.add(child("bn" + (norms.size() + 1), norm));
    }

    /** [B, in, H, W] to [B, out, H / stride, W / stride]. */
    @Override
    protected Tensor forward(Tensor x) {
      Tensor y = norms.get(0).apply(convs.get(0).apply(x)).relu_();
      y = pooled(norms.get(1).apply(convs.get(1).apply(y)).relu_());
      y = norms.get(2).apply(convs.get(2).apply(y));
      return y.add_(shortcut(x)).relu_();
    }

    private Tensor shortcut(Tensor x) {
      return downsample == null || downsampleNorm == null
          ? x
          : downsampleNorm.apply(downsample.apply(pooled(x)));
    }

    private Tensor pooled(Tensor x) {
      return stride == 1 ? x : ImageOps.avgPool2d(x, stride);
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
  }

  /** [B, C, H, W] to [B, E]. */
  @Override
  protected Tensor forward(Tensor x) {
    Tensor y = x;
    for (int i = 0; i < convs.size(); i++) {
      y = norms.get(i).apply(convs.get(i).apply(y)).relu_();
    }
    y = ImageOps.avgPool2d(y, 2); // [B, width, H / 4, W / 4]
    Trace.record("stem", y);
    for (int s = 0; s < stages.size(); s++) {
      for (Block block : stages.get(s)) {
        y = block.apply(y);
      }
      Trace.record("layer" + (s + 1), y);
    }
    return attnpool.apply(y);
  }

  @Override
  protected void packOwn(Packing packing) {
    for (int i = 0; i < convs.size(); i++) {
      convs.get(i).fold(norms.get(i));
    }
  }
}
