package dev.vit4j.model.resnet;

import dev.vit4j.model.ForeignTensors;
import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Derives the constructor arguments of a residual network from its tensors. */
final class ResNetArguments {
  private static final int IMAGENET_KERNEL = 7;
  private static final int CIFAR_KERNEL = 3;
  private static final int SMALL_SIDE = 32; // of images for ResNets with a small stem
  private static final int USUAL_SIDE = 224;

  private ResNetArguments() {}

  /**
   * Returns all arguments; the tensors are converted to this model's form.
   *
   * @throws IllegalArgumentException naming a tensor that is not supported
   */
  static Map<String, Object> of(ForeignTensors weights) {
    Map<String, Object> known = weights.known(Map.of());
    Map<String, Object> args = read(weights, known);
    bringIntoForm(weights.state(), args.get("shortcut").equals("A"));
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
    Tensor stem = require(state, "conv1.weight");
    Tensor first = require(state, "layer1.0.conv1.weight");
    long kernel = stem.size(2);
    if (kernel != IMAGENET_KERNEL && kernel != CIFAR_KERNEL) {
      throw new IllegalArgumentException(
          "conv1 is %d pixels wide: a ResNet's is 7, or 3 for small images".formatted(kernel));
    }
    boolean bottleneck = state.containsKey("layer1.0.conv3.weight");
    checkBlock(state, bottleneck, first.size(0));
    Tensor head = state.getOrDefault("fc.weight", state.get("linear.weight"));
    boolean projects = state.keySet().stream().anyMatch(name -> name.contains(".downsample."));
    List<Integer> layers = layers(state);
    Map<String, Object> args = new LinkedHashMap<>();
    args.put("in_chans", (int) stem.size(1));
    args.put("num_classes", head == null ? 0 : (int) head.size(0));
    args.put("block", bottleneck ? "bottleneck" : "basic");
    args.put("layers", layers);
    args.put("width", (int) first.size(0));
    args.put("stem", kernel == IMAGENET_KERNEL ? "imagenet" : "cifar");
    boolean pool = kernel == IMAGENET_KERNEL;
    args.put("stem_pool", known.getOrDefault("stem_pool", pool));
    args.put("shortcut", projects || layers.size() == 1 ? "B" : "A");
    if (!pool && layers.size() > 3 && !known.containsKey("stem_pool")) {
      weights.assume("stem_pool", false);
    }
    return args;
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

  private static void checkBlock(Map<String, Tensor> state, boolean bottleneck, long planes) {
    Tensor second = require(state, "layer1.0.conv2.weight");
    if (second.size(1) != second.size(0) || second.size(0) != planes) {
      throw new IllegalArgumentException(
          "layer1.0.conv2 is %s: convolutions in groups (ResNeXt) are not supported"
              .formatted(second));
    }
    if (bottleneck && require(state, "layer1.0.conv3.weight").size(0) != 4 * planes) {
      throw new IllegalArgumentException(
          "a bottleneck of %d channels must give 4 times as many, this one gives %d (Wide ResNet): not supported"
              .formatted(planes, state.get("layer1.0.conv3.weight").size(0)));
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
    return layers;
  }

  private static Tensor require(Map<String, Tensor> state, String name) {
    return ForeignTensors.require(state, name, 4);
  }
}
