package dev.vit4j.model.spikformer;

import dev.vit4j.model.Classifies;
import dev.vit4j.model.Family;
import dev.vit4j.model.FeatureMaps;
import dev.vit4j.model.Model;
import dev.vit4j.model.TimmConfig;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.Linear;
import dev.vit4j.nn.Trace;
import dev.vit4j.nn.spiking.SpikingBlock;
import dev.vit4j.nn.spiking.SpikingEncoder;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The Spikformer (Zhou et al. 2023, arXiv 2209.15425): spiking patch splitting, blocks of spiking
 * self-attention and spiking MLPs, and a linear head on the mean over tokens and time. Parameter
 * names and values follow the authors' code, ZK-Zhou/spikformer, for CIFAR. Names for {@link
 * Trace}: {@code pixels}, {@code proj_conv}, {@code block.i}, {@code block.i.attention}, {@code
 * feature_map} (these three averaged over time), {@code features}, {@code logits}.
 */
public final class Spikformer extends Model implements Classifies, FeatureMaps {
  /** The Spikformer family. */
  public static final Family FAMILY = new SpikformerFamily();

  private final SpikformerConfig config;
  private final SpikingPatchSplitting patchEmbed;
  private final List<SpikingBlock> blocks = new ArrayList<>();
  private final @Nullable Linear head; // [D -> K]

  /** Creates a model with random weights. */
  public Spikformer(String name, SpikformerConfig config, Init init) {
    super(name, config);
    this.config = config;
    this.patchEmbed = child("patch_embed", new SpikingPatchSplitting(init, config));
    SpikingEncoder.Config size = config.blocks();
    for (int i = 0; i < config.depth(); i++) {
      blocks.add(child("block." + i, new SpikingBlock(init, size)));
    }
    int classes = config.numClasses();
    this.head =
        classes == 0 ? null : child("head", new Linear(init, config.embedDim(), classes, true));
  }

  /** [B, C, H, W] to logits [B, K], or to features [B, D] if the model has no head. */
  @Override
  protected Tensor forward(Tensor x) {
    Tensor logits = scores(features(x)); // [B, K]
    Trace.record("logits", logits);
    return logits;
  }

  @Override
  public Tensor scores(Tensor features) {
    return head == null ? features : head.apply(features);
  }

  /** The mean numbers of spikes over tokens and time: [B, D]. */
  @Override
  public Tensor features(Tensor x) {
    Tensor features = featureMap(x).flatten(2, 3).mean(2);
    Trace.record("features", features);
    return features;
  }

  /** The mean numbers of spikes over time: [B, D, H / p, W / p]. */
  @Override
  public Tensor featureMap(Tensor x) {
    checkInput(x);
    Tensor split = patchEmbed.apply(x); // [T * B, D, h, w]
    Tensor tokens = split.flatten(2, 3).transpose(1, 2); // [T * B, N, D]
    Tensor mean = SpikingEncoder.run(blocks, tokens, config.timeSteps()); // [B, N, D]
    int[] grid = config.grid();
    Tensor map = mean.transpose(1, 2).reshape(x.size(0), config.embedDim(), grid[0], grid[1]);
    Trace.record("feature_map", map);
    return map;
  }

  @Override
  public int mapChannels() {
    return config.embedDim();
  }

  @Override
  public int[] mapStride() {
    return new int[] {config.patchSize(), config.patchSize()};
  }

  /** The configuration of the model. */
  public SpikformerConfig config() {
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
        name(), args(), config.embedDim(), "avg", "patch_embed.proj_conv", "head", true);
  }
}
