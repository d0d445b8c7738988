package dev.vit4j.model.resnet;

import dev.vit4j.model.ForeignTensors;
import dev.vit4j.model.Origin;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Derives the constructor arguments of a residual network from its tensors. */
final class ResNetArguments {
  private static final int IMAGENET_KERNEL = 7;
  private static final int SMALL_KERNEL = 3; // of stems for CIFAR, and of deep ones
  private static final int SMALL_SIDE = 32; // of images for ResNets with a small stem
  private static final int USUAL_SIDE = 224;
  private static final int EXPANSION = 4; // of bottlenecks
  private static final int MOST_BASE_WIDTH = 4096;

  private ResNetArguments() {}

  /**
   * Returns all arguments; the tensors are converted to this model's form.
   *
   * @throws IllegalArgumentException naming a tensor that is not supported
   */
  static Map<String, Object> of(ForeignTensors weights) {
    Map<String, Tensor> state = weights.state();
    if (weights.origin() == Origin.HUGGING_FACE) {
      Map<String, Tensor> renamed = ResNetLayers.fromOne(state);
      state.clear();
      state.putAll(renamed);
    }
    Map<String, Object> known = weights.known(Map.of());
    Map<String, Object> args = read(weights, known);
    bringIntoForm(state, args.get("shortcut").equals("A"));
    int side = args.get("stem").equals("cifar") ? SMALL_SIDE : USUAL_SIDE;
    int[] told = weights.toldSize();
    int[] wanted = told != null ? told : weights.configuredSize();
    int[] size = wanted != null ? wanted : weights.mentionedSize();
    args.put("img_size", size == null ? side : List.of(size[0], size[1]));
    return args;
  }

  /** Returns all arguments but {@code img_size}. */
  private static Map<String, Object> read(ForeignTensors weights, Map<String, Object> known) {
    Map<String, Tensor> state = weights.state();
    boolean deep = state.containsKey("conv1.0.weight");
    Tensor stem = require(state, deep ? "conv1.0.weight" : "conv1.weight");
    Tensor stemLast = require(state, deep ? "conv1.6.weight" : "conv1.weight");
    long kernel = stem.size(2);
    if (deep ? kernel != SMALL_KERNEL : kernel != IMAGENET_KERNEL && kernel != SMALL_KERNEL) {
      throw new IllegalArgumentException(
          "conv1 is %d pixels wide: a ResNet's is 7, or 3 for small images".formatted(kernel));
    }
    if (!state.containsKey("bn1.running_mean")) {
      throw new IllegalArgumentException(
          "has no bn1.running_mean: its norms are not batch norms (GroupNorm or another), which is not supported");
    }
    boolean cifar = !deep && kernel == SMALL_KERNEL;
    boolean bottleneck = state.containsKey("layer1.0.conv3.weight");
    Tensor head = state.getOrDefault("fc.weight", state.get("linear.weight"));
    boolean projects = state.keySet().stream().anyMatch(name -> name.contains(".downsample."));
    List<Integer> layers = layers(state);
    List<Integer> channels = channels(state, layers.size(), bottleneck);
    Map<String, Object> args = new LinkedHashMap<>();
    args.put("in_chans", (int) stem.size(1));
    args.put("num_classes", head == null ? 0 : (int) head.size(0));
    args.put("block", bottleneck ? "bottleneck" : "basic");
    args.put("layers", layers);
    args.put("width", channels.get(0));
    args.put("channels", channels);
    args.put("stem_channels", (int) stemLast.size(0));
    args.put("stem", cifar ? "cifar" : !deep ? "imagenet" : deepStem(state, stem));
    args.put("stem_pool", known.getOrDefault("stem_pool", !cifar));
    args.put("shortcut", projects || layers.size() == 1 ? "B" : "A");
    args.put("avg_down", state.keySet().stream().anyMatch(n -> n.contains(".downsample.2.")));
    if (bottleneck) {
      groups(state, channels, args);
    }
    if (weights.origin() == Origin.HUGGING_FACE) {
      strides(weights, known, bottleneck, args);
    }
    if (cifar && layers.size() > 3 && !known.containsKey("stem_pool")) {
      weights.assume("stem_pool", false);
    }
    return args;
  }

