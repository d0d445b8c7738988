package dev.vit4j.cli;

import dev.vit4j.tensor.Engine;
import dev.vit4j.weights.ModelSource;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/**
 * Options for opening a trained model of vit4j or of another library: {@code @Mixin WeightsOptions
 * opened}.
 */
final class WeightsOptions {
  @Option(
      names = "--model-args",
      paramLabel = "KEY=VALUE",
      description =
          "Arguments that another library's weights do not contain: num_heads, img_size, norm_eps, act, global_pool, stem_pool; of CLIP quick_gelu, vision_head_width, text_heads.")
  Map<String, String> modelArgs = new LinkedHashMap<>();

  /** Opens a model; notes describe what was found in another library's weights. */
  WeightsFolder.Loaded open(Path model, Output out) throws IOException {
    Engine.loadAhead();
    Map<String, Object> args = new LinkedHashMap<>();
    modelArgs.forEach((key, value) -> args.put(key, ModelOptions.parse(key, value)));
    return ModelSource.open(model, args, out::note);
  }
}
