package dev.vit4j.model.resnet;

import dev.vit4j.model.Args;
import dev.vit4j.model.ModelConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The constructor arguments of a residual network.
 *
 * @param imgSize height and width of the images, pixels
 * @param inChans channels of the images
 * @param numClasses number of classes; 0 for no head
 * @param block {@code basic} (two 3x3 convolutions) or {@code bottleneck} (1x1, 3x3, 1x1, with four
 *     times as many output channels)
 * @param layers number of blocks per stage; every stage after the first halves the image
 * @param width channels of the first stage's 3x3 convolutions; doubled with every stage
 * @param stem {@code imagenet} (7x7, stride 2), {@code cifar} (3x3, stride 1), {@code deep} (three
 *     3x3 convolutions, the first of stride 2, the first two with half the channels) or {@code
 *     deep_tiered} (the first has 3/4 of the second's)
 * @param stemPool whether a 3x3 max-pool of stride 2 follows the stem
 * @param residual whether blocks add their input; false gives the plain twin
 * @param shortcut how an input is added that has another shape: {@code B}, by a 1x1 convolution, or
 *     {@code A}, by leaving pixels out and filling channels up with zeros (He et al. 2015)
 * @param dropPathRate stochastic depth of the last block; it rises from 0 linearly
 * @param zeroInitLast whether the last norm of every block begins at 0
 * @param replaceStrideWithDilation for each stage after the first, whether it keeps the size of the
 *     feature map and dilates its 3x3 convolutions instead of halving it; bottlenecks only
 * @param kind groups, widths and strides
 */
public record ResNetConfig(
    int[] imgSize,
    int inChans,
    int numClasses,
    String block,
    List<Integer> layers,
    int width,
    String stem,
    boolean stemPool,
    boolean residual,
    String shortcut,
    double dropPathRate,
    boolean zeroInitLast,
    List<Boolean> replaceStrideWithDilation,
    ResNetKind kind)
    implements ModelConfig {

  /** Checks that the values are consistent. */
  public ResNetConfig {
    layers = List.copyOf(layers);
    replaceStrideWithDilation = List.copyOf(replaceStrideWithDilation);
    if (replaceStrideWithDilation.contains(true) && !block.equals("bottleneck")) {
      throw new IllegalArgumentException("replace_stride_with_dilation needs block bottleneck");
    }
    if (!block.equals("bottleneck") && (!kind.isPlain() || kind.downsampleInBottleneck())) {
      throw new IllegalArgumentException(
          "cardinality, base_width and downsample_in_bottleneck need block bottleneck");
    }
    if (kind.avgDown() && (shortcut.equals("A") || replaceStrideWithDilation.contains(true))) {
      throw new IllegalArgumentException("avg_down needs shortcut B and no dilation");
    }
    if (stem.startsWith("deep") && kind.stemChannels() % (stem.equals("deep") ? 2 : 8) != 0) {
      throw new IllegalArgumentException(
          "stem %s needs stem_channels divisible by %d, not %d"
              .formatted(stem, stem.equals("deep") ? 2 : 8, kind.stemChannels()));
    }
    if (!residual && dropPathRate > 0) {
      throw new IllegalArgumentException("drop_path_rate needs residual true: it drops branches");
    }
    if (!residual && zeroInitLast) {
      throw new IllegalArgumentException("zero_init_last needs residual true: all would be zero");
    }
  }

  /**
   * Parses constructor arguments; missing ones default to ResNet-18 for ImageNet.
   *
   * @param model name of the model, for messages
   * @throws IllegalArgumentException naming the argument, its value and the valid values
   */
  public static ResNetConfig of(String model, Map<String, ?> values) {
    Args a = new Args(model, values);
    String stem = a.word("stem", "imagenet", List.of("imagenet", "cifar", "deep", "deep_tiered"));
    int[] img = a.pair("img_size", stem.equals("cifar") ? 32 : 224);
    int inChans = a.integer("in_chans", 3, 1, 1024);
    int classes = a.integer("num_classes", 1000, 0, 1_000_000);
    String block = a.word("block", "basic", List.of("basic", "bottleneck"));
    List<Integer> layers = a.integers("layers", List.of(2, 2, 2, 2), 8, 1, 256);
    int width = a.integer("width", 64, 1, 4096);
    boolean stemPool = a.flag("stem_pool", !stem.equals("cifar"));
    boolean residual = a.flag("residual", true);
    String shortcut = a.word("shortcut", "B", List.of("A", "B"));
    double dropPath = a.rate("drop_path_rate");
    boolean zeroInitLast = a.flag("zero_init_last", false);
    List<Boolean> dilated = a.flags("replace_stride_with_dilation", layers.size() - 1);
    try {
      if (((long) width * expansion(block)) << (layers.size() - 1) > 65536) {
        throw new IllegalArgumentException(
            "width %d doubled over %d stages is over 65536 channels"
                .formatted(width, layers.size()));
      }
      ResNetKind kind = ResNetKind.of(a, layers.size(), width);
      a.refuseUnknown();
      return new ResNetConfig(
          img,
          inChans,
          classes,
          block,
          layers,
          width,
          stem,
          stemPool,
          residual,
          shortcut,
          dropPath,
          zeroInitLast,
          dilated,
          kind);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(model + ": " + e.getMessage(), e);
    }
  }

  @Override
  public Map<String, Object> toMap() {
    Map<String, Object> m = new LinkedHashMap<>();
    m.put("img_size", List.of(imgSize[0], imgSize[1]));
    m.put("in_chans", inChans);
    m.put("num_classes", numClasses);
    m.put("block", block);
    m.put("layers", new ArrayList<>(layers));
    m.put("width", width);
    m.put("stem", stem);
    m.put("stem_pool", stemPool);
    m.put("residual", residual);
    m.put("shortcut", shortcut);
    m.put("drop_path_rate", dropPathRate);
    m.put("zero_init_last", zeroInitLast);
    if (isBottleneck()) {
      m.put("replace_stride_with_dilation", new ArrayList<>(replaceStrideWithDilation));
    }
    kind.addTo(m);
    return m;
  }

  /** Pixels per step of a stage's first block. */
  int stride(int stage) {
    boolean halves =
        stage == 0 ? kind.downsampleInFirstStage() : !replaceStrideWithDilation.get(stage - 1);
    return halves ? 2 : 1;
  }

  /**
   * The dilation of a block's 3x3 convolution: what its stage and those before it did not halve;
   * the first block of a stage has that of the stage before.
   */
  int dilation(int stage, int block) {
    int last = block == 0 ? stage - 1 : stage;
    int dilation = 1;
    for (int s = 1; s <= last; s++) {
      dilation *= replaceStrideWithDilation.get(s - 1) ? 2 : 1;
    }
    return dilation;
  }

  /** Channels of a stage, as {@code channels}. */
  int planes(int stage) {
    return kind.channels().get(stage);
  }

  /** Whether the stem has three convolutions. */
  boolean deepStem() {
    return stem.startsWith("deep");
  }

  /** Output channels of a stage. */
  int channels(int stage) {
    return planes(stage) * expansion(block);
  }

  /** Input channels of the head. */
  public int numFeatures() {
    return channels(layers.size() - 1);
  }

  /** Number of blocks. */
  int blocks() {
    return layers.stream().mapToInt(Integer::intValue).sum();
  }

  boolean isBottleneck() {
    return block.equals("bottleneck");
  }

  private static int expansion(String block) {
    return block.equals("bottleneck") ? 4 : 1;
  }
}
