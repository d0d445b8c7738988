package dev.vit4j.model.resnet;

import dev.vit4j.model.Interop.TransformersModel;
import dev.vit4j.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** transformers' ResNet: its configuration, and its stages and convolutions, counted from 0. */
final class ResNetLayers {
  private static final Pattern THEIRS = Pattern.compile("stages\\.(\\d+)\\.(\\d+)\\.(.*)");
  private static final Pattern OURS = Pattern.compile("layer(\\d+)\\.(\\d+)\\.(.*)");
  private static final Pattern COUNTED = Pattern.compile("(conv|bn)(\\d+)\\.(\\w+)");

  private ResNetLayers() {}

  /** Returns tensors whose stages and convolutions are counted from 0 with those from 1. */
  static Map<String, Tensor> fromOne(Map<String, Tensor> state) {
    return renamed(state, THEIRS, "layer", 1);
  }

  /** The reverse of {@link #fromOne}. */
  static Map<String, Tensor> fromZero(Map<String, Tensor> state) {
    return renamed(state, OURS, "stages.", -1);
  }

  private static Map<String, Tensor> renamed(
      Map<String, Tensor> state, Pattern pattern, String prefix, int step) {
    Map<String, Tensor> renamed = new LinkedHashMap<>();
    state.forEach(
        (name, t) -> {
          Matcher m = pattern.matcher(name);
          renamed.put(
              m.matches()
                  ? "%s%d.%s.%s"
                      .formatted(
                          prefix, number(m.group(1)) + step, m.group(2), counted(m.group(3), step))
                  : name,
              t);
        });
    return renamed;
  }

  private static String counted(String last, int step) {
    Matcher m = COUNTED.matcher(last);
    return m.matches()
        ? "%s%d.%s".formatted(m.group(1), number(m.group(2)) + step, m.group(3))
        : last;
  }

  private static int number(String digits) {
    return digits.length() > 4 ? Integer.MAX_VALUE / 2 : Integer.parseInt(digits);
  }

  /**
   * Reads {@code config.json}: what the shapes do not show.
   *
   * @throws IllegalArgumentException for another activation than ReLU
   */
  static Map<String, Object> configured(Map<String, Object> config) {
    Object act = config.getOrDefault("hidden_act", "relu");
    if (!"relu".equals(act)) {
      throw new IllegalArgumentException("hidden_act is %s: only relu is supported".formatted(act));
    }
    Map<String, Object> args = new LinkedHashMap<>();
    for (String flag : List.of("downsample_in_bottleneck", "downsample_in_first_stage")) {
      args.put(flag, Boolean.TRUE.equals(config.get(flag)));
    }
    return args;
  }

  /** The reason why transformers' ResNet cannot represent a model; null if it can. */
  static @Nullable String whyNot(ResNetConfig c) {
    if (!c.stem().equals("imagenet") || !c.stemPool()) {
      return "its ResNet has a 7x7 stem with pooling";
    }
    if (!c.shortcut().equals("B") || !c.residual() || c.kind().avgDown()) {
      return "its ResNet has shortcuts by convolution only";
    }
    return !c.kind().isPlain() || c.replaceStrideWithDilation().contains(true)
        ? "its ResNet has neither groups, nor wide bottlenecks, nor dilation"
        : null;
  }

  static TransformersModel transformers(ResNetConfig c) {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put(
        "architectures",
        List.of(c.numClasses() == 0 ? "ResNetModel" : "ResNetForImageClassification"));
    config.put("model_type", "resnet");
    config.put("num_channels", c.inChans());
    config.put("embedding_size", c.kind().stemChannels());
    config.put(
        "hidden_sizes", IntStream.range(0, c.layers().size()).mapToObj(c::channels).toList());
    config.put("depths", c.layers());
    config.put("layer_type", c.block());
    config.put("hidden_act", "relu");
    config.put("downsample_in_first_stage", c.kind().downsampleInFirstStage());
    config.put("downsample_in_bottleneck", c.kind().downsampleInBottleneck());
    config.put("dtype", "float32");
    return new TransformersModel("Bit", config); // ResNet has no processor of its own
  }
}
