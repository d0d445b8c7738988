package dev.vit4j.model.resnet;

import dev.vit4j.model.Args;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * In what a residual network differs from He et al. (2015): ResNeXt (Xie et al. 2017, arXiv
 * 1611.05431), Wide ResNet (Zagoruyko and Komodakis 2016, arXiv 1605.07146), ResNet-D (He et al.
 * 2019, arXiv 1812.01187), and the variants of transformers.
 *
 * @param channels channels of every stage; a bottleneck gives four times as many
 * @param stemChannels output channels of the stem
 * @param cardinality groups of a bottleneck's 3x3 convolution
 * @param baseWidth channels of a group, for a stage of 64 channels; the 3x3 convolution of a stage
 *     of P channels has ⌊P baseWidth / 64⌋ cardinality
 * @param avgDown whether a shortcut halves the image by averaging, before its 1x1 convolution
 * @param downsampleInBottleneck whether the first 1x1 convolution of a bottleneck has the stride
 *     instead of the 3x3 convolution, as in the paper
 * @param downsampleInFirstStage whether the first stage halves the image too
 */
record ResNetKind(
    List<Integer> channels,
    int stemChannels,
    int cardinality,
    int baseWidth,
    boolean avgDown,
    boolean downsampleInBottleneck,
    boolean downsampleInFirstStage) {
  /** Channels for which {@code base_width} is given, and of the usual stem. */
  static final int USUAL = 64;

  private static final int MOST_CHANNELS = 65536;

  /** Checks that the values are consistent. */
  ResNetKind {
    channels = List.copyOf(channels);
    for (int planes : channels) {
      long inner = (long) planes * baseWidth / USUAL * cardinality;
      if (inner < 1 || inner > MOST_CHANNELS) {
        throw new IllegalArgumentException(
            "a stage of %d channels with cardinality %d and base_width %d has convolutions of %d channels: from 1 to %d are possible"
                .formatted(planes, cardinality, baseWidth, inner, MOST_CHANNELS));
      }
    }
  }

  /**
   * Parses the arguments.
   *
   * @param stages number of stages
   * @param width channels of the first stage
   */
  static ResNetKind of(Args a, int stages, int width) {
    List<Integer> channels =
        a.integers("channels", doubled(stages, width), 8, 1, MOST_CHANNELS / 4);
    if (channels.size() != stages) {
      throw new IllegalArgumentException(
          "channels needs one number for each of %d stages, not %s".formatted(stages, channels));
    }
    if (channels.get(0) != width) {
      throw new IllegalArgumentException(
          "width %d is not the first of channels %s".formatted(width, channels));
    }
    return new ResNetKind(
        channels,
        a.integer("stem_channels", width, 1, MOST_CHANNELS),
        a.integer("cardinality", 1, 1, MOST_CHANNELS),
        a.integer("base_width", USUAL, 1, MOST_CHANNELS),
        a.flag("avg_down", false),
        a.flag("downsample_in_bottleneck", false),
        a.flag("downsample_in_first_stage", false));
  }

  /** Channels of stages that double them. */
  static List<Integer> doubled(int stages, int width) {
    return IntStream.range(0, stages).map(s -> width << s).boxed().toList();
  }

  /** Adds the arguments that differ from their defaults. */
  void addTo(Map<String, Object> args) {
    int width = channels.get(0);
    if (!channels.equals(doubled(channels.size(), width))) {
      args.put("channels", channels);
    }
    if (stemChannels != width) {
      args.put("stem_channels", stemChannels);
    }
    if (cardinality != 1) {
      args.put("cardinality", cardinality);
    }
    if (baseWidth != USUAL) {
      args.put("base_width", baseWidth);
    }
    Map.of(
            "avg_down", avgDown,
            "downsample_in_bottleneck", downsampleInBottleneck,
            "downsample_in_first_stage", downsampleInFirstStage)
        .entrySet()
        .stream()
        .filter(Map.Entry::getValue)
        .sorted(Map.Entry.comparingByKey())
        .forEach(flag -> args.put(flag.getKey(), true));
  }

  /** Channels of the 3x3 convolution of a bottleneck. */
  int inner(int stage) {
    return (int) ((long) channels.get(stage) * baseWidth / USUAL * cardinality);
  }

  /** Whether the convolutions of the blocks are those of the paper. */
  boolean isPlain() {
    return cardinality == 1 && baseWidth == USUAL;
  }
}
