package dev.vit4j.head;

import dev.vit4j.model.OnnxLayers;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.Linear;
import dev.vit4j.nn.Module;
import java.util.Map;

/** A linear layer: {@code weight} [K, D], {@code bias} [K]. */
public record LinearConfig() implements HeadConfig {
  static final String KIND = "linear";

  @Override
  public Map<String, Object> toMap() {
    return Map.of();
  }

  @Override
  public Module create(Init init, int dim, int classes) {
    return new Linear(init, dim, classes, true);
  }

  @Override
  public String onnx(OnnxLayers layers, String path, String features) {
    return layers.linear(features, path);
  }
}
