package dev.vit4j.model.resnet;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The name and the arguments under which timm builds a residual network. */
record ResNetTimm(ResNetConfig config) {
  private static final int STAGES = 4;
  private static final Set<String> NOT_SHAPE =
      Set.of("in_chans", "drop_path_rate", "zero_init_last");

  /** Whether timm's {@code ResNet} has all arguments of the model. */
  boolean canBuild() {
    ResNetKind kind = config.kind();
    return config.layers().size() == STAGES
        && !config.stem().equals("cifar")
        && config.stemPool()
        && config.residual()
        && config.shortcut().equals("B")
        && !config.replaceStrideWithDilation().contains(true)
        && !kind.downsampleInBottleneck()
        && !kind.downsampleInFirstStage()
        && (config.deepStem() || kind.stemChannels() == ResNetKind.USUAL);
  }

  /** timm's name; the smallest model with these blocks if the arguments have to say the rest. */
  String architecture() {
    String known = ResNetFamily.named(config);
    return !known.isEmpty() ? known : config.isBottleneck() ? "resnet50" : "resnet18";
  }

  Map<String, Object> modelArgs() {
    Map<String, Object> all = config.toMap();
    Map<String, Object> args = new LinkedHashMap<>(all);
    args.keySet().retainAll(NOT_SHAPE);
    if (ResNetFamily.named(config).isEmpty()) {
      ResNetKind kind = config.kind();
      args.put("layers", config.layers());
      args.put("channels", kind.channels());
      args.put("cardinality", kind.cardinality());
      args.put("base_width", kind.baseWidth());
      args.put("stem_type", config.deepStem() ? config.stem() : "");
      args.put("stem_width", config.deepStem() ? kind.stemChannels() / 2 : ResNetKind.USUAL);
      args.put("avg_down", kind.avgDown());
    }
    return args;
  }
}