  private static String deepStem(Map<String, Tensor> state, Tensor first) {
    Tensor second = require(state, "conv1.3.weight");
    return first.size(0) == second.size(0) ? "deep" : "deep_tiered";
  }

  /** Which convolutions halve the image, which only a configuration says. */
  private static void strides(
      ForeignTensors weights,
      Map<String, Object> known,
      boolean bottleneck,
      Map<String, Object> args) {
    for (String flag : List.of("downsample_in_bottleneck", "downsample_in_first_stage")) {
      if (bottleneck || !flag.equals("downsample_in_bottleneck")) {
        args.put(flag, known.getOrDefault(flag, false));
        if (!known.containsKey(flag)) {
          weights.assume(flag, false);
        }
      }
    }
  }

  /** Reads cardinality and base width from the 3x3 convolutions [inner, inner / groups, 3, 3]. */
  private static void groups(
      Map<String, Tensor> state, List<Integer> channels, Map<String, Object> args) {
    Tensor first = require(state, "layer1.0.conv2.weight");
    long groups = first.size(0) / Math.max(1, first.size(1));
    int[] widths =
        IntStream.rangeClosed(1, channels.size())
            .mapToObj(stage -> require(state, "layer" + stage + ".0.conv2.weight"))
            .mapToInt(conv -> (int) conv.size(0))
            .toArray();
    int baseWidth =
        IntStream.concat(IntStream.of(ResNetKind.USUAL), IntStream.rangeClosed(1, MOST_BASE_WIDTH))
            .filter(base -> fits(channels, base, groups, widths))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "the 3x3 convolutions have %s channels in stages of %s: no cardinality and base_width give these"
                            .formatted(Arrays.toString(widths), channels)));
    args.put("cardinality", (int) groups);
    args.put("base_width", baseWidth);
  }

  private static boolean fits(List<Integer> channels, long baseWidth, long groups, int[] widths) {
    return IntStream.range(0, widths.length)
        .allMatch(s -> channels.get(s) * baseWidth / ResNetKind.USUAL * groups == widths[s]);
  }

  /** Channels of every stage. */
  private static List<Integer> channels(Map<String, Tensor> state, int stages, boolean bottleneck) {
    List<Integer> channels = new ArrayList<>();
    for (int stage = 1; stage <= stages; stage++) {
      String name = "layer%d.0.conv%d.weight".formatted(stage, bottleneck ? 3 : 2);
      long out = require(state, name).size(0);
      if (bottleneck && out % EXPANSION != 0) {
        throw new IllegalArgumentException(
            "%s gives %d channels: a bottleneck's are divisible by 4".formatted(name, out));
      }
      channels.add((int) (bottleneck ? out / EXPANSION : out));
    }
    return channels;
  }

  /** Renames the head, and adds the batch counts that files before PyTorch 0.4.1 lack. */
  private static void bringIntoForm(Map<String, Tensor> state, boolean shortcutA) {
    String name = shortcutA ? "linear." : "fc.";
    String other = shortcutA ? "fc." : "linear.";
    for (String last : List.of("weight", "bias")) {
      Tensor t = state.remove(other + last);
      if (t != null) {
        state.put(name + last, t);
      }
    }
    for (String norm : new ArrayList<>(state.keySet())) {
      if (norm.endsWith(".running_mean")) {
        state.putIfAbsent(
            norm.replace("running_mean", "num_batches_tracked"), Tensor.of(new long[] {0}));
      }
    }
  }

  private static List<Integer> layers(Map<String, Tensor> state) {
    List<Integer> layers = new ArrayList<>();
    for (int stage = 1; state.containsKey("layer" + stage + ".0.conv1.weight"); stage++) {
      int blocks = 0;
      while (state.containsKey("layer%d.%d.conv1.weight".formatted(stage, blocks))) {
        blocks++;
      }
      layers.add(blocks);
    }
    if (layers.isEmpty()) {
      throw new IllegalArgumentException("has no layer1.0.conv1.weight");
    }
    return layers;
  }

  private static Tensor require(Map<String, Tensor> state, String name) {
    return ForeignTensors.require(state, name, 4);
  }
}
