package dev.vit4j.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import picocli.CommandLine.Option;

/** Constructor arguments of a catalog model: {@code @Mixin ModelOptions shape}. */
final class ModelOptions {
  @Option(names = "--num-classes", paramLabel = "K", description = "Number of classes.")
  @Nullable Integer numClasses;

  @Option(
      names = "--img-size",
      paramLabel = "PIXELS",
      description = "Input size of the model in pixels, N or H,W.")
  @Nullable String imgSize;

  @Option(
      names = {"--set", "--model-args"},
      paramLabel = "KEY=VALUE",
      description =
          "Any constructor argument of a new model, such as depth=6; for another library's weights, those that they do not contain: num_heads, img_size, norm_eps, act, global_pool, stem_pool.")
  Map<String, String> set = new LinkedHashMap<>();

  /** Returns all arguments with their values parsed as YAML. */
  Map<String, Object> args() {
    Map<String, Object> args = new LinkedHashMap<>();
    if (numClasses != null) {
      args.put("num_classes", numClasses);
    }
    if (imgSize != null) {
      boolean pair = imgSize.contains(",") && !imgSize.startsWith("[");
      args.put("img_size", parse("--img-size", pair ? "[" + imgSize + "]" : imgSize));
    }
    set.forEach((key, value) -> args.put(key, parse(key, value)));
    return args;
  }

  /** Parses a value as YAML. */
  static Object parse(String key, String value) {
    try {
      Object parsed = new Load(LoadSettings.builder().build()).loadFromString(value);
      return parsed == null ? "" : parsed;
    } catch (YamlEngineException e) {
      throw new IllegalArgumentException(
          "%s: '%s' is not a number, name or [list]".formatted(key, value), e);
    }
  }
}
